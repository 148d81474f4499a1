package sarif

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/midas-tiers/midas/analysis/report"
	"github.com/midas-tiers/midas/analysis/text"
)

const (
	root      = "%SRCROOT%"
	unhandled = "unhandled"
)

// Options of Write.
type Options struct {
	Baseline bool // the report was held against a baseline: results say whether they are new
}

// Write renders the report.
func Write(w io.Writer, r *report.Report, o Options) error {
	d := &document{r: r, o: o, run: sarif.NewRunWithInformationURI("midas", "https://github.com/midas-tiers/midas"), rules: map[string]int{}}
	d.run.Results = []*sarif.Result{}
	d.addRules()
	for _, s := range r.Sources {
		if s.Class == report.FirstHand {
			d.source(s)
		}
	}
	for i, key := range r.UnknownKeys() {
		d.unknown(r.Unknown[i], key)
	}
	for i, key := range r.ProblemKeys() {
		d.problem(r.Problems[i], key)
	}
	d.invocation()
	out := sarif.NewReport()
	out.AddRun(d.run)
	if err := out.PrettyWrite(w); err != nil {
		return fmt.Errorf("write SARIF: %w", err)
	}
	_, err := io.WriteString(w, "\n")
	return err
}

type document struct {
	r     *report.Report
	o     Options
	run   *sarif.Run
	rules map[string]int // index by id
}

// ruleID is the kind with hyphens.
func ruleID(kind string) string { return strings.ReplaceAll(kind, " ", "-") }

func (d *document) addRules() {
	for _, k := range report.Kinds() {
		d.addRule(ruleID(k.Name), k.What, k.Cure, "error")
	}
	d.addRule(report.UnknownKind, "The analysis cannot see what happens here.",
		"Describe the function in a dictionary of your own (-dictionary), or call one that is known.", "warning")
	d.addRule(unhandled, "midas build cannot treat this code.", "Change it as the message says, or build with -allow-partial.", "warning")
	d.run.OriginalUriBaseIds = map[string]sarif.ArtifactLocation{
		root: *sarif.NewArtifactLocation().WithDescription(sarif.NewTextMessage("the analysed folder")),
	}
}

func (d *document) addRule(id, what, cure, level string) {
	d.rules[id] = len(d.rules)
	d.run.AddRule(id).
		WithShortDescription(sarif.NewMultiformatMessageString().WithText(what)).
		WithFullDescription(sarif.NewMultiformatMessageString().WithText(what + " " + cure)).
		WithHelp(sarif.NewMultiformatMessageString().WithText(cure)).
		WithDefaultConfiguration(sarif.NewReportingConfiguration().WithLevel(level))
}

// result starts a result of the rule at pos.
func (d *document) result(rule, level, message, key string, pos report.Position, function string) *sarif.Result {
	if _, ok := d.rules[rule]; !ok {
		k, _ := report.KindNamed(rule)
		d.addRule(rule, "Nondeterminism of kind "+k.Name+".", "Keep it away from state that replicas share.", level)
	}
	res := d.run.CreateResultForRule(rule).
		WithRuleIndex(d.rules[rule]).
		WithLevel(level).
		WithMessage(sarif.NewTextMessage(message)).
		WithPartialFingerprints(map[string]string{"midas/v1": key})
	res.AddLocation(location(pos, function))
	return res
}

func (d *document) source(s report.Source) {
	res := d.result(ruleID(s.Kind), "error", sentence(s), s.ID, s.Pos, s.Function)
	for _, e := range s.Entries {
		if e.Class == report.FirstHand && len(e.Trace) > 0 {
			res.AddCodeFlow(flow(e))
		}
	}
	d.state(res, s.Ignored, s.By, s.Held)
}

// sentence says what the source reaches, over all entries.
func sentence(s report.Source) string {
	var parts []string
	for _, e := range s.Entries {
		if e.Class != report.FirstHand {
			continue
		}
		parts = append(parts, text.Reaching(e)+" through "+e.Entry)
	}
	return strings.TrimSpace(fmt.Sprintf("%s (%s) %s", s.Symbol, s.Kind, strings.Join(parts, "; "))) + "."
}

func (d *document) unknown(u report.Unknown, key string) {
	res := d.result(report.UnknownKind, "warning", u.Reason+".", key, u.Pos, u.Function)
	d.state(res, u.Ignored, u.By, u.Held)
}

func (d *document) problem(p report.Problem, key string) {
	res := d.result(unhandled, "warning", p.Reason+".", key, p.Pos, p.Entry)
	d.state(res, "", report.Position{}, p.Held)
}

// state adds what silences the result, and whether the baseline has it.
func (d *document) state(res *sarif.Result, ignored string, by report.Position, held bool) {
	if ignored != "" {
		kind := "external"
		if strings.HasSuffix(by.File, ".go") {
			kind = "inSource"
		}
		res.Suppressions = []*sarif.Suppression{sarif.NewSuppression().WithKind(kind).WithJustification(ignored).WithLocation(location(by, ""))}
	}
	if d.o.Baseline {
		res.WithBaselineState(map[bool]string{true: "unchanged", false: "new"}[held])
	}
}

func flow(e report.Entry) *sarif.CodeFlow {
	thread := sarif.NewThreadFlow()
	for _, s := range e.Trace {
		thread.AddLocation(sarif.NewThreadFlowLocation().
			WithLocation(location(s.Pos, s.Function).WithMessage(sarif.NewTextMessage(s.What))))
	}
	return sarif.NewCodeFlow().AddThreadFlow(thread).WithMessage(sarif.NewTextMessage("through " + e.Entry))
}

func location(pos report.Position, function string) *sarif.Location {
	file := sarif.NewArtifactLocation().WithURI(uri(pos.File))
	if !filepath.IsAbs(pos.File) {
		file.WithURIBaseID(root)
	}
	physical := sarif.NewPhysicalLocation().WithArtifactLocation(file)
	if pos.Line > 0 {
		physical.WithRegion(region(pos))
	}
	out := sarif.NewLocation().WithPhysicalLocation(physical)
	if function != "" {
		out.AddLogicalLocation(sarif.NewLogicalLocation().WithFullyQualifiedName(function).WithKind("function"))
	}
	return out
}

func region(pos report.Position) *sarif.Region {
	out := sarif.NewRegion().WithStartLine(pos.Line)
	if pos.Column > 0 {
		out.WithStartColumn(pos.Column)
	}
	return out
}

package sarif_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	library "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/midas-tiers/midas/analysis"
	"github.com/midas-tiers/midas/analysis/report"
	"github.com/midas-tiers/midas/analysis/sarif"
)

func written(t *testing.T, r *report.Report, o sarif.Options) string {
	t.Helper()
	var b strings.Builder
	if err := sarif.Write(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// valid holds the document against the schema of SARIF 2.1.0 that the library has.
func valid(t *testing.T, doc string) error {
	t.Helper()
	parsed, err := library.FromString(doc)
	if err != nil {
		t.Fatal(err)
	}
	return parsed.Validate()
}

func sample() *report.Report {
	pos := func(line int) report.Position { return report.Position{File: "p/a b.go", Line: line, Column: 7} }
	r := report.New("func")
	r.Sources = []report.Source{
		{ID: "p.F time 1", Kind: "time", Symbol: "time.Now", Function: "p.F", Pos: pos(3), Class: report.FirstHand, Entries: []report.Entry{
			{Entry: "p.E", Class: report.FirstHand, Must: true, Action: "record", Reaches: []string{"state:p.T.f"},
				Trace: []report.Step{{Function: "p.F", Pos: pos(3), What: "time.Now"}, {Function: "p.E", Pos: pos(9), What: "reaches p.T.f"}}},
			{Entry: "p.Quiet", Class: report.Superficial, Action: "record", Why: "only logged"},
		}},
		{ID: "p.F map order 1", Kind: "map order", Symbol: "range", Function: "p.F", Pos: pos(4), Class: report.FirstHand,
			Ignored: "known", By: pos(4)},
		{ID: "p.F file 1", Kind: "file", Symbol: "os.Open", Function: "p.F", Pos: pos(5), Class: report.FirstHand, Held: true,
			Ignored: "declared", By: report.Position{File: "midas.yaml", Line: 2, Column: 1}},
		{ID: "p.F random 1", Kind: "random", Symbol: "rand.Int", Function: "p.F", Pos: pos(6), Class: report.Superficial},
		{ID: "p.F weather 1", Kind: "weather", Symbol: "sky.Look", Function: "p.F", Pos: report.Position{File: "/lib/l.go"}, Class: report.FirstHand},
	}
	r.Unknown = []report.Unknown{{Function: "p.F", Pos: pos(7), Reason: "call of q.F"}}
	r.Problems = []report.Problem{{Pos: pos(8), Entry: "p.E", Reason: "no way", Held: true}}
	r.Unused = []report.Problem{{Pos: pos(2), Reason: "suppresses nothing"}}
	r.Broken, r.Notes = []report.Broken{{Package: "q", Error: "broken"}}, []string{"a note"}
	r.Sort()
	return r
}

// result is what a reader of SARIF sees of one.
type result struct {
	Rule, Level, Message, Baseline string
	Places, Flow, Suppressions     []string
}

func results(t *testing.T, doc string) []result {
	t.Helper()
	parsed, err := library.FromString(doc)
	if err != nil {
		t.Fatal(err)
	}
	run := parsed.Runs[0]
	place := func(l *library.Location) string {
		p := l.PhysicalLocation
		out := *p.ArtifactLocation.URI
		if p.Region != nil {
			b, err := json.Marshal([]*int{p.Region.StartLine, p.Region.StartColumn})
			if err != nil {
				t.Fatal(err)
			}
			out += string(b)
		}
		if p.ArtifactLocation.URIBaseID != nil {
			out = *p.ArtifactLocation.URIBaseID + " " + out
		}
		return out
	}
	var out []result
	for _, r := range run.Results {
		x := result{Rule: *r.RuleID, Level: r.Level, Message: *r.Message.Text}
		if got := *run.Tool.Driver.Rules[r.RuleIndex].ID; got != x.Rule {
			t.Errorf("the index of rule %s leads to %s", x.Rule, got)
		}
		if r.BaselineState != nil {
			x.Baseline = *r.BaselineState
		}
		for _, l := range r.Locations {
			x.Places = append(x.Places, place(l))
		}
		for _, f := range r.CodeFlows {
			for _, l := range f.ThreadFlows[0].Locations {
				x.Flow = append(x.Flow, place(l.Location)+" "+*l.Location.Message.Text)
			}
		}
		for _, s := range r.Suppressions {
			x.Suppressions = append(x.Suppressions, *s.Kind+": "+*s.Justification)
		}
		out = append(out, x)
	}
	return out
}

func TestWrite(t *testing.T) {
	doc := written(t, sample(), sarif.Options{Baseline: true})
	if err := valid(t, doc); err != nil {
		t.Error(err)
	}
	const at = "%SRCROOT% p/a%20b.go"
	want := []result{
		{Rule: "weather", Level: "error", Message: "sky.Look (weather).", Baseline: "new", Places: []string{"file:///lib/l.go"}},
		{Rule: "time", Level: "error", Message: "time.Now (time) always contaminates, reaching state p.T.f through p.E.", Baseline: "new",
			Places: []string{at + "[3,7]"}, Flow: []string{at + "[3,7] time.Now", at + "[9,7] reaches p.T.f"}},
		{Rule: "map-order", Level: "error", Message: "range (map order).", Baseline: "new", Places: []string{at + "[4,7]"},
			Suppressions: []string{"inSource: known"}},
		{Rule: "file", Level: "error", Message: "os.Open (file).", Baseline: "unchanged", Places: []string{at + "[5,7]"},
			Suppressions: []string{"external: declared"}},
		{Rule: "unknown", Level: "warning", Message: "call of q.F.", Baseline: "new", Places: []string{at + "[7,7]"}},
		{Rule: "unhandled", Level: "warning", Message: "no way.", Baseline: "unchanged", Places: []string{at + "[8,7]"}},
	}
	if diff := cmp.Diff(want, results(t, doc)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestValidBites: a validation that allows everything would pass the other tests.
func TestValidBites(t *testing.T) {
	doc := written(t, sample(), sarif.Options{})
	if strings.Contains(doc, "baselineState") {
		t.Error("a baseline state without a baseline")
	}
	if valid(t, strings.Replace(doc, `"level": "error"`, `"level": "awful"`, 1)) == nil {
		t.Error("the schema allows any level")
	}
}

func TestRealReports(t *testing.T) {
	res, err := analysis.Run(context.Background(), analysis.Config{Dir: "../..", Patterns: []string{"./examples/threetier/..."}})
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]*report.Report{"empty": report.New("grpc"), "threetier": res.Report} {
		if err := valid(t, written(t, r, sarif.Options{})); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

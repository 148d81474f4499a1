package text

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/midas-tiers/midas/analysis/report"
)

// Find looks up a source by its id, in full or as Write prints it. If there is none, near has the most similar ids.
func Find(r *report.Report, id string) (found report.Source, near []string, ok bool) {
	var short []report.Source
	for _, s := range r.Sources {
		if s.ID == id {
			return s, nil, true
		}
		if Short(s.ID) == id {
			short = append(short, s)
		}
	}
	if len(short) == 1 {
		return short[0], nil, true
	}
	for _, s := range short {
		near = append(near, s.ID)
	}
	if len(near) == 0 {
		near = nearest(r, id)
	}
	return report.Source{}, near, false
}

const mostNear = 3

func nearest(r *report.Report, id string) []string {
	type candidate struct {
		id   string
		away int
	}
	var all []candidate
	for _, s := range r.Sources {
		short := Short(s.ID)
		all = append(all, candidate{short, min(distance(short, id), distance(s.ID, id))})
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Or(a.away-b.away, cmp.Compare(a.id, b.id)) })
	var out []string
	for _, c := range all[:min(mostNear, len(all))] {
		out = append(out, c.id)
	}
	return out
}

// distance is that of Levenshtein, in bytes.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			changed := diagonal
			if a[i] != b[j] {
				changed++
			}
			diagonal = row[j+1]
			row[j+1] = min(changed, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// matters says why a finding matters, by class.
var matters = map[report.Class]string{
	report.FirstHand: "Replicas that run the same request draw different values here, and what they draw gets into what outlives the " +
		"request or leaves the service. From then on the replicas differ, and so may every later request that reads it.",
	report.Superficial: "Replicas may draw different values here, but nothing that outlives the request depends on them.",
}

// deeds say at length what midas build does with a source.
var deeds = map[string]string{
	"record":      "midas build records it: one replica's value is taken, and the others use that in place of their own.",
	"determinize": "midas build makes it canonical: every replica uses the same order, which nothing has to record.",
	"refuse":      "midas build refuses to treat it (midas analyze lists the reason under what it cannot treat): change the code.",
	"none":        "midas build leaves it as it is.",
}

// Explain tells one source in full: what it is, why it matters, what it reaches through each entry and how, what midas build does about
// it, and how to make it deterministic. The error is the writer's.
func Explain(w io.Writer, r *report.Report, s report.Source) error {
	p := &printer{r: r, o: Options{Pos: true}}
	kind, known := report.KindNamed(s.Kind)
	p.line(0, "%s", s.ID)
	p.line(2, "%s, drawn by %s at %s in %s", s.Kind, Short(s.Symbol), s.Pos, Short(s.Function))
	if known {
		p.line(2, "%s", kind.What)
	}
	p.heading("Why it matters: it is %s", s.Class)
	p.line(2, "%s", matters[s.Class])
	if s.Ignored != "" {
		p.line(2, "It is suppressed by %s: %s", s.By, s.Ignored)
	}
	for _, e := range s.Entries {
		p.explainEntry(e)
	}
	p.heading("How to make it deterministic")
	if known {
		p.line(2, "%s", kind.Cure)
	}
	if s.Class == report.FirstHand && s.Ignored == "" {
		p.line(2, "If it does no harm, say so above the line: //midas:ignore %s REASON", s.Kind)
	}
	_, err := io.WriteString(w, p.b.String())
	return err
}

func (p *printer) explainEntry(e report.Entry) {
	p.heading("Through %s: %s", e.Entry, e.Class)
	if e.Class == report.FirstHand {
		p.line(2, "%s.", sentenceCase(Reaching(e)))
	}
	if e.Why != "" {
		p.line(2, "%s.", sentenceCase(e.Why))
	}
	p.trace(e.Trace)
	if built(p.r.Profile) {
		p.line(2, "%s", deeds[e.Action])
	}
}

func sentenceCase(s string) string {
	return fmt.Sprintf("%s%s", strings.ToUpper(s[:1]), s[1:])
}

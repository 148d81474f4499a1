package report_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/midas-tiers/midas/analysis/report"
)

// found is a report with two findings of each sort, and one superficial and one suppressed source.
func found(line int) *report.Report {
	pos := report.Position{File: "p.go", Line: line, Column: 1}
	source := func(id string, class report.Class, ignored string) report.Source {
		return report.Source{ID: id, Kind: "time", Pos: pos, Class: class, Ignored: ignored}
	}
	r := report.New("grpc")
	r.Sources = []report.Source{
		source("p.F time 1", report.FirstHand, ""), source("p.F time 2", report.FirstHand, ""),
		source("p.G time 1", report.Superficial, ""), source("p.H time 1", report.FirstHand, "known"),
	}
	r.Unknown = []report.Unknown{{Function: "p.F", Pos: pos, Reason: "call of q.F"}, {Function: "p.F", Pos: pos, Reason: "call of q.F"}}
	r.Problems = []report.Problem{{Pos: pos, Entry: "p.E", Reason: "the lock taken at line 7 is held"}, {Pos: pos, Reason: "no entry"}}
	r.Sort()
	return r
}

func written(t *testing.T, r *report.Report) string {
	t.Helper()
	var b strings.Builder
	if err := report.WriteBaseline(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestBaseline(t *testing.T) {
	const want = `{
  "version": 1,
  "held": [
    " problem no entry 1",
    "p.E problem the lock taken at line is held 1",
    "p.F time 1",
    "p.F time 2",
    "p.F unknown call of q.F 1",
    "p.F unknown call of q.F 2"
  ]
}
`
	small := written(t, found(10))
	if diff := cmp.Diff(want, small); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for name, file := range map[string]string{"list": small, "report": document(t, found(10))} {
		b, err := report.ReadBaseline(strings.NewReader(file))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		r := found(99) // all has moved
		r.Problems[0].Reason = strings.Replace(r.Problems[0].Reason, "line 7", "line 96", 1)
		b.Mark(r)
		if diff := cmp.Diff(report.Tally{Ignored: 1, Held: 6}, r.Tally()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestBaselineNew: what the baseline lacks is a finding, also where it has another of the same function; so is a source that the baseline
// knew as superficial.
func TestBaselineNew(t *testing.T) {
	old := found(10)
	old.Sources, old.Unknown, old.Problems = old.Sources[1:], old.Unknown[1:], old.Problems[1:]
	b, err := report.ReadBaseline(strings.NewReader(document(t, old)))
	if err != nil {
		t.Fatal(err)
	}
	r := found(10)
	r.Sources[2].Class = report.FirstHand
	b.Mark(r)
	if diff := cmp.Diff(report.Tally{FirstHand: 2, Unknown: 1, Problems: 1, Ignored: 1, Held: 3}, r.Tally()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestBaselineSuperficial: what has become superficial is not held, it is nothing.
func TestBaselineSuperficial(t *testing.T) {
	b, err := report.ReadBaseline(strings.NewReader(written(t, found(10))))
	if err != nil {
		t.Fatal(err)
	}
	r := found(10)
	r.Sources[0].Class = report.Superficial
	b.Mark(r)
	if r.Sources[0].Held || !r.Sources[1].Held {
		t.Errorf("held: %t for a superficial source, %t for a first-hand one", r.Sources[0].Held, r.Sources[1].Held)
	}
}

func TestReadBaselineBad(t *testing.T) {
	for _, bad := range []string{"", "held", `{"version": 1}`, `{"version": 7, "held": []}`, `{"version": 1, "held": "all"}`} {
		if _, err := report.ReadBaseline(strings.NewReader(bad)); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("ReadBaseline(%q): %v, want an error of one line", bad, err)
		}
	}
}

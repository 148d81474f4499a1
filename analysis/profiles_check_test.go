package analysis_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/midas-tiers/midas/analysis/report"
)

// lineFacts is what a report says of one line.
type lineFacts struct {
	sources []report.Source
	writes  []report.Contaminated
	unknown bool
}

// facts of a report.
type profileFacts struct {
	lines map[string]map[int]*lineFacts // by file
	kinds map[string]string             // of sources, by id
	reply bool                          // replies persist
}

func indexReport(r *report.Report, reply bool) *profileFacts {
	f := &profileFacts{lines: map[string]map[int]*lineFacts{}, kinds: map[string]string{}, reply: reply}
	for _, s := range r.Sources {
		f.kinds[s.ID] = s.Kind
		l := f.at(s.Pos)
		l.sources = append(l.sources, s)
	}
	for _, w := range r.Contaminated {
		l := f.at(w.Pos)
		l.writes = append(l.writes, w)
	}
	for _, u := range r.Unknown {
		f.at(u.Pos).unknown = true
	}
	return f
}

func (f *profileFacts) at(p report.Position) *lineFacts {
	if f.lines[p.File] == nil {
		f.lines[p.File] = map[int]*lineFacts{}
	}
	if f.lines[p.File][p.Line] == nil {
		f.lines[p.File][p.Line] = &lineFacts{}
	}
	return f.lines[p.File][p.Line]
}

// check compares the case's lines with what was found, and returns the differences in order.
func (k *profileCase) check(f *profileFacts) []string {
	var out []string
	missed, met := map[string]expectation{}, map[string]bool{}
	for line := k.first; line <= k.last; line++ {
		here := slices.DeleteFunc(slices.Clone(k.expect), func(e expectation) bool { return e.line != line })
		facts := f.lines[k.file][line]
		if facts == nil {
			facts = &lineFacts{}
		}
		bad := func(format string, args ...any) {
			out = append(out, fmt.Sprintf("%s:%d: ", k.file, line)+fmt.Sprintf(format, args...))
		}
		for _, e := range here {
			ok, why := e.met(facts, f)
			switch {
			case ok:
				met[e.tag] = true
			case e.tag != "":
				missed[e.tag] = e
			default:
				bad("want %s; %s", e.written, why)
			}
		}
		for _, s := range facts.sources {
			if s.Class == report.FirstHand && !slices.ContainsFunc(here, func(e expectation) bool { return e.allowsSource(s) }) {
				bad("unexpected: %s", showSource(s))
			}
		}
		for _, w := range facts.writes {
			if !allowsWrite(here, w) {
				bad("unexpected: %s", showWrite(w))
			}
		}
	}
	for tag, e := range missed {
		if !met[tag] {
			out = append(out, fmt.Sprintf("%s:%d: nothing with tag %s is met, such as %s", k.file, e.line, tag, e.written))
		}
	}
	slices.Sort(out)
	return out
}

func (e expectation) allowsSource(s report.Source) bool {
	return (e.verb == "source" && e.class == string(s.Class) || e.verb == "may") && slices.Contains(e.kinds, s.Kind)
}

// to is what the source is to the expectation's entry.
func (e expectation) to(s report.Source) report.Source {
	if e.entry == "" {
		return s
	}
	all := s.Entries
	s.Entries, s.Class = nil, report.Superficial
	for _, n := range all {
		if n.Entry == e.entry {
			s.Entries, s.Class = append(s.Entries, n), n.Class
		}
	}
	return s
}

// allowsWrite: a line that says nothing of writes allows all.
func allowsWrite(here []expectation, w report.Contaminated) bool {
	silent := true
	for _, e := range here {
		switch e.verb {
		case "clean":
			return false
		case "contaminated":
			silent = false
			if (e.open || slices.Contains(e.names, w.How)) && (e.field == "" || fits(e.field, w.Field)) {
				return true
			}
		}
	}
	return silent
}

// met says whether the expectation holds, or what was found instead.
func (e expectation) met(l *lineFacts, f *profileFacts) (bool, string) {
	switch e.verb {
	case "source":
		return e.metSource(l, f)
	case "contaminated":
		return e.metWrites(l, f)
	case "unknown":
		return l.unknown, "nothing is unknown here"
	}
	return true, "" // may and clean forbid and allow, they demand nothing
}

func (e expectation) metSource(l *lineFacts, f *profileFacts) (bool, string) {
	found := []string{}
	for _, s := range l.sources {
		s = e.to(s)
		if len(s.Entries) > 0 && e.allowsSource(s) && e.reached(reaches(s, f.reply)) && (e.must == "" || e.must == mustOf(s)) {
			return true, ""
		}
		found = append(found, showSource(s))
	}
	return false, "found " + strings.Join(found, " and ")
}

func (e expectation) reached(got []string) bool {
	if e.class == string(report.Superficial) {
		return true
	}
	for _, p := range e.names {
		if !slices.ContainsFunc(got, func(r string) bool { return fits(p, r) }) {
			return false
		}
	}
	return e.open || !slices.ContainsFunc(got, func(r string) bool {
		return !slices.ContainsFunc(e.names, func(p string) bool { return fits(p, r) })
	})
}

func (e expectation) metWrites(l *lineFacts, f *profileFacts) (bool, string) {
	found := []string{}
	for _, w := range l.writes {
		found = append(found, showWrite(w))
	}
	if len(e.names) == 0 && !slices.ContainsFunc(l.writes, func(w report.Contaminated) bool { return e.describes(w, f) }) {
		return false, "found " + strings.Join(found, " and ")
	}
	for _, how := range e.names {
		if !slices.ContainsFunc(l.writes, func(w report.Contaminated) bool { return w.How == how && e.describes(w, f) }) {
			return false, "found " + strings.Join(found, " and ")
		}
	}
	return true, ""
}

func (e expectation) describes(w report.Contaminated, f *profileFacts) bool {
	from := e.kinds == nil || slices.ContainsFunc(w.From, func(id string) bool { return slices.Contains(e.kinds, f.kinds[id]) })
	return from && (e.field == "" || fits(e.field, w.Field))
}

// reaches is what the source reaches through any entry.
func reaches(s report.Source, reply bool) []string {
	var out []string
	for _, e := range s.Entries {
		for _, r := range e.Reaches {
			if reply || !strings.HasPrefix(r, "reply:") {
				out = append(out, r)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func mustOf(s report.Source) string {
	if slices.ContainsFunc(s.Entries, func(e report.Entry) bool { return e.Class == report.FirstHand && !e.Must }) {
		return "may"
	}
	return "must"
}

func showSource(s report.Source) string {
	return fmt.Sprintf("%s %s %s -> %s", s.Kind, s.Class, mustOf(s), strings.Join(reaches(s, true), ", "))
}

func showWrite(w report.Contaminated) string {
	return fmt.Sprintf("contaminated %s of %s from %s", w.How, w.Field, strings.Join(w.From, ", "))
}

const expected = `package p

// case one
func f() {
	a() // source time first-hand must -> state:@.T.x|@.S.at
	b() // contaminated value of @.S.at from time
	c() // clean
	d() // source(t) lock order first-hand -> state:*
	e() // source(t) goroutine order first-hand -> state:*
	g() // source map order superficial; unknown; source map order superficial in (*@.S).Get; contaminated ... of @.T.*
}
`

// TestProfileCheckBites: each way in which a report can be wrong is found.
func TestProfileCheckBites(t *testing.T) {
	at := func(line int) report.Position { return report.Position{File: "x/f.go", Line: line} }
	hand := func(kind string, line int, class report.Class, must bool, reaches ...string) report.Source {
		return report.Source{ID: "f " + kind + " 1", Kind: kind, Pos: at(line), Class: class, Entries: []report.Entry{{Entry: "(*example.com/case/x.S).Get", Class: class, Must: must, Reaches: reaches}}}
	}
	right := func() *report.Report {
		return &report.Report{
			Sources: []report.Source{hand("time", 5, report.FirstHand, true, "state:example.com/case/x.S.at", "reply:f"),
				hand("goroutine order", 9, report.FirstHand, false, "state:y"), hand("map order", 10, report.Superficial, false)},
			Contaminated: []report.Contaminated{{Field: "example.com/case/x.S.at", How: "value", Pos: at(6), From: []string{"f time 1"}},
				{Field: "example.com/case/x.T.m", How: "location", Pos: at(10)}},
			Unknown: []report.Unknown{{Pos: at(10)}},
		}
	}
	cases, err := parseCases("x/f.go", expected)
	if err != nil || len(cases) != 1 {
		t.Fatalf("parse: %d cases, %v", len(cases), err)
	}
	if got := cases[0].check(indexReport(right(), false)); got != nil {
		t.Errorf("the right report: %q", got)
	}
	for name, breakIt := range map[string]func(r *report.Report){
		"source missing": func(r *report.Report) { r.Sources = r.Sources[1:] },
		"other kind":     func(r *report.Report) { r.Sources[0].Kind = "random" },
		"other class":    func(r *report.Report) { r.Sources[0].Class = report.Superficial },
		"more reached": func(r *report.Report) {
			r.Sources[0].Entries[0].Reaches = append(r.Sources[0].Entries[0].Reaches, "effect:x")
		},
		"less reached":      func(r *report.Report) { r.Sources[0].Entries[0].Reaches = nil },
		"must":              func(r *report.Report) { r.Sources[0].Entries[0].Must = false },
		"neither of a tag":  func(r *report.Report) { r.Sources = append(r.Sources[:1], r.Sources[2]) },
		"first-hand beyond": func(r *report.Report) { r.Sources[2].Class = report.FirstHand },
		"unexpected source": func(r *report.Report) { r.Sources[1].Pos.Line = 4 },
		"other entry":       func(r *report.Report) { r.Sources[2].Entries[0].Entry = "x" },
		"write missing":     func(r *report.Report) { r.Contaminated = r.Contaminated[1:] },
		"none in any way":   func(r *report.Report) { r.Contaminated = r.Contaminated[:1] },
		"other how":         func(r *report.Report) { r.Contaminated[0].How = "location" },
		"other field":       func(r *report.Report) { r.Contaminated[0].Field = "x" },
		"other origin":      func(r *report.Report) { r.Contaminated[0].From = nil },
		"write at clean":    func(r *report.Report) { r.Contaminated = append(r.Contaminated, report.Contaminated{Pos: at(7)}) },
		"unknown missing":   func(r *report.Report) { r.Unknown = nil },
	} {
		r := right()
		breakIt(r)
		if cases[0].check(indexReport(r, false)) == nil {
			t.Errorf("%s: not found", name)
		}
	}
	if cases[0].check(indexReport(right(), true)) == nil {
		t.Error("a reply that persists: not found")
	}
}

package text

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/midas-tiers/midas/analysis/report"
)

const width = 100

// Options say what Write adds to the findings.
type Options struct {
	Traces  bool // the way from each source to what it reaches
	Pos     bool // columns in traces, and where contaminated state is written
	Verbose bool // superficial sources with the reason, contaminated state, effects, slivers with footprints, what is suppressed
}

// Write renders the report. The error is the writer's.
func Write(w io.Writer, r *report.Report, o Options) error {
	p := &printer{r: r, o: o}
	p.firstHand()
	p.unknown()
	p.problems("What midas build cannot treat", r.Problems)
	p.broken()
	p.problems("Suppressions without effect", r.Unused)
	if o.Verbose {
		p.quiet()
	}
	if o.Verbose || o.Pos {
		p.contaminated()
	}
	if o.Verbose {
		p.effects()
		p.slivers()
	}
	p.pairs()
	p.summary()
	_, err := io.WriteString(w, p.b.String())
	return err
}

type printer struct {
	r *report.Report
	o Options
	b strings.Builder
}

// line writes one line, or several if it is too long: later ones are indented further.
func (p *printer) line(indent int, format string, args ...any) {
	rest := strings.Repeat(" ", indent) + fmt.Sprintf(format, args...)
	for len(rest) > width {
		cut := strings.LastIndexByte(rest[:width+1], ' ')
		if strings.TrimSpace(rest[:max(cut, 0)]) == "" {
			break // one word longer than a line
		}
		fmt.Fprintln(&p.b, strings.TrimRight(rest[:cut], " "))
		rest = strings.Repeat(" ", indent+4) + strings.TrimLeft(rest[cut:], " ")
	}
	fmt.Fprintln(&p.b, rest)
}

func (p *printer) heading(format string, args ...any) {
	if p.b.Len() > 0 {
		p.b.WriteByte('\n')
	}
	p.line(0, format, args...)
}

// firstHand prints each finding that nothing silences.
func (p *printer) firstHand() {
	for _, s := range p.r.Sources {
		if !s.Open() {
			continue
		}
		p.heading("%s: %s at %s", Short(s.ID), Short(s.Symbol), s.Pos)
		for _, g := range groups(s) {
			p.line(2, "%s", p.sentence(g))
			if p.o.Traces {
				p.trace(g.entries[0].Trace)
			}
		}
	}
}

// group is those entries of a source of which the same can be said.
type group struct {
	report.Entry
	entries []report.Entry
}

// groups puts the first-hand entries before the others, which it leaves out unless there are no others.
func groups(s report.Source) []group {
	var out []group
	for _, e := range s.Entries {
		if e.Class != s.Class {
			continue
		}
		i := slices.IndexFunc(out, func(g group) bool {
			return g.Must == e.Must && g.Action == e.Action && g.Why == e.Why && slices.Equal(g.Reaches, e.Reaches)
		})
		if i < 0 {
			i = len(out)
			out = append(out, group{Entry: e})
		}
		out[i].entries = append(out[i].entries, e)
	}
	return out
}

// mostGoals is how many things of one sort a short finding names.
const mostGoals = 3

func (p *printer) sentence(g group) string {
	var names []string
	for _, e := range g.entries {
		names = append(names, Short(e.Entry))
	}
	through, action := "through "+list(names), ""
	if built(p.r.Profile) {
		action = actions[g.Action]
	}
	if g.Class == report.Superficial {
		return through + ": " + g.Why + action
	}
	most := mostGoals
	if p.o.Verbose {
		most = len(g.Reaches)
	}
	return reaching(g.Entry, most) + " " + through + action
}

func (p *printer) trace(steps []report.Step) {
	if len(steps) > 1 && line(steps[0].Pos) == line(steps[1].Pos) { // it only names the source, as the finding does
		steps = steps[1:]
	}
	for _, s := range steps {
		at := line(s.Pos)
		if p.o.Pos {
			at = s.Pos.String()
		}
		where := ""
		if s.Function != "" {
			where = " in " + Short(s.Function)
		}
		p.line(6, "%s%s: %s", at, where, shorten(s.What))
	}
}

// unknown prints what cannot be seen: each place when all is asked for, else each reason with its first place.
func (p *printer) unknown() {
	first := true
	same := map[string]int{}
	for _, u := range p.r.Unknown {
		if u.Open() {
			same[u.Reason]++
		}
	}
	for _, u := range p.r.Unknown {
		n := same[u.Reason]
		if !u.Open() || n == 0 {
			continue
		}
		if first {
			p.heading("What the analysis cannot see (data is taken to pass through it)")
			first = false
		}
		more := ""
		if !p.o.Verbose && !p.o.Pos {
			same[u.Reason] = 0
			if n > 1 {
				more = fmt.Sprintf(" (and at %s)", count(n-1, "other place"))
			}
		}
		p.line(2, "%s in %s: %s%s", u.Pos, Short(u.Function), shorten(u.Reason), more)
	}
}

func (p *printer) problems(title string, list []report.Problem) {
	first := true
	for _, f := range list {
		if f.Held {
			continue
		}
		if first {
			p.heading("%s", title)
			first = false
		}
		where := f.Pos.String()
		if f.Entry != "" {
			where += " in " + Short(f.Entry)
		}
		p.line(2, "%s: %s", where, shorten(f.Reason))
	}
}

func (p *printer) broken() {
	if len(p.r.Broken) == 0 && (len(p.r.Excluded) == 0 || !p.o.Verbose) {
		return
	}
	p.heading("Left out")
	if p.o.Verbose {
		for _, name := range p.r.Excluded {
			p.line(2, "%s: build constraints", name)
		}
	}
	for _, b := range p.r.Broken {
		p.line(2, "%s: %s", b.Package, b.Error)
	}
}

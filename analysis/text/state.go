package text

import (
	"fmt"
	"slices"
	"strings"

	"github.com/midas-tiers/midas/analysis/report"
)

// contaminated prints, by entry, which state is contaminated and how.
func (p *printer) contaminated() {
	rows := slices.Clone(p.r.Contaminated)
	slices.SortStableFunc(rows, func(a, b report.Contaminated) int { return strings.Compare(a.Entry, b.Entry) })
	for i := 0; i < len(rows); {
		if i == 0 {
			p.heading("Contaminated state")
		}
		if i == 0 || rows[i-1].Entry != rows[i].Entry {
			p.line(2, "%s", Short(rows[i].Entry))
		}
		n := i
		for n < len(rows) && rows[n].Entry == rows[i].Entry && rows[n].Field == rows[i].Field {
			n++
		}
		p.field(rows[i:n])
		i = n
	}
}

// field prints one field of one entry.
func (p *printer) field(rows []report.Contaminated) {
	var how []string
	for _, way := range []string{"value", "location", "occurrence"} {
		if slices.ContainsFunc(rows, func(c report.Contaminated) bool { return c.How == way }) {
			how = append(how, ways[way])
		}
	}
	p.line(4, "%s: %s", Short(rows[0].Field), list(how))
	if !p.o.Pos {
		return
	}
	for i, c := range rows {
		if i == 0 || c.Pos != rows[i-1].Pos {
			p.line(6, "%s in %s", c.Pos, Short(c.Function))
		}
	}
}

func (p *printer) effects() {
	for i, e := range p.r.Effects {
		if i == 0 {
			p.heading("External effects (the leader performs them after the sliver is durable; recorded, replayed elsewhere; " +
				"towards the outside at least once, towards state exactly once)")
		}
		names := make([]string, len(e.Entries))
		for i, n := range e.Entries {
			names[i] = Short(n)
		}
		p.line(2, "%s at %s through %s", Short(e.Name), e.Pos, list(names))
	}
}

// slivers prints the slivers of every entry, with what each may touch.
func (p *printer) slivers() {
	entry, index := "", -1
	for i, s := range p.r.Slivers {
		if i == 0 {
			p.heading("Slivers")
		}
		if i == 0 || s.Entry != entry {
			p.sliverEntry(s.Entry)
			index = -1
		}
		p.sliver(s)
		entry = s.Entry
		if last := i+1 == len(p.r.Slivers); s.Index != index && (last || p.r.Slivers[i+1].Entry != entry || p.r.Slivers[i+1].Index != s.Index) {
			p.footprint(s)
			index = s.Index
		}
	}
}

func (p *printer) sliverEntry(name string) {
	what := ""
	if slices.Contains(p.r.ReadOnly, name) {
		what = " (a read: runs without the log)"
	}
	p.line(2, "%s%s", Short(name), what)
	word := "runs in style leader, because"
	for _, f := range p.r.Leader {
		if f.Entry == name {
			p.line(4, "%s %s: %s", word, line(f.Pos), shorten(f.Reason))
			word = "and because"
		}
	}
}

func (p *printer) sliver(s report.Sliver) {
	from, to := "entry", "reply"
	if s.From != "" {
		from = s.From
	}
	if s.To != "" {
		to = s.To
	}
	state := "deterministic"
	if len(s.Sources) > 0 {
		state = fmt.Sprintf("%s, %s contaminated", count(len(s.Sources), "source"), count(len(s.Contaminated), "field"))
	}
	if s.Output {
		state += ", " + map[bool]string{true: "reply", false: "request"}[s.To == ""] + " contaminated"
	}
	if s.Offer {
		state += ", may be offered"
	}
	p.line(4, "%d %-8s %s -> %s: %s", s.Index, s.Direction, from, to, state)
}

func (p *printer) footprint(s report.Sliver) {
	for _, touched := range []struct {
		how    string
		places []string
	}{{"reads", s.Reads}, {"writes", s.Writes}, {"tape", s.Taped}} {
		if len(touched.places) > 0 {
			p.line(6, "%-7s %s", touched.how, shorten(strings.Join(touched.places, " ")))
		}
	}
	if len(s.Tape) > 0 {
		p.line(6, "on tape %s", strings.Join(tapeLines(s), " "))
	}
}

// tapeLines are the lines with statements on the tape, each once.
func tapeLines(s report.Sliver) []string {
	var out []string
	for _, pos := range s.Tape {
		out = append(out, line(pos))
	}
	return slices.Compact(out)
}

func (p *printer) pairs() {
	for _, pair := range p.r.Pairs {
		offer := "requests may be offered in style active"
		if !pair.Offerable {
			offer = "requests are never offered"
		}
		p.heading("Compensation pair %s -> %s (%s)", pair.Caller, pair.Callee, offer)
		for _, c := range pair.Crossings {
			fields := make([]string, len(c.Fields))
			for i, f := range c.Fields {
				fields[i] = Short(f)
			}
			reach := "nothing persistent"
			if len(fields) > 0 {
				reach = strings.Join(fields, ", ")
			}
			p.line(2, "%-8s %s, %s: %s %s", c.Direction, Short(c.Entry), c.Method, reaches(len(c.Sources)), reach)
		}
	}
}

func reaches(sources int) string {
	if sources == 1 {
		return "1 source reaches"
	}
	return fmt.Sprintf("%d sources reach", sources)
}

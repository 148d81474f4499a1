package text

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/midas-tiers/midas/analysis"
)

const width = 100

// Write renders the report. The error is the writer's.
func Write(w io.Writer, r *analysis.Report) error {
	p := &printer{r: r}
	p.entries()
	p.footprints()
	p.pairs()
	p.unknown()
	p.problems()
	p.summary()
	_, err := io.WriteString(w, p.b.String())
	return err
}

type printer struct {
	r *analysis.Report
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

// entries prints, for each entry with something to say, its sources, fields and slivers.
func (p *printer) entries() {
	quiet := []string{}
	for _, e := range p.names() {
		if !p.entry(e) {
			quiet = append(quiet, e)
		}
	}
	if len(quiet) > 0 {
		p.heading("Deterministic: %s", strings.Join(quiet, ", "))
	}
}

func (p *printer) names() []string {
	var out []string
	for _, s := range p.r.Slivers {
		out = append(out, s.Entry)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (p *printer) entry(name string) bool {
	said := p.leader(name)
	for _, s := range p.r.Sources {
		for _, e := range s.Entries {
			if e.Entry != name {
				continue
			}
			if !said {
				p.heading("%s", name)
				said = true
			}
			p.source(s, e)
		}
	}
	said = p.effects(name, said)
	if said {
		p.fields(name)
		p.slivers(name)
	}
	return said
}

// effects prints the entry's external effects, and its heading unless that was printed.
func (p *printer) effects(name string, said bool) bool {
	for _, e := range p.r.Effects {
		if !slices.Contains(e.Entries, name) {
			continue
		}
		if !said {
			p.heading("%s", name)
			said = true
		}
		p.line(2, "external effect %s at %s: performed by the leader after the sliver is durable, recorded, replayed elsewhere; "+
			"towards the outside at least once, towards state exactly once", Short(e.Name), At(e.Pos))
	}
	return said
}

// leader says why the entry runs in style leader only, if it does.
func (p *printer) leader(name string) bool {
	said := false
	for _, f := range p.r.Leader {
		if f.Entry != name {
			continue
		}
		word := "and because"
		if !said {
			p.heading("%s", name)
			word, said = "runs in style leader, because", true
		}
		p.line(2, "%s %s: %s", word, At(f.Pos), shorten(f.Reason))
	}
	return said
}

func (p *printer) source(s analysis.SourceReport, e analysis.SourceEntry) {
	action := map[string]string{"record": ", recorded", "determinize": ", made canonical"}[s.Action]
	if e.Class == analysis.Superficial {
		p.line(2, "%-11s %s %s at %s: %s", e.Class, s.Kind, Short(s.Symbol), At(s.Pos), e.Why)
		return
	}
	p.line(2, "%-11s %s %s at %s%s", e.Class, s.Kind, Short(s.Symbol), At(s.Pos), action)
	for i, step := range e.Path {
		if i > 0 {
			p.line(14, "%s: %s", At(step.Pos), shorten(step.What))
		}
	}
}

func (p *printer) fields(entry string) {
	first := true
	for _, f := range p.r.Contaminated {
		if f.Entry != entry {
			continue
		}
		if first {
			p.line(2, "contaminated state")
			first = false
		}
		var how []string
		for _, h := range f.How {
			how = append(how, string(h))
		}
		p.line(4, "%-36s %s", Short(f.Field), strings.Join(how, ", "))
	}
}

func (p *printer) slivers(entry string) {
	p.line(2, "slivers")
	for _, s := range p.r.Slivers {
		if s.Entry != entry {
			continue
		}
		from, to := "entry", "reply"
		if s.From != "" {
			from = s.From
		}
		if s.To != "" {
			to = s.To
		}
		state := "deterministic"
		if len(s.Sources) > 0 {
			state = fmt.Sprintf("%d first-hand, %d contaminated", len(s.Sources), len(s.Contaminated))
		}
		if s.Output {
			state += ", " + map[bool]string{true: "reply", false: "request"}[s.To == ""] + " contaminated"
		}
		if s.Offer {
			state += ", may be offered"
		}
		p.line(4, "%-8s %s -> %s: %s", s.Direction, from, to, state)
	}
}

func (p *printer) pairs() {
	for _, pair := range p.r.Pairs {
		offer := "requests may be offered"
		if !pair.Offerable {
			offer = "on a circle: requests are never offered"
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
			p.line(2, "%-8s %s, %s: %s %s", c.Direction, c.Entry, c.Method, reaches(len(c.Sources)), reach)
		}
	}
}

func (p *printer) unknown() {
	if len(p.r.Unknown) == 0 {
		return
	}
	p.heading("Not known (arguments are taken to flow to results and into memory)")
	for _, u := range p.r.Unknown {
		at := make([]string, len(u.Positions))
		for i, pos := range u.Positions {
			at[i] = At(pos)
		}
		p.line(2, "%s at %s", Short(u.Symbol), strings.Join(at, ", "))
	}
}

func (p *printer) problems() {
	if len(p.r.Problems) == 0 {
		return
	}
	p.heading("Problems")
	for _, f := range p.r.Problems {
		where := fmt.Sprintf("%s:%d:%d", f.Pos.File, f.Pos.Line, f.Pos.Column)
		if f.Entry != "" {
			where += " " + f.Entry
		}
		p.line(2, "%s: %s", where, shorten(f.Reason))
	}
}

func (p *printer) summary() {
	s := p.r.Stats
	p.heading("%s, %s: %d first-hand and %s; %s on tape; %s.",
		count(s.Packages, "package"), count(s.Entries, "entry"), s.FirstHand, count(s.Superficial, "superficial source"),
		count(s.Taped, "statement"), count(len(p.r.Problems), "problem"))
}

func count(n int, noun string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case strings.HasSuffix(noun, "y"):
		return fmt.Sprintf("%d %sies", n, strings.TrimSuffix(noun, "y"))
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func reaches(sources int) string {
	if sources == 1 {
		return "1 source reaches"
	}
	return fmt.Sprintf("%d sources reach", sources)
}

package text

import (
	"slices"
	"strings"

	"github.com/midas-tiers/midas/analysis"
)

// footprints prints what every sliver of every entry may touch, and which entries are reads.
func (p *printer) footprints() {
	names := p.names()
	if len(names) > 0 {
		p.heading("Footprints")
	}
	for _, e := range names {
		if slices.Contains(p.r.ReadOnly, e) {
			p.line(2, "%s (a read: runs without the log)", e)
		} else {
			p.line(2, "%s", e)
		}
		from := "?"
		for _, s := range p.r.Slivers {
			if s.Entry == e && s.From != from { // one that can end in several ways has several rows
				from = s.From
				p.footprint(s)
			}
		}
	}
}

func (p *printer) footprint(s analysis.SliverReport) {
	indent := 4
	if s.From != "" {
		p.line(4, "after %s", s.From)
		indent = 6
	}
	if len(s.Reads)+len(s.Writes) == 0 {
		p.line(indent, "nothing")
	}
	for _, touched := range []struct {
		how    string
		places []string
	}{{"reads", s.Reads}, {"writes", s.Writes}, {"tape", s.Taped}} {
		if len(touched.places) > 0 {
			p.line(indent, "%-6s  %s", touched.how, shorten(strings.Join(touched.places, " ")))
		}
	}
}

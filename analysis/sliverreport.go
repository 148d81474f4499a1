package analysis

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/report"
)

// drawn are the sources of the entry that the sliver can draw and that matter to the operation.
func (p *program) drawn(s *sliver) srcs {
	var out srcs
	for in := range s.region {
		if src := p.sourceAt[in]; src != nil && src.class[s.entry.method] == report.FirstHand {
			out = out.or(one(src.index))
		}
	}
	return out
}

// sliverReports has one row for each event that can end a sliver.
func (p *program) sliverReports() []report.Sliver {
	out := []report.Sliver{}
	index := map[string]int{}
	for _, s := range p.slivers {
		base := p.sliverReport(s, index)
		outputs := p.outputs(s)
		for _, to := range p.ends(s) {
			row := base
			row.To, row.Direction, row.Output = to, "forward", outputs[to]
			if to == "" {
				row.Direction = "backward"
			}
			row.Offer = to != "" && row.Style == "active" && p.offers(s)
			out = append(out, row)
		}
	}
	return out
}

func (p *program) sliverReport(s *sliver, index map[string]int) report.Sliver {
	name := p.entryName(s.entry.method)
	fields := map[string]bool{}
	for _, h := range s.flow.hits() {
		addAll(fields, h.fields)
	}
	touched := p.footprint(s)
	row := report.Sliver{
		Entry: name, Index: index[name], From: s.from, Sources: p.ids(p.drawn(s)), Contaminated: sortedKeys(fields),
		Reads: touched.reads, Writes: touched.writes, Taped: touched.contaminated, Tape: p.tapePositions(s), Style: "active",
	}
	index[name]++
	if h, ok := p.hindered(s.entry.method); ok {
		at := p.relative(h.Pos)
		row.Style, row.Why = "leader", at.String()+": "+h.Reason
	}
	return row
}

// hindered is the first thing that keeps the method from style active.
func (p *program) hindered(method string) (Finding, bool) {
	i := slices.IndexFunc(p.facts.hindrances, func(h Finding) bool { return h.Entry == method })
	if i < 0 {
		return Finding{}, false
	}
	return p.facts.hindrances[i], true
}

// outputs says which events that end the sliver hand out something contaminated; "" is the reply.
func (p *program) outputs(s *sliver) map[string]bool {
	out := map[string]bool{}
	for _, h := range s.flow.hits() {
		if h.what == "reply" {
			out[""] = true
		}
		if h.leaves() {
			out[p.calls[h.in.(ssa.CallInstruction)].nested] = true
		}
	}
	return out
}

func (p *program) ends(s *sliver) []string {
	ends := map[string]bool{}
	for _, site := range s.parks {
		ends[p.calls[site].nested] = true
	}
	if s.returns {
		ends[""] = true
	}
	return sortedKeys(ends)
}

// tapePositions are the statements of the sliver that are on its tape.
func (p *program) tapePositions(s *sliver) []report.Position {
	found := map[report.Position]bool{}
	if p.taped.order[s] != nil {
		for in := range s.region {
			if st := p.syntax.of[in]; st != nil && (p.facts.taped[st] || p.facts.branch[st]) {
				found[p.position(st.Pos())] = true
			}
		}
	}
	out := []report.Position{}
	for pos := range found {
		out = append(out, pos)
	}
	slices.SortFunc(out, report.Position.Compare)
	return out
}

package analysis

import (
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/topology"
)

// report renders the results into the versioned document.
func (p *program) report(topo *topology.Topology) *Report {
	r := &Report{
		Version: ReportVersion, Packages: []string{}, Sources: []SourceReport{}, Contaminated: p.contaminatedFields(),
		Slivers: []SliverReport{}, ReadOnly: []string{}, Effects: p.effectReports(), Unknown: p.unknown(),
		Leader: p.findings(p.facts.hindrances), Problems: p.findings(p.facts.problems),
	}
	for _, pkg := range p.pkgs {
		r.Packages = append(r.Packages, pkg.PkgPath)
	}
	for _, src := range p.sources {
		if sr := p.sourceReport(src); len(sr.Entries) > 0 {
			r.Sources = append(r.Sources, sr)
		}
	}
	slices.SortFunc(r.Sources, func(a, b SourceReport) int { return a.Pos.compare(b.Pos) })
	for _, s := range p.slivers {
		r.Slivers = append(r.Slivers, p.sliverReports(s)...)
	}
	for _, m := range p.facts.methods {
		if m.ReadOnly {
			r.ReadOnly = append(r.ReadOnly, m.Name)
		}
	}
	if topo != nil {
		r.Pairs = p.pairs(topo)
	}
	r.Stats = p.stats(r)
	return r
}

func (p *program) findings(list []Finding) []Problem {
	out := []Problem{}
	for _, f := range list {
		out = append(out, Problem{Pos: p.relative(f.Pos), Entry: f.Entry, Reason: f.Reason})
	}
	return out
}

func (p Position) compare(q Position) int {
	if c := strings.Compare(p.File, q.File); c != 0 {
		return c
	}
	if p.Line != q.Line {
		return p.Line - q.Line
	}
	return p.Column - q.Column
}

func (p *program) sourceReport(src *source) SourceReport {
	sr := SourceReport{ID: src.ID, Kind: src.Kind, Symbol: src.Symbol, Pos: p.relative(src.Pos), Action: "none", Entries: []SourceEntry{}}
	switch {
	case src.firstHand && src.Determinized:
		sr.Action = "determinize"
	case src.recorded(), src.firstHand && src.Kind == Select:
		sr.Action = "record"
	}
	for _, e := range sortedKeys(src.class) {
		se := SourceEntry{Entry: e, Class: src.class[e], Path: src.paths[e]}
		if se.Class == Superficial {
			se.Why = src.harmless
			if se.Why == "" {
				se.Why = "reaches no persistent state, no nested request and no reply"
			}
		}
		sr.Entries = append(sr.Entries, se)
	}
	return sr
}

func (p *program) ids(s srcs) []string {
	out := []string{}
	for _, i := range s.each() {
		if i != remade {
			out = append(out, p.sources[i-1].ID)
		}
	}
	slices.Sort(out)
	return out
}

func (p *program) contaminatedFields() []FieldReport {
	type key struct{ field, entry string }
	type row struct {
		how map[How]bool
		src srcs
		pos map[Position]bool
	}
	rows := map[key]*row{}
	for _, s := range p.slivers {
		for _, h := range s.flow.hits() {
			for _, f := range h.fields {
				k := key{f, s.entry.method}
				if rows[k] == nil {
					rows[k] = &row{how: map[How]bool{}, pos: map[Position]bool{}}
				}
				for how, by := range h.how {
					if !by.empty() {
						rows[k].how[how] = true
						rows[k].src = rows[k].src.or(by)
					}
				}
				rows[k].pos[p.position(p.stepPos(h.in))] = true
			}
		}
	}
	out := []FieldReport{}
	for k, r := range rows {
		fr := FieldReport{Field: k.field, Entry: k.entry, Sources: p.ids(r.src)}
		for _, how := range []How{ByValue, ByLocation, ByOccurrence} {
			if r.how[how] {
				fr.How = append(fr.How, how)
			}
		}
		fr.Positions = slices.SortedFunc(maps.Keys(r.pos), Position.compare)
		out = append(out, fr)
	}
	slices.SortFunc(out, func(a, b FieldReport) int {
		if c := strings.Compare(a.Field, b.Field); c != 0 {
			return c
		}
		return strings.Compare(a.Entry, b.Entry)
	})
	return out
}

// sliverReports has one row for each event that can end the sliver.
func (p *program) sliverReports(s *sliver) []SliverReport {
	base := SliverReport{Entry: s.entry.method, From: s.from, Sources: p.ids(p.drawn(s)), Contaminated: []string{}}
	fields, outputs := map[string]bool{}, map[string]bool{}
	for _, h := range s.flow.hits() {
		for _, f := range h.fields {
			fields[f] = true
		}
		if h.what == "reply" {
			outputs[""] = true
		}
		if h.leaves() {
			outputs[p.calls[h.in.(ssa.CallInstruction)].nested] = true
		}
	}
	touched := p.footprint(s)
	base.Contaminated, base.Reads, base.Writes, base.Taped = sortedKeys(fields), touched.reads, touched.writes, touched.contaminated
	ends := map[string]bool{}
	for _, site := range s.parks {
		ends[p.calls[site].nested] = true
	}
	if s.returns {
		ends[""] = true
	}
	var out []SliverReport
	for _, to := range sortedKeys(ends) {
		row := base
		row.To, row.Direction, row.Output = to, Forward, outputs[to]
		if to == "" {
			row.Direction = Backward
		}
		row.Offer = to != "" && p.offers(s)
		out = append(out, row)
	}
	return out
}

func addAll(set map[string]bool, names []string) {
	for _, n := range names {
		set[n] = true
	}
}

func (p *program) effectReports() []EffectReport {
	out := []EffectReport{}
	for site, c := range p.calls {
		if entries := p.entriesOf(site.Parent()); c.effect && len(entries) > 0 {
			out = append(out, EffectReport{Name: c.nested, Pos: p.position(site.Pos()), Entries: entries})
		}
	}
	slices.SortFunc(out, func(a, b EffectReport) int { return a.Pos.compare(b.Pos) })
	return out
}

// drawn are the first-hand sources of the entry that the sliver can draw.
func (p *program) drawn(s *sliver) srcs {
	var out srcs
	for in := range s.region {
		if src := p.sourceAt[in]; src != nil && src.class[s.entry.method] == FirstHand {
			out = out.or(one(src.index))
		}
	}
	return out
}

// unknown lists what own code reached by entries calls although nothing is known about it.
func (p *program) unknown() []Unknown {
	at := map[string]map[Position]bool{}
	for _, fn := range p.funcs {
		if !p.isOwn(fn) || !p.reached[fn] {
			continue
		}
		for in := range instructions(fn) {
			site, ok := in.(ssa.CallInstruction)
			if !ok {
				continue
			}
			for _, e := range p.calls[site].externs {
				if !e.known {
					if at[e.symbol] == nil {
						at[e.symbol] = map[Position]bool{}
					}
					at[e.symbol][p.position(site.Pos())] = true
				}
			}
		}
	}
	out := []Unknown{}
	for _, sym := range sortedKeys(at) {
		out = append(out, Unknown{Symbol: sym, Positions: slices.SortedFunc(maps.Keys(at[sym]), Position.compare)})
	}
	return out
}

func (p *program) stats(r *Report) Stats {
	s := Stats{Packages: len(p.pkgs), Entries: len(p.entries), Slivers: len(r.Slivers), Sources: len(r.Sources)}
	for _, fn := range p.funcs {
		if p.isOwn(fn) && fn.Syntax() != nil {
			s.Functions++
		}
	}
	for _, src := range r.Sources {
		if slices.ContainsFunc(src.Entries, func(e SourceEntry) bool { return e.Class == FirstHand }) {
			s.FirstHand++
		} else {
			s.Superficial++
		}
	}
	for _, on := range p.facts.taped {
		if on {
			s.Taped++
		}
	}
	return s
}

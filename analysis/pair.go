package analysis

import (
	"maps"
	"path"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/points"
	"github.com/midas-tiers/midas/analysis/report"
	"github.com/midas-tiers/midas/analysis/topology"
)

// travel is where contamination goes over a whole entry, slivers together, when it may also come in by its request and by replies.
type travel struct {
	requests map[string]cargo // by nested method
	reply    cargo
	fields   map[string]srcs
	own      srcs // what the entry itself draws
}

// pairs says between which tiers contamination travels, and what it reaches at the receiving tier.
func (p *program) pairs(topo *topology.Topology) []report.Pair {
	tiers := p.tierEntries(topo)
	travels := p.travels()
	out := []report.Pair{}
	for _, caller := range topo.Names() {
		for _, callee := range topo.Callees(caller) {
			pair := report.Pair{Caller: caller, Callee: callee, Crossings: []report.Crossing{}}
			for _, e := range tiers[caller] {
				for _, m := range tiers[callee] {
					pair.Crossings = append(pair.Crossings, p.crossings(travels, e, m)...)
					pair.Offerable = pair.Offerable || !topo.OnCircle(caller, callee) && p.offersTo(e, m.method)
				}
			}
			if len(pair.Crossings) > 0 {
				out = append(out, pair)
			}
		}
	}
	return out
}

// offersTo says that the entry may run in style active and has a request to the method that may be offered.
func (p *program) offersTo(e *entry, method string) bool {
	if _, bound := p.hindered(e.method); bound {
		return false
	}
	return slices.ContainsFunc(p.slivers, func(s *sliver) bool {
		return s.entry == e && slices.Contains(p.ends(s), method) && p.offers(s)
	})
}

// tierEntries finds each tier's entries: those that its main package, or a package that it imports, registers.
func (p *program) tierEntries(topo *topology.Topology) map[string][]*entry {
	out := map[string][]*entry{}
	for _, name := range topo.Names() {
		reached := p.importsOf(topo.Tiers[name].Package)
		for _, e := range p.entries {
			if slices.ContainsFunc(e.sites, func(s ssa.CallInstruction) bool { return reached[packageOf(s.Parent()).Pkg.Path()] }) {
				out[name] = append(out[name], e)
			}
		}
	}
	return out
}

// importsOf is the import closure of the main package that a topology names, relative or in full.
func (p *program) importsOf(name string) map[string]bool {
	seen := map[string]bool{}
	var walk func(pkg *packages.Package)
	walk = func(pkg *packages.Package) {
		if !seen[pkg.PkgPath] {
			seen[pkg.PkgPath] = true
			for _, imp := range pkg.Imports {
				walk(imp)
			}
		}
	}
	suffix := path.Clean(name)
	for _, pkg := range p.pkgs {
		if pkg.Name == "main" && name != "" && (pkg.PkgPath == suffix || strings.HasSuffix(pkg.PkgPath, "/"+suffix)) {
			walk(pkg)
		}
	}
	return seen
}

// crossings of one method of the caller with one method of the callee.
func (p *program) crossings(travels map[*entry]*travel, e, m *entry) []report.Crossing {
	out := []report.Crossing{}
	request, calls := travels[e].requests[m.method]
	if !calls {
		return out
	}
	if s := request.all(); !s.empty() {
		out = append(out, report.Crossing{Entry: p.entryName(e.method), Method: m.method, Direction: "forward", Sources: p.ids(s), Fields: travels[m].inherits(s)})
	}
	if s := travels[m].reply.all().minus(travels[e].own); !s.empty() {
		out = append(out, report.Crossing{Entry: p.entryName(e.method), Method: m.method, Direction: "backward", Sources: p.ids(s), Fields: travels[e].inherits(s)})
	}
	return out
}

// inherits lists the fields that one of the sources reaches.
func (t *travel) inherits(from srcs) []string {
	set := map[string]bool{}
	for f, s := range t.fields {
		if s.minus(from) != s {
			set[f] = true
		}
	}
	return sortedKeys(set)
}

// travels follows contamination through all entries until nothing more crosses.
func (p *program) travels() map[*entry]*travel {
	out := map[*entry]*travel{}
	byMethod := map[string]*entry{}
	request := map[*entry]cargo{}
	for _, e := range p.entries {
		out[e] = &travel{reply: cargo{}}
		byMethod[e.method] = e
		request[e] = cargo{}
	}
	for changed := true; changed; {
		changed = false
		for _, e := range p.entries {
			t := p.travel(e, request[e], func(method string) cargo {
				if m := byMethod[method]; m != nil {
					return out[m].reply
				}
				return nil
			})
			changed = t.reply.load(out[e].reply) || !sameCargo(t.reply, out[e].reply) || changed
			out[e] = t
			for method, c := range t.requests {
				if m := byMethod[method]; m != nil && request[m].load(c) {
					changed = true
				}
			}
		}
	}
	return out
}

func sameCargo(a, b cargo) bool { return maps.Equal(a, b) }

func (p *program) travel(e *entry, request cargo, reply func(method string) cargo) *travel {
	s := p.whole(e)
	t := p.newTaint(s, p.seedAll)
	out := &travel{requests: map[string]cargo{}, reply: cargo{}, fields: map[string]srcs{}, own: p.drawn(s)}
	param := e.fn.Params[len(e.fn.Params)-1]
	t.arrive(p.graph.Of(param), request, nil)
	t.setPlace(place{nil, param}, request[""], nil, "")
	t.each(func(in ssa.Instruction) {
		site, ok := in.(*ssa.Call)
		if !ok || p.calls[site].nested == "" || p.inGeneratedClient(site.Parent()) {
			return
		}
		c := reply(p.calls[site].nested)
		out.requests[p.calls[site].nested] = cargo{}
		t.arrive(p.graph.Tuple(site, 0), c, site)
		for i := range site.Common().Signature().Results().Len() {
			part := ""
			if i > 0 {
				part = failure
			}
			t.callResult(site, i, c[part], nil, "")
		}
	})
	t.solve()
	out.collect(t)
	return out
}

func (tr *travel) collect(t *taint) {
	t.each(func(in ssa.Instruction) {
		h := t.hit(in)
		if h == nil {
			return
		}
		s := h.all().or(t.kept(in))
		for _, f := range h.fields {
			tr.fields[f] = tr.fields[f].or(s)
		}
		if h.what == "reply" {
			tr.reply.load(t.depart(results(in.(*ssa.Return)), in))
		}
		if m, ok := strings.CutPrefix(h.what, requestWord); ok {
			tr.requests[m].load(t.depart(points.Operands(in.(ssa.CallInstruction).Common()), in))
		}
	})
}

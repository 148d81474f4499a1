package analysis

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/points"
)

// taint is the contamination within one sliver: what depends on which sources.
type taint struct {
	p     *program
	s     *sliver
	seed  func(in ssa.Instruction) srcs // what an instruction itself draws
	fresh func(in ssa.Instruction) bool // a replay allocates its memory anew; nil for never

	site   ssa.CallInstruction // the call whose execution of the function is looked at
	val    map[place]srcs
	whole  map[place]srcs     // of val, what contaminates every field of a struct
	parts  map[part]srcs      // what contaminates one field of a struct
	all    map[ssa.Value]srcs // over all calls; a tuple has those of its components
	slots  map[slot]srcs
	mem    map[*points.Object]map[string][]mark
	called map[control]srcs // under which sources' control the call is made

	why     map[trail]origin // first way to each, for paths; nil when none are asked for
	changed bool
	orders  srcs // sources of kind map order
	order   *order
	starts  map[*ssa.Function][]ssa.CallInstruction
}

// place is a value in the executions of its function that one call starts; captured variables have no call.
type place struct {
	site ssa.CallInstruction
	v    ssa.Value
}

// slot is component i of a tuple, or result i of a function, in the executions that one call starts.
type slot struct {
	site ssa.CallInstruction
	of   any
	i    int
}

// trail names one source at one place; origin is where it came from.
type trail struct {
	at  any
	src int
}

type origin struct {
	at   any
	pos  token.Pos
	what string
}

func (p *program) newTaint(s *sliver, seed func(ssa.Instruction) srcs) *taint {
	t := &taint{
		p: p, s: s, seed: seed, val: map[place]srcs{}, whole: map[place]srcs{}, parts: map[part]srcs{}, all: map[ssa.Value]srcs{}, slots: map[slot]srcs{},
		mem: map[*points.Object]map[string][]mark{}, called: map[control]srcs{}, order: s.ordering(p), starts: map[*ssa.Function][]ssa.CallInstruction{},
	}
	for _, src := range p.sources {
		if src.Kind == MapOrder {
			t.orders = t.orders.or(one(src.index))
		}
	}
	return t
}

// solve runs to the fixpoint.
func (t *taint) solve() {
	for t.changed = true; t.changed; {
		t.changed = false
		t.each(t.step)
	}
}

// each visits every instruction of the sliver once for each call that starts its function.
func (t *taint) each(visit func(in ssa.Instruction)) {
	for _, fn := range t.s.funcs {
		for _, site := range t.sites(fn) {
			t.site = site
			for in := range instructions(fn) {
				if t.s.region[in] {
					visit(in)
				}
			}
		}
	}
	t.site = nil
}

// sites are the calls that start fn; nil stands for one from outside.
func (t *taint) sites(fn *ssa.Function) []ssa.CallInstruction {
	if out, ok := t.starts[fn]; ok {
		return out
	}
	var out []ssa.CallInstruction
	for _, site := range t.p.callers[fn] {
		if t.s.entry.tree[site.Parent()] || t.s.region[site] {
			out = append(out, site)
		}
	}
	if len(out) == 0 || fn == t.s.entry.fn {
		out = append(out, nil)
	}
	t.starts[fn] = out
	return out
}

func (t *taint) trace(at any, added srcs, from any, pos token.Pos, what string) {
	if t.why == nil {
		return
	}
	for _, i := range added.each() {
		if _, ok := t.why[trail{at, i}]; !ok {
			t.why[trail{at, i}] = origin{t.locate(from), pos, what}
		}
	}
}

// locate turns a value of the function that is looked at into a place.
func (t *taint) locate(at any) any {
	if v, ok := at.(ssa.Value); ok {
		return t.place(v)
	}
	return at
}

func (t *taint) place(v ssa.Value) place {
	if _, ok := v.(*ssa.FreeVar); ok {
		return place{nil, v}
	}
	return place{t.site, v}
}

func (t *taint) get(v ssa.Value) srcs { return t.val[t.place(v)] }

func (t *taint) setValue(v ssa.Value, s srcs, from any, what string) {
	t.setPlace(t.place(v), s, from, what)
}

func (t *taint) setPlace(at place, s srcs, from any, what string) {
	if !points.Pointed(at.v.Type()) {
		s = s.minus(one(remade))
	}
	if s.empty() || t.whole[at].covers(s) {
		return
	}
	t.whole[at] = t.whole[at].or(s)
	t.changed = true
	t.mark(at, s, from, what)
}

// mark contaminates a value without saying which of its fields.
func (t *taint) mark(at place, s srcs, from any, what string) {
	old := t.val[at]
	if old.covers(s) {
		return
	}
	t.trace(at, s.minus(old), from, at.v.Pos(), what)
	t.val[at] = old.or(s)
	t.all[at.v] = t.all[at.v].or(s)
	t.changed = true
}

// part is component i of a tuple.
func (t *taint) part(tuple ssa.Value, i int) slot { return slot{t.site, tuple, i} }

func (t *taint) setSlot(k slot, typ types.Type, s srcs, from any, pos token.Pos, what string) {
	if !points.Pointed(typ) {
		s = s.minus(one(remade))
	}
	old := t.slots[k]
	if s.empty() || old.covers(s) {
		return
	}
	t.trace(k, s.minus(old), from, pos, what)
	t.slots[k] = old.or(s)
	if v, ok := k.of.(ssa.Value); ok {
		t.all[v] = t.all[v].or(s)
	}
	t.changed = true
}

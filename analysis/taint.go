package analysis

import (
	"go/token"
	"go/types"
	"slices"

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

// mark is a write that contaminates a cell. Only what can run after it sees it; what runs after no instruction in particular has none.
type mark struct {
	moment
	srcs
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

type memory struct{ addr points.Addr }

type control struct {
	site ssa.CallInstruction
	fn   *ssa.Function
}

func (p *program) newTaint(s *sliver, seed func(ssa.Instruction) srcs) *taint {
	t := &taint{
		p: p, s: s, seed: seed, val: map[place]srcs{}, all: map[ssa.Value]srcs{}, slots: map[slot]srcs{},
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
	old := t.val[at]
	if s.empty() || old.covers(s) {
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

// setMem contaminates a cell by the instruction; nil is before all others.
func (t *taint) setMem(a points.Addr, s srcs, from any, in ssa.Instruction, what string) {
	if s.empty() {
		return
	}
	cells := t.mem[a.Obj]
	if cells == nil {
		cells = map[string][]mark{}
		t.mem[a.Obj] = cells
	}
	now := moment{t.site, in}
	i := slices.IndexFunc(cells[a.Path], func(m mark) bool { return m.moment == now })
	if i < 0 {
		i = len(cells[a.Path])
		cells[a.Path] = append(cells[a.Path], mark{moment: now})
	}
	m := &cells[a.Path][i]
	if m.covers(s) {
		return
	}
	pos := token.NoPos
	if in != nil {
		pos = in.Pos()
	}
	t.trace(memory{a}, s.minus(m.srcs), from, pos, what)
	m.srcs = m.or(s)
	t.changed = true
}

func (t *taint) setControl(site ssa.CallInstruction, fn *ssa.Function, s srcs, from any) {
	k := control{site, fn}
	s = s.minus(one(remade))
	old := t.called[k]
	if s.empty() || old.covers(s) {
		return
	}
	t.trace(k, s.minus(old), from, site.Pos(), "decides whether "+fn.Name()+" is called")
	t.called[k] = old.or(s)
	t.changed = true
}

// load is the contamination of what the cells hold when the instruction runs, with one contaminated cell for the path.
func (t *taint) load(addrs []points.Addr, at ssa.Instruction) (srcs, any) {
	var out srcs
	var from any
	for _, a := range addrs {
		for path, marks := range t.mem[a.Obj] {
			if !points.Overlap(path, a.Path) {
				continue
			}
			for _, m := range marks {
				if out.covers(m.srcs) || m.in != nil && !t.order.after(m.moment, moment{t.site, at}) {
					continue
				}
				out = out.or(m.srcs)
				if c := (memory{points.Addr{Obj: a.Obj, Path: path}}); from == nil || c.addr.Less(from.(memory).addr) {
					from = c
				}
			}
		}
	}
	return out, from
}

// blockControl is the contamination of the branches that decide whether b runs.
func (t *taint) blockControl(b *ssa.BasicBlock) srcs {
	out := t.called[control{t.site, b.Parent()}]
	for _, c := range t.p.flows[b.Parent()].deciders(b) {
		out = out.or(t.branch(c))
	}
	return out
}

// branch is the contamination of the branch that ends b.
func (t *taint) branch(b *ssa.BasicBlock) srcs {
	if i, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If); ok {
		return t.get(i.Cond)
	}
	return srcs{}
}

// anyControl is blockControl over all calls.
func (t *taint) anyControl(b *ssa.BasicBlock) srcs {
	var out srcs
	for _, site := range t.sites(b.Parent()) {
		t.site = site
		out = out.or(t.blockControl(b))
	}
	t.site = nil
	return out
}

// phiControl is the contamination of the choice among a phi's edges: of branches that decide an edge but not the phi itself.
func (t *taint) phiControl(phi *ssa.Phi) srcs {
	f := t.p.flows[phi.Parent()]
	common := map[*ssa.BasicBlock]bool{}
	for _, c := range f.deciders(phi.Block()) {
		common[c] = true
	}
	var out srcs
	for _, pred := range phi.Block().Preds {
		if len(pred.Succs) > 1 && (!common[pred] || pred == phi.Block()) {
			out = out.or(t.branch(pred))
		}
		for _, c := range f.deciders(pred) {
			if !common[c] || c == phi.Block() {
				out = out.or(t.branch(c))
			}
		}
	}
	return out
}

// deep is the contamination of v and of all memory that can be reached through it when the instruction runs.
func (t *taint) deep(v ssa.Value, at ssa.Instruction) srcs {
	out := t.get(v)
	if !points.Pointed(v.Type()) || t.p.opaque(v.Type()) || len(t.mem) == 0 {
		return out
	}
	seen := map[points.Addr]bool{}
	stack := t.p.graph.Of(v)
	stack = stack[:len(stack):len(stack)]
	for len(stack) > 0 {
		a := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen[a] || t.p.opaque(a.Obj.Type) {
			continue
		}
		seen[a] = true
		s, _ := t.load([]points.Addr{a}, at)
		out = out.or(s)
		stack = append(stack, t.p.graph.Load(a)...)
	}
	return out
}

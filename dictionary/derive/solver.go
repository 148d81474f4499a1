package main

import (
	"go/constant"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// solver computes the summaries of all functions, from the callees up, until nothing changes.
type solver struct {
	*library
	rules      *rules
	sums       map[*ssa.Function]*summary
	roots      map[*ssa.Function]*root
	states     map[*ssa.Function]*function
	order      []*ssa.Function
	rank       map[*ssa.Function]int // place in order
	dirty      map[*ssa.Function]bool
	callers    map[*ssa.Function]map[*ssa.Function]bool
	guessed    map[*ssa.Function]map[*ssa.Function]bool // callers by the call graph
	globals    map[*ssa.Global]deps
	readers    map[*ssa.Global]map[*ssa.Function]bool
	writers    map[*ssa.Global]map[*ssa.Function]bool
	assigned   map[*ssa.Global][]*ssa.Store
	traps      map[*ssa.Global]int
	sites      map[ssa.CallInstruction][]*ssa.Function
	methods    map[methodKey]*ssa.Function
	writesKind map[*ssa.Function]deps // kinds that a function writes to variables
	missing    map[string]bool        // functions without a body that no root names
	guessing   bool                   // values that no operand leads to may be anything that the call graph knows
}

type methodKey struct {
	t types.Type
	m *types.Func
}

func newSolver(lib *library, r *rules) *solver {
	s := &solver{
		library: lib, rules: r,
		sums: map[*ssa.Function]*summary{}, roots: map[*ssa.Function]*root{}, states: map[*ssa.Function]*function{},
		dirty:   map[*ssa.Function]bool{},
		callers: map[*ssa.Function]map[*ssa.Function]bool{},
		globals: map[*ssa.Global]deps{}, readers: map[*ssa.Global]map[*ssa.Function]bool{}, writers: map[*ssa.Global]map[*ssa.Function]bool{},
		assigned: map[*ssa.Global][]*ssa.Store{}, guessed: map[*ssa.Function]map[*ssa.Function]bool{},
		traps: map[*ssa.Global]int{}, sites: map[ssa.CallInstruction][]*ssa.Function{}, methods: map[methodKey]*ssa.Function{},
		missing: map[string]bool{}, writesKind: map[*ssa.Function]deps{},
	}
	for fn := range lib.funcs {
		s.order = append(s.order, fn)
		s.sums[fn] = &summary{results: make([]result, fn.Signature.Results().Len())}
	}
	slices.SortFunc(s.order, func(a, b *ssa.Function) int {
		if c := strings.Compare(a.String(), b.String()); c != 0 {
			return c
		}
		return int(a.Pos() - b.Pos())
	})
	s.rank = map[*ssa.Function]int{}
	for i, fn := range s.order {
		s.rank[fn] = i
		s.prepare(fn)
	}
	for _, callees := range s.sites {
		slices.SortFunc(callees, func(a, b *ssa.Function) int { return strings.Compare(a.String(), b.String()) })
	}
	return s
}

// prepare finds out what does not change while the summaries grow.
func (s *solver) prepare(fn *ssa.Function) {
	if r := s.rules.rootOf(fn); r != nil {
		s.roots[fn] = r
		s.sums[fn] = r.summary(fn)
		return
	}
	if fn.Blocks == nil {
		return
	}
	s.dirty[fn] = true
	s.states[fn] = newFunction(s, fn)
	for _, b := range fn.Blocks {
		for _, in := range b.Instrs {
			s.prepareInstr(fn, in)
		}
	}
	if n := s.graph.Nodes[fn]; n != nil {
		for _, e := range n.Out {
			if !testing(e.Callee.Func) || testing(fn) {
				s.sites[e.Site] = append(s.sites[e.Site], e.Callee.Func)
			}
		}
	}
}

func (s *solver) prepareInstr(fn *ssa.Function, in ssa.Instruction) {
	for _, op := range in.Operands(nil) {
		if g, ok := (*op).(*ssa.Global); ok {
			link(s.readers, g, fn)
		}
	}
	st, ok := in.(*ssa.Store)
	if !ok {
		return
	}
	g, isGlobal := st.Addr.(*ssa.Global)
	if isGlobal {
		s.assigned[g] = append(s.assigned[g], st)
	}
	c, isConst := st.Val.(*ssa.Const)
	if isGlobal && isConst && c.Value != nil && c.Value.Kind() == constant.Int {
		n, _ := constant.Int64Val(c.Value)
		s.traps[g] = int(n)
	}
}

func link[K comparable](m map[K]map[*ssa.Function]bool, k K, fn *ssa.Function) {
	if m[k] == nil {
		m[k] = map[*ssa.Function]bool{}
	}
	m[k][fn] = true
}

// solve first finds out where operands flow, then what may be called where nothing flows: the other way round each would be guessed of what
// is not known yet.
func (s *solver) solve() {
	s.fix()
	s.guessing = true
	for _, fn := range s.order {
		if s.states[fn] != nil {
			s.dirty[fn] = true
		}
	}
	s.fix()
}

func (s *solver) fix() {
	for len(s.dirty) > 0 {
		for _, fn := range s.order {
			if s.dirty[fn] {
				delete(s.dirty, fn)
				s.run(s.states[fn])
			}
		}
	}
}

func (s *solver) run(f *function) {
	f.grew = false
	for {
		f.changed = false
		f.step()
		if !f.changed {
			break
		}
	}
	if f.grew {
		for c := range s.callers[f.fn] {
			s.dirty[c] = true
		}
		for c := range s.guessed[f.fn] {
			s.dirty[c] = true
		}
	}
}

func (s *solver) root(fn *ssa.Function) *root { return s.roots[body(fn)] }

// body is the function that has the code: an instance without a body of its own has its origin's.
func body(fn *ssa.Function) *ssa.Function {
	if fn != nil && fn.Blocks == nil && fn.Origin() != nil {
		return fn.Origin()
	}
	return fn
}

func (s *solver) summaryOf(fn *ssa.Function) *summary {
	fn = body(fn)
	if fn == nil {
		return nil
	}
	if s.roots[fn] == nil && s.states[fn] == nil {
		s.missing[fn.String()] = true
		return nil
	}
	return s.sums[fn]
}

func (f *function) edge(fn *ssa.Function) {
	fn = body(fn)
	link(f.callers, fn, f.fn)
}

func (s *solver) calleesAt(in ssa.CallInstruction) []*ssa.Function { return s.sites[in] }

func (s *solver) method(t types.Type, m *types.Func) *ssa.Function {
	k := methodKey{t, m}
	fn, ok := s.methods[k]
	if !ok {
		if sel := types.NewMethodSet(t).Lookup(m.Pkg(), m.Name()); sel != nil {
			fn = s.prog.MethodValue(sel)
		}
		s.methods[k] = fn
	}
	if body(fn) != nil && s.sums[body(fn)] == nil {
		return nil
	}
	return fn
}

// testMachinery are packages for tests outside testing.
var testMachinery = map[string]bool{
	"vendor/golang.org/x/net/nettest": true, "internal/obscuretestdata": true, "internal/fuzz": true, "net/http/httptest": true,
	"internal/testenv": true, "internal/testpty": true, "internal/testhash": true, "internal/testlog": true,
}

// testing reports whether the function belongs to a test's machinery: programs do not hand its types to the rest of the library.
func testing(fn *ssa.Function) bool {
	if fn.Pkg == nil {
		return false
	}
	first, _, _ := strings.Cut(fn.Pkg.Pkg.Path(), "/")
	return first == "testing" || testMachinery[fn.Pkg.Pkg.Path()]
}

func (f *function) writeGlobal(g *ssa.Global, d deps) {
	for _, b := range f.rules.barriersOf(g.String()) {
		if d&b.kinds != 0 {
			b.used = true
		}
		d &^= b.kinds
	}
	if d == 0 {
		return
	}
	link(f.writers, g, f.fn)
	f.writesKind[f.fn] |= d
	if f.globals[g]|d != f.globals[g] {
		f.globals[g] |= d
		f.changed = true
		for fn := range f.readers[g] {
			f.dirty[fn] = true
		}
	}
}

// summary is what the rule says of the function.
func (r *root) summary(fn *ssa.Function) *summary {
	sum := &summary{results: make([]result, fn.Signature.Results().Len()), external: r.acts}
	n := fn.Signature.Params().Len()
	if fn.Signature.Recv() != nil {
		n++
	}
	var all deps
	var places places
	for i := range n {
		all |= operandDep(i)
		places |= operandPlace(i) | deepPlace(i)
	}
	for _, i := range r.writes {
		sum.mutated |= operandPlace(i)
		sum.content[i] = all | r.kinds
		if r.alias {
			sum.keeps[i] = places
		}
	}
	for _, i := range append(slices.Clone(r.calls), r.goes...) {
		sum.calls[i] = &callback{methods: map[*types.Func]bool{}}
	}
	for _, i := range r.goes {
		sum.goes |= 1 << i
	}
	for i := range sum.results {
		sum.results[i].d = all | r.kinds
		sum.results[i].origin.other = true
		if r.alias {
			sum.results[i].at, sum.results[i].leads = places, places
		}
	}
	return sum
}

package main

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// function is the state of the analysis of one function. It only grows.
type function struct {
	*solver
	fn       *ssa.Function
	operands []ssa.Value
	vals     map[ssa.Value]*val
	stores   []*ssa.Store
	tuples   map[ssa.Value][]val // results of calls with several results
	control  deps                // what branches depend on
	sum      *summary
	stopped  deps // kinds that barriers keep in
	barriers []*barrier
	active   map[*ssa.Function]bool // callees that are being applied
	changed  bool                   // a value grew
	grew     bool                   // the summary grew
}

func newFunction(s *solver, fn *ssa.Function) *function {
	f := &function{solver: s, fn: fn, operands: operandsOf(fn), vals: map[ssa.Value]*val{}, tuples: map[ssa.Value][]val{},
		active: map[*ssa.Function]bool{}, sum: s.sums[fn]}
	for _, b := range s.rules.barriersOf(fn.String()) {
		f.barriers = append(f.barriers, b)
		f.stopped |= b.kinds
	}
	for _, r := range s.rules.adds {
		if matches(r.pattern, fn.String()) {
			r.used = true
			f.control |= r.kinds
		}
	}
	for i, p := range f.operands {
		v := &val{d: operandDep(i)}
		if pointers(p.Type()) {
			v.at, v.leads = operandPlace(i), deepPlace(i)
		}
		f.vals[p] = v
	}
	for _, b := range fn.Blocks {
		for _, in := range b.Instrs {
			if s, ok := in.(*ssa.Store); ok {
				f.stores = append(f.stores, s)
			}
		}
	}
	return f
}

func (f *function) get(v ssa.Value) val {
	switch v := v.(type) {
	case nil:
		return val{}
	case *ssa.Global:
		return val{d: f.globals[v]}
	}
	if x := f.vals[v]; x != nil {
		return *x
	}
	return val{}
}

func (f *function) cell(v ssa.Value) *val {
	x := f.vals[v]
	if x == nil {
		x = &val{}
		f.vals[v] = x
	}
	return x
}

// add joins n into what is known of v.
func (f *function) add(v ssa.Value, n val) {
	if !pointers(v.Type()) {
		n.at, n.leads, n.storedPlaces = 0, 0, 0
	}
	x := f.cell(v)
	if j := x.join(n); j != *x {
		*x = j
		f.changed = true
	}
}

// write notes that data and pointers are stored in the memory that v leads to.
func (f *function) write(v ssa.Value, d deps, to places) {
	switch v := v.(type) {
	case *ssa.Global:
		if !fixed(v) {
			f.writeGlobal(v, f.keepIn(d.kinds()))
		}
		return
	case *ssa.Const, *ssa.Function, *ssa.Builtin, nil:
		return
	}
	x := f.cell(v)
	n := *x
	n.stored |= d
	n.storedPlaces |= to
	if n != *x {
		*x = n
		f.changed = true
	}
}

// failure reports whether t is a type of errors.
func failure(t types.Type) bool {
	return types.Implements(t, types.Universe.Lookup("error").Type().Underlying().(*types.Interface))
}

// fixed reports whether a variable is an error: what is done with errors does not change them.
func fixed(g *ssa.Global) bool {
	return failure(g.Type().(*types.Pointer).Elem())
}

// store notes a write through v: operands whose memory v may point to are mutated.
func (f *function) store(v ssa.Value, d deps, to places) {
	f.write(v, d, to)
	f.mutate(f.get(v).at, d, to)
}

func (f *function) mutate(at places, d deps, to places) {
	if f.sum.mutated|at != f.sum.mutated {
		f.sum.mutated |= at
		f.changed, f.grew = true, true
	}
	at.operands(func(i int) {
		if i < len(f.operands) {
			f.write(f.operands[i], d, to)
		}
	})
}

// derive is for a value that is base, or a part of it, or a pointer into the same memory.
func (f *function) derive(v, base ssa.Value) {
	b := f.get(base)
	f.add(v, val{at: b.at, leads: b.reach(), d: b.deps()})
	f.back(v, base)
}

// load is for a value that is read from the memory which addr points to. What a package-level variable points to is not taken to be
// written with what is stored there: shared constants and handles would be tainted by every use. Maps are.
func (f *function) load(v, addr ssa.Value) {
	b := f.get(addr)
	f.add(v, val{at: b.reach(), leads: b.reach(), d: b.deps()})
	if _, ok := v.Type().Underlying().(*types.Map); ok || !global(addr) {
		f.back(v, addr)
	}
}

// back lets what is stored through v reach what v was made from.
func (f *function) back(v, base ssa.Value) {
	if x := f.get(v); pointers(v.Type()) && (x.stored != 0 || x.storedPlaces != 0) {
		f.write(base, x.stored, x.storedPlaces)
	}
}

// finish brings the summary up to date with the values.
func (f *function) finish() {
	for i, p := range f.operands {
		i = min(i, maxOperands-1)
		x := f.get(p)
		d, to := x.stored, f.sum.keeps[i]|x.storedPlaces
		if f.sum.mutated&(3<<(2*i)) != 0 {
			d |= f.control
		}
		d = f.sum.content[i] | f.keepIn(d)
		if d != f.sum.content[i] || to != f.sum.keeps[i] {
			f.sum.content[i], f.sum.keeps[i] = d, to
			f.grew = true
		}
	}
}

func (f *function) returns(i int, v ssa.Value) {
	x := f.get(v)
	r := &f.sum.results[i]
	n := *r
	n.d |= f.keepIn(x.deps() | f.control)
	if pointers(v.Type()) {
		n.at |= x.at
		n.leads |= x.reach()
	}
	if n.at != r.at || n.leads != r.leads || n.d != r.d {
		r.at, r.leads, r.d = n.at, n.leads, n.d
		f.grew = true
	}
	if callable(v.Type()) && r.origin.add(f.originOf(v)) {
		f.grew = true
	}
}

// keepIn takes away the kinds that barriers stop.
func (f *function) keepIn(d deps) deps {
	for _, b := range f.barriers {
		if d&b.kinds != 0 {
			f.stops(b)
		}
	}
	return d &^ f.stopped
}

func (f *function) stops(b *barrier) {
	b.used = true
	if !f.sum.stops[b] {
		if f.sum.stops == nil {
			f.sum.stops = map[*barrier]bool{}
		}
		f.sum.stops[b] = true
		f.grew = true
	}
}

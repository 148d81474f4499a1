package main

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// dynamic is a call of a function value or an interface's method: of operands, of functions and types that are seen here, of others.
func (f *function) dynamic(s *site, c *ssa.CallCommon) {
	var m *types.Func
	if c.IsInvoke() {
		m = c.Method
	}
	o := f.originOf(c.Value)
	var guess deps
	effect := false
	callees := f.calleesAt(s.in)
	if m != nil && f.rules.quiet[m.Name()] {
		callees = nil
		f.unknown(s, m)
	}
	for _, fn := range callees {
		link(f.guessed, body(fn), f.fn)
		if sum := f.summaryOf(fn); sum != nil {
			guess |= sum.emits()
			effect = effect || sum.external
		}
	}
	_, async := s.in.(*ssa.Go)
	for i := range maxOperands {
		if o.operands&(1<<i) != 0 {
			f.callsOperand(i, m, guess, effect, async)
			f.unknown(s, m)
		}
	}
	f.known(s, o, m)
	if o.other {
		for _, fn := range callees {
			f.apply(s, fn, s.args)
		}
	}
}

// known applies the functions and methods that a value is seen to be.
func (f *function) known(s *site, o origin, m *types.Func) {
	for _, v := range o.closures {
		switch v := v.(type) {
		case *ssa.Function:
			f.apply(s, v, s.args)
		case *ssa.MakeClosure:
			f.apply(s, v.Fn.(*ssa.Function), slices.Concat(s.args, v.Bindings))
		}
	}
	if m == nil {
		return
	}
	for _, t := range o.dynamic {
		if fn := f.method(t, m); fn != nil {
			f.apply(s, fn, s.args)
		}
	}
}

// callsOperand notes that the function calls operand i.
func (f *function) callsOperand(i int, m *types.Func, guess deps, effect, async bool) {
	if i < len(f.operands) && !holds(f.operands[i].Type()) {
		return
	}
	guess = f.keepIn(guess)
	cb := f.sum.calls[i]
	if cb == nil {
		cb = &callback{methods: map[*types.Func]bool{}}
		f.sum.calls[i] = cb
		f.grew = true
	}
	if m != nil && !cb.methods[m] {
		cb.methods[m] = true
		f.grew = true
	}
	if cb.guess|guess != cb.guess || effect && !cb.effect {
		cb.guess |= guess
		cb.effect = cb.effect || effect
		f.grew = true
	}
	if async && f.sum.goes&(1<<i) == 0 {
		f.sum.goes |= 1 << i
		f.grew = true
	}
}

// unknown is what a function of an operand may do with what it gets. What a callback does to its arguments is the callback's own: whoever
// knows its body sees it. A method may write its receiver, and its arguments too unless it is known to read only.
func (f *function) unknown(s *site, m *types.Func) {
	d := s.all.deps()
	if m != nil {
		for i, a := range s.args {
			if i == 0 && !f.rules.observers[m.Name()] || i > 0 && !f.rules.readers[m.Name()] && pointers(a.Type()) {
				f.store(a, d, s.all.at|s.all.reach())
			}
		}
	}
	if s.result == nil {
		return
	}
	n := s.in.Common().Signature().Results().Len()
	for i := range n {
		if failure(s.in.Common().Signature().Results().At(i).Type()) {
			f.give(s, i, n, val{d: d})
			continue
		}
		f.give(s, i, n, val{at: s.all.at | s.all.reach(), leads: s.all.reach(), d: d})
	}
}

// callback is a call of an operand by a callee: it returns the kinds that come out of it.
func (f *function) callback(s *site, cb *callback, v ssa.Value, async bool) deps {
	if _, constant := v.(*ssa.Const); v == nil || constant || !holds(v.Type()) {
		return 0
	}
	var extra deps
	sub := &site{in: s.in, all: s.all, depth: s.depth + 1}
	o := f.heldBy(v)
	for i := range maxOperands {
		if o.operands&(1<<i) == 0 {
			continue
		}
		if len(cb.methods) == 0 {
			f.callsOperand(i, nil, cb.guess, cb.effect, async)
		}
		for m := range cb.methods {
			f.callsOperand(i, m, cb.guess, cb.effect, async)
		}
	}
	for _, c := range o.closures {
		if s.depth < maxDepth {
			extra |= f.runs(sub, c)
		}
	}
	for _, t := range o.dynamic {
		for m := range cb.methods {
			extra |= f.entered(f.method(t, m))
		}
	}
	if o.other {
		extra |= cb.guess
		if cb.effect {
			f.acts()
		}
	}
	return extra
}

// entered is a call of a method by a callee: what it does to the memory of its operands is the callee's to say.
func (f *function) entered(fn *ssa.Function) deps {
	sum := f.summaryOf(fn)
	if sum == nil {
		return 0
	}
	f.uses(fn, sum)
	return sum.emits()
}

// runs is a call of a function that the callee was given.
func (f *function) runs(s *site, c ssa.Value) deps {
	fn, ok := c.(*ssa.Function)
	var bindings []ssa.Value
	if m, isClosure := c.(*ssa.MakeClosure); isClosure {
		fn, bindings, ok = m.Fn.(*ssa.Function), m.Bindings, true
	}
	sum := f.summaryOf(fn)
	if !ok || sum == nil {
		return 0
	}
	args := make([]ssa.Value, len(fn.Params), len(fn.Params)+len(bindings))
	f.apply(s, fn, append(args, bindings...))
	var extra deps
	for _, r := range sum.results {
		extra |= f.depsIn(s, r.d, append(args, bindings...))
	}
	return extra
}

// heldBy is the origin of a function or interface, and of what any other value holds.
func (f *function) heldBy(v ssa.Value) origin {
	if callable(v.Type()) {
		return f.originOf(v)
	}
	t := &tracer{f: f, seen: map[ssa.Value]bool{}}
	x := f.get(v)
	m := x.at | x.reach()
	m.operands(func(i int) { t.operands |= 1 << i })
	t.other = m == 0 && f.guessing
	return t.origin
}

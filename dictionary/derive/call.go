package main

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// argsOf are the operands of a call, receiver first.
func (f *function) argsOf(c *ssa.CallCommon) []ssa.Value {
	if c.IsInvoke() {
		return slices.Concat([]ssa.Value{c.Value}, c.Args)
	}
	if m, ok := c.Value.(*ssa.MakeClosure); ok {
		return slices.Concat(c.Args, m.Bindings)
	}
	return c.Args
}

// maxDepth is how many callbacks within callbacks are followed.
const maxDepth = 3

// site is a call that is being worked on.
type site struct {
	in     ssa.CallInstruction
	result *ssa.Call // nil if nobody takes the results
	args   []ssa.Value
	all    val // everything that the callee can get at
	depth  int // of callbacks within callbacks
}

func (f *function) call(in ssa.CallInstruction, result *ssa.Call) {
	c := in.Common()
	if b, ok := c.Value.(*ssa.Builtin); ok {
		f.builtin(b, c.Args, result)
		return
	}
	s := &site{in: in, result: result, args: f.argsOf(c)}
	for _, a := range s.args {
		s.all = s.all.join(f.get(a))
	}
	if fn := c.StaticCallee(); fn != nil {
		if f.rules.gates[fn.String()] {
			f.system(s, fn)
			return
		}
		f.apply(s, fn, s.args)
		return
	}
	f.dynamic(s, c)
}

// apply is a call of a known function. Operands beyond args are not known: they may be anything that the call has.
func (f *function) apply(s *site, fn *ssa.Function, args []ssa.Value) {
	sum := f.summaryOf(fn)
	if sum == nil || f.active[fn] { // a method that calls another of the same receiver, and so round
		return
	}
	f.active[fn] = true
	defer delete(f.active, fn)
	f.uses(fn, sum)
	for i := range maxOperands {
		if sum.mutated&(3<<(2*i)) == 0 && sum.content[i] == 0 && sum.keeps[i] == 0 {
			continue
		}
		d, to := f.depsIn(s, sum.content[i], args), f.placesIn(s, sum.keeps[i], args)
		if i < len(args) {
			f.write(args[i], d, to)
		}
		f.mutate(f.placesIn(s, sum.mutated&(3<<(2*i)), args), d, to)
	}
	var extra deps
	for i, cb := range sum.calls {
		if cb != nil {
			extra |= f.callback(s, cb, f.operandAt(s, args, i), sum.goes&(1<<i) != 0)
		}
	}
	for i, r := range sum.results {
		f.give(s, i, len(sum.results), val{
			at: f.placesIn(s, r.at, args), leads: f.placesIn(s, r.leads, args), d: f.depsIn(s, r.d, args) | extra,
		})
	}
	if s.result != nil && len(sum.results) > 0 {
		f.resultsBack(s, sum, args)
	}
	if extra != 0 {
		f.mutatedBy(s, sum, args, extra)
	}
}

// resultsBack lets what is stored through a result reach the operand that it is a part of.
func (f *function) resultsBack(s *site, sum *summary, args []ssa.Value) {
	x := f.get(s.result)
	if x.stored == 0 && x.storedPlaces == 0 {
		return
	}
	for _, r := range sum.results {
		(r.at | r.leads).operands(func(i int) {
			if i < len(args) {
				f.write(args[i], x.stored, x.storedPlaces)
			}
		})
	}
}

// mutatedBy adds what callbacks returned to all memory that the callee writes.
func (f *function) mutatedBy(s *site, sum *summary, args []ssa.Value, extra deps) {
	sum.mutated.operands(func(i int) {
		if i < len(args) {
			f.write(args[i], extra, 0)
		}
	})
	f.mutate(f.placesIn(s, sum.mutated, args), extra, 0)
}

func (f *function) operandAt(s *site, args []ssa.Value, i int) ssa.Value {
	if i < len(args) {
		return args[i]
	}
	return nil
}

// operand is what is known of operand i of a callee.
func (f *function) operand(s *site, args []ssa.Value, i int) val {
	if i < len(args) && args[i] != nil {
		return f.get(args[i])
	}
	x := s.all
	x.at |= x.reach()
	return x
}

// placesIn says which places of this function a callee's are.
func (f *function) placesIn(s *site, m places, args []ssa.Value) places {
	var out places
	m.operands(func(i int) {
		x := f.operand(s, args, i)
		if m&operandPlace(i) != 0 {
			out |= x.at
		}
		if m&deepPlace(i) != 0 {
			out |= x.reach()
		}
	})
	return out
}

func (f *function) depsIn(s *site, d deps, args []ssa.Value) deps {
	out := d.kinds()
	d.operands(func(i int) {
		out |= f.operand(s, args, i).deps()
	})
	return out
}

// give hands result i of n to the call's value.
func (f *function) give(s *site, i, n int, v val) {
	if s.result == nil {
		return
	}
	if n == 1 {
		f.add(s.result, v)
		return
	}
	rs := f.tuples[s.result]
	if rs == nil {
		rs = make([]val, n)
		f.tuples[s.result] = rs
	}
	if i < len(rs) && rs[i].join(v) != rs[i] {
		rs[i] = rs[i].join(v)
		f.changed = true
	}
}

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

func (f *function) acts() {
	for _, b := range f.barriers {
		if b.external {
			f.stops(b)
			return
		}
	}
	if !f.sum.external {
		f.sum.external = true
		f.grew = true
	}
}

// uses notes what a callee does besides its results.
func (f *function) uses(fn *ssa.Function, sum *summary) {
	if sum.external {
		f.acts()
	}
	f.edge(fn)
	for b := range sum.stops {
		f.stops(b)
	}
}

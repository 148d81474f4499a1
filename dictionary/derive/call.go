package main

import (
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

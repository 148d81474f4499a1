package points

import (
	"fmt"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// Operands are the receiver, if any, and the arguments of a call.
func Operands(c *ssa.CallCommon) []ssa.Value {
	if c.IsInvoke() {
		return append([]ssa.Value{c.Value}, c.Args...)
	}
	return c.Args
}

func (g *Graph) call(in ssa.CallInstruction) {
	c := in.Common()
	if b, ok := c.Value.(*ssa.Builtin); ok {
		g.builtin(in, b.Name())
		return
	}
	ops := Operands(c)
	for _, fn := range g.cfg.Bodies(in) {
		g.bind(in, fn, ops)
	}
	if ext, ok := g.cfg.Extern(in); ok {
		g.extern(in, ext, ops)
	}
}

func (g *Graph) bind(in ssa.CallInstruction, fn *ssa.Function, ops []ssa.Value) {
	for i, p := range fn.Params {
		if i < len(ops) {
			g.copy(g.value(p), g.value(ops[i]))
		}
	}
	for i := range fn.Signature.Results().Len() {
		if to := g.callResult(in, i); to != nil {
			g.copy(to, g.result(fn, i))
		}
	}
}

// callResult is the node of result i, nil for go and defer.
func (g *Graph) callResult(in ssa.CallInstruction, i int) *set {
	v, ok := in.(*ssa.Call)
	if !ok {
		return nil
	}
	if _, ok := v.Type().(*types.Tuple); ok {
		return g.tuple(v, i)
	}
	return g.value(v)
}

func (g *Graph) builtin(in ssa.CallInstruction, name string) {
	args := in.Common().Args
	switch name {
	case "append":
		v, ok := in.(*ssa.Call)
		if !ok {
			return
		}
		g.copy(g.value(v), g.value(args[0]))
		g.alloc(v, v.Type())
		for _, from := range args {
			g.copyElements(g.Of(v), from)
		}
	case "copy":
		g.copyElements(g.Of(args[0]), args[1])
	}
}

func (g *Graph) copyElements(to []Addr, from ssa.Value) {
	t := elemType(from.Type())
	if t == nil || !Pointed(t) {
		return
	}
	held := &set{typ: t, addrs: map[Addr]struct{}{}}
	changed := g.changed // held is scratch: filling it is no progress
	g.load(held, within(g.Of(from), Elem))
	g.changed = changed
	g.store(to, Elem, held)
}

// extern lets the operands' memory flow to the results and into the memory that the call writes.
func (g *Graph) extern(in ssa.CallInstruction, ext Callee, ops []ssa.Value) {
	if ext.Opaque && len(ext.Calls) == 0 {
		return
	}
	size := g.sizeOf(ops)
	if last, ok := g.seen[in]; ok && last == size && len(ext.Calls) == 0 {
		return
	}
	g.seen[in] = size
	all := g.reachedBy(ops)
	for _, m := range ext.Mutates {
		if m < len(ops) && !ext.Copies {
			for _, a := range g.Of(ops[m]) {
				if !g.cfg.Opaque(a.Obj.Type) {
					g.addAll(g.cell(a.In(Lib)), all)
				}
			}
		}
	}
	for _, i := range ext.Calls {
		if i < len(ops) {
			g.callback(in, ops[i], all)
		}
	}
	sig := in.Common().Signature()
	for i := range sig.Results().Len() {
		if to := g.callResult(in, i); to != nil {
			g.externResult(in, to, sig.Results().At(i).Type(), ext, all)
		}
	}
}

func (g *Graph) externResult(in ssa.CallInstruction, to *set, t types.Type, ext Callee, all []Addr) {
	if ext.Opaque || g.cfg.Opaque(t) || !Pointed(t) || types.Identical(t, errorType) {
		return
	}
	g.addAll(to, all)
	g.open(to, t, fmt.Sprintf("call@%d", in.Pos()))
}

var errorType = types.Universe.Lookup("error").Type()

// reachedBy lists the operands' addresses and what their memory holds directly: elements, keys, values, and what a library keeps.
func (g *Graph) reachedBy(ops []ssa.Value) []Addr {
	var all []Addr
	seen := map[Addr]bool{}
	add := func(a Addr) {
		if !seen[a] {
			seen[a] = true
			all = append(all, a)
		}
	}
	for _, v := range ops {
		if g.cfg.Opaque(v.Type()) {
			continue
		}
		for _, a := range g.Of(v) {
			add(a)
			for _, held := range g.Load(a) {
				add(held)
			}
		}
	}
	return all
}

// sizeOf counts what reachedBy would list. It only grows, so if it is the same, so is the list.
func (g *Graph) sizeOf(ops []ssa.Value) int {
	n := 0
	for _, v := range ops {
		for _, a := range g.Of(v) {
			n += 1 + a.Obj.size
		}
	}
	return n
}

// callback binds what the library can hand to a function that it was given.
func (g *Graph) callback(in ssa.CallInstruction, v ssa.Value, all []Addr) {
	for _, fn := range Functions(v) {
		if fn.Blocks == nil {
			continue
		}
		for _, p := range fn.Params {
			if Pointed(p.Type()) {
				g.addAll(g.value(p), all)
				if len(g.Of(p)) == 0 {
					g.openValue(g.value(p), fmt.Sprintf("call@%d", in.Pos()))
				}
			}
		}
		for i := range fn.Signature.Results().Len() {
			for j := range in.Common().Signature().Results().Len() {
				if to := g.callResult(in, j); to != nil {
					g.copy(to, g.result(fn, i))
				}
			}
		}
	}
}

// Functions are the functions that v is, as far as its definition tells.
func Functions(v ssa.Value) []*ssa.Function {
	var out []*ssa.Function
	seen := map[ssa.Value]bool{}
	var walk func(v ssa.Value)
	walk = func(v ssa.Value) {
		if seen[v] {
			return
		}
		seen[v] = true
		switch v := v.(type) {
		case *ssa.Function:
			out = append(out, v)
		case *ssa.MakeClosure:
			out = append(out, v.Fn.(*ssa.Function))
		case *ssa.ChangeType:
			walk(v.X)
		case *ssa.MakeInterface:
			walk(v.X)
		case *ssa.Phi:
			for _, e := range v.Edges {
				walk(e)
			}
		case *ssa.UnOp:
			for _, s := range storesTo(v.X) {
				walk(s)
			}
		}
	}
	walk(v)
	return slices.CompactFunc(out, func(a, b *ssa.Function) bool { return a == b })
}

// storesTo lists what is stored in a local variable; it sees no other memory.
func storesTo(addr ssa.Value) []ssa.Value {
	a, ok := addr.(*ssa.Alloc)
	if !ok {
		return nil
	}
	var out []ssa.Value
	for _, r := range *a.Referrers() {
		if s, ok := r.(*ssa.Store); ok && s.Addr == a {
			out = append(out, s.Val)
		}
	}
	return out
}

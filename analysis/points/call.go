package points

import (
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
		switch {
		case i >= len(ops):
		case i == 0 && in.Common().IsInvoke():
			g.narrow(g.value(p), ops[0])
		default:
			g.copy(p, ops[i])
		}
	}
	for i := range fn.Signature.Results().Len() {
		if to := g.callResult(in, i); to != nil && Pointed(to.typ) {
			g.edge(g.result(fn, i), to)
		}
	}
}

// callResult is the node of result i, nil for go and defer.
func (g *Graph) callResult(in ssa.CallInstruction, i int) *node {
	v, ok := in.(*ssa.Call)
	if !ok {
		return nil
	}
	if in.Common().Signature().Results().Len() > 1 {
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
		g.copy(v, args[0])
		g.alloc(v, v.Type())
		for _, from := range args {
			g.copyElements(v, from)
		}
	case "copy":
		g.copyElements(args[0], args[1])
	}
}

func (g *Graph) copyElements(to, from ssa.Value) {
	t := elemType(from.Type())
	if t == nil || !Pointed(t) {
		return
	}
	held := g.node(t)
	g.elements(from, func(l *loc) { g.get(held, l) })
	g.elements(to, func(l *loc) { g.edge(held, g.cell(l)) })
}

// Functions are the functions that v is, as far as its definition tells; all says that it tells of every one.
func Functions(v ssa.Value) (out []*ssa.Function, all bool) {
	all = true
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
			stored := storesTo(v.X)
			all = all && len(stored) > 0
			for _, s := range stored {
				walk(s)
			}
		case *ssa.Const: // nil
		default:
			all = false
		}
	}
	walk(v)
	return slices.CompactFunc(out, func(a, b *ssa.Function) bool { return a == b }), all
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

package points

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

func (g *Graph) value(v ssa.Value) *node {
	n := g.values[v]
	if n != nil {
		return n
	}
	n = g.node(v.Type())
	g.values[v] = n
	switch v := v.(type) {
	case *ssa.Global:
		o := g.object(v, v.Type().(*types.Pointer).Elem(), v.Pos(), v.Pkg.Pkg.Path()+"."+v.Name())
		g.add(n, g.at(o, ""))
	case *ssa.Range, *ssa.SliceToArrayPointer: // the one has no type, the array's address is not typed as the slice's
		n.typ, n.want = nil, filter{all: true}
	}
	return n
}

func (g *Graph) tuple(v ssa.Value, i int) *node {
	k := tupleKey{v, i}
	if g.tuples[k] == nil {
		g.tuples[k] = g.node(v.Type().(*types.Tuple).At(i).Type())
	}
	return g.tuples[k]
}

func (g *Graph) result(fn *ssa.Function, i int) *node {
	k := resultKey{fn, i}
	if g.returns[k] == nil {
		g.returns[k] = g.node(fn.Signature.Results().At(i).Type())
	}
	return g.returns[k]
}

// step states one instruction's constraints.
func (g *Graph) step(in ssa.Instruction) {
	switch in := in.(type) {
	case *ssa.Alloc:
		g.alloc(in, in.Type().(*types.Pointer).Elem())
	case *ssa.MakeMap, *ssa.MakeSlice, *ssa.MakeChan:
		g.alloc(in.(ssa.Value), in.(ssa.Value).Type())
	case *ssa.MakeClosure:
		g.alloc(in, in.Type())
		for i, b := range in.Bindings {
			g.copy(in.Fn.(*ssa.Function).FreeVars[i], b)
		}
	case *ssa.FieldAddr:
		t := in.X.Type().Underlying().(*types.Pointer).Elem()
		g.each(g.value(in.X), func(l *loc) { g.add(g.value(in), g.field(l, t, in.Field)) })
	case *ssa.IndexAddr:
		g.elements(in.X, func(l *loc) { g.add(g.value(in), l) })
	case *ssa.Field:
		g.copy(in, in.X)
	case *ssa.Index:
		g.copy(in, in.X)
	case *ssa.Lookup:
		g.load(g.resultOf(in, in.CommaOk), g.value(in.X), Value)
	case *ssa.Store:
		g.store(g.value(in.Addr), "", in.Val)
	case *ssa.MapUpdate:
		g.store(g.value(in.Map), Key, in.Key)
		g.store(g.value(in.Map), Value, in.Value)
	case *ssa.UnOp:
		g.unop(in)
	case *ssa.Send:
		g.store(g.value(in.Chan), Queue, in.X)
	case *ssa.Select:
		g.selects(in)
	case *ssa.MakeInterface:
		g.copy(in, in.X)
	case *ssa.ChangeInterface:
		g.copy(in, in.X)
	case *ssa.ChangeType:
		g.copy(in, in.X)
	case *ssa.MultiConvert:
		g.convert(in, in.X)
	case *ssa.Convert:
		g.convert(in, in.X)
	case *ssa.SliceToArrayPointer:
		g.copy(in, in.X)
	case *ssa.Slice:
		g.copy(in, in.X)
	case *ssa.TypeAssert:
		g.narrow(g.resultOf(in, in.CommaOk), in.X)
	case *ssa.Phi:
		for _, e := range in.Edges {
			g.copy(in, e)
		}
	case *ssa.Extract:
		g.edge(g.tuple(in.Tuple, in.Index), g.value(in))
	case *ssa.Range:
		g.copy(in, in.X)
	case *ssa.Next:
		if r, ok := in.Iter.(*ssa.Range); ok && !in.IsString {
			g.load(g.tuple(in, 1), g.value(r), Key)
			g.load(g.tuple(in, 2), g.value(r), Value)
		}
	case *ssa.Return:
		for i, r := range in.Results {
			if Pointed(r.Type()) {
				g.edge(g.value(r), g.result(in.Parent(), i))
			}
		}
	case ssa.CallInstruction:
		g.call(in)
	}
}

func (g *Graph) alloc(v ssa.Value, t types.Type) {
	g.add(g.value(v), g.at(g.object(v, t, v.Pos(), "alloc"), ""))
}

func (g *Graph) copy(to, from ssa.Value) {
	if Pointed(from.Type()) {
		g.edge(g.value(from), g.value(to))
	}
}

func (g *Graph) resultOf(v ssa.Value, commaOk bool) *node {
	if commaOk {
		return g.tuple(v, 0)
	}
	return g.value(v)
}

// elements calls f for the element cells of the arrays that x may be.
func (g *Graph) elements(x ssa.Value, f func(*loc)) {
	t := x.Type().Underlying()
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem().Underlying()
	}
	g.each(g.value(x), func(l *loc) {
		e := g.in(l, Elem)
		if et := elemType(t); et != nil {
			g.typed(e, et)
		}
		f(e)
	})
}

// load lets to hold what the component of the memory at from holds.
func (g *Graph) load(to, from *node, component string) {
	if to.typ == nil || !Pointed(to.typ) {
		return
	}
	g.each(from, func(l *loc) { g.get(to, g.in(l, component)) })
}

func (g *Graph) get(to *node, l *loc) {
	g.edge(g.read(l), to)
	g.ask(l, to.typ)
}

func (g *Graph) store(at *node, component string, val ssa.Value) {
	if Pointed(val.Type()) {
		g.each(at, func(l *loc) { g.edge(g.value(val), g.cell(g.in(l, component))) })
	}
}

func (g *Graph) unop(in *ssa.UnOp) {
	switch in.Op {
	case token.MUL:
		g.load(g.value(in), g.value(in.X), "")
	case token.ARROW:
		g.load(g.resultOf(in, in.CommaOk), g.value(in.X), Queue)
	}
}

func (g *Graph) selects(in *ssa.Select) {
	received := 2
	for _, s := range in.States {
		if s.Dir == types.SendOnly {
			g.store(g.value(s.Chan), Queue, s.Send)
			continue
		}
		g.load(g.tuple(in, received), g.value(s.Chan), Queue)
		received++
	}
}

// convert makes a new array where a string becomes a slice.
func (g *Graph) convert(v, x ssa.Value) {
	if _, ok := v.Type().Underlying().(*types.Slice); ok && !Pointed(x.Type()) {
		g.alloc(v, v.Type())
		return
	}
	g.copy(v, x)
}

// narrow lets to hold what the interface x does. An interface value that comes from outside becomes what is asked for, and stays it.
func (g *Graph) narrow(to *node, x ssa.Value) {
	from := g.value(x)
	g.edge(from, to)
	if to.typ == nil || types.IsInterface(to.typ) {
		return
	}
	g.each(from, func(l *loc) {
		if l.Obj.Open && l.Path == "" && types.IsInterface(l.Obj.Type) {
			g.open(to, to.typ, l.Obj.Origin)
			g.open(g.cell(l), to.typ, l.Obj.Origin)
			g.edge(g.read(l), to)
		}
	})
}

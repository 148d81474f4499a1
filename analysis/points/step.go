package points

import (
	"go/token"
	"go/types"
	"maps"
	"slices"

	"golang.org/x/tools/go/ssa"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// step applies one instruction's constraints.
func (g *Graph) step(in ssa.Instruction) {
	switch in := in.(type) {
	case *ssa.Alloc:
		g.alloc(in, in.Type().(*types.Pointer).Elem())
	case *ssa.MakeMap, *ssa.MakeSlice, *ssa.MakeChan, *ssa.MakeClosure:
		g.alloc(in.(ssa.Value), in.(ssa.Value).Type())
		if c, ok := in.(*ssa.MakeClosure); ok {
			for i, b := range c.Bindings {
				g.copy(g.value(c.Fn.(*ssa.Function).FreeVars[i]), g.value(b))
			}
		}
	case *ssa.FieldAddr:
		t := in.X.Type().Underlying().(*types.Pointer).Elem()
		for _, a := range g.Of(in.X) {
			g.add(g.value(in), g.field(a, t, in.Field))
		}
	case *ssa.IndexAddr:
		t := in.Type().Underlying().(*types.Pointer).Elem()
		for _, a := range g.Of(in.X) {
			g.add(g.value(in), g.element(a, t))
		}
	case *ssa.Field:
		g.copy(g.value(in), g.value(in.X))
	case *ssa.Index:
		g.copy(g.value(in), g.value(in.X))
	case *ssa.Lookup:
		g.load(g.resultOf(in, in.CommaOk), within(g.Of(in.X), Value))
	case *ssa.Store:
		if Pointed(in.Val.Type()) {
			g.store(g.Of(in.Addr), "", g.value(in.Val))
		}
	case *ssa.MapUpdate:
		g.store(g.Of(in.Map), Key, g.value(in.Key))
		g.store(g.Of(in.Map), Value, g.value(in.Value))
	case *ssa.UnOp:
		g.unop(in)
	case *ssa.Send:
		g.store(g.Of(in.Chan), Queue, g.value(in.X))
	case *ssa.Select:
		g.selects(in)
	case *ssa.MakeInterface:
		g.copy(g.value(in), g.value(in.X))
	case *ssa.ChangeInterface:
		g.copy(g.value(in), g.value(in.X))
	case *ssa.ChangeType:
		g.copy(g.value(in), g.value(in.X))
	case *ssa.MultiConvert:
		g.convert(in, in.X)
	case *ssa.Convert:
		g.convert(in, in.X)
	case *ssa.SliceToArrayPointer:
		g.value(in).typ = nil // the array's address is not typed as the slice's
		g.copy(g.value(in), g.value(in.X))
	case *ssa.Slice:
		g.copy(g.value(in), g.value(in.X))
	case *ssa.TypeAssert:
		g.typeAssert(in)
	case *ssa.Phi:
		for _, e := range in.Edges {
			g.copy(g.value(in), g.value(e))
		}
	case *ssa.Extract:
		g.copy(g.value(in), g.tuple(in.Tuple, in.Index))
	case *ssa.Range:
		g.copy(g.rangeOf(in), g.value(in.X))
	case *ssa.Next:
		if r, ok := in.Iter.(*ssa.Range); ok && !in.IsString {
			g.load(g.tuple(in, 1), within(g.rangeOf(r).list, Key))
			g.load(g.tuple(in, 2), within(g.rangeOf(r).list, Value))
		}
	case *ssa.Return:
		for i, r := range in.Results {
			g.copy(g.result(in.Parent(), i), g.value(r))
		}
	case ssa.CallInstruction:
		g.call(in)
	}
}

func (g *Graph) alloc(v ssa.Value, t types.Type) {
	g.add(g.value(v), Addr{g.object(v, t, v.Pos(), "alloc"), ""})
}

// rangeOf holds the map of an iterator, whose own type says nothing.
func (g *Graph) rangeOf(r *ssa.Range) *set {
	s := g.value(r)
	s.typ = nil
	return s
}

func (g *Graph) resultOf(v ssa.Value, commaOk bool) *set {
	if commaOk {
		return g.tuple(v, 0)
	}
	return g.value(v)
}

func within(addrs []Addr, component string) []Addr {
	out := make([]Addr, len(addrs))
	for i, a := range addrs {
		out[i] = a.In(component)
	}
	return out
}

func (g *Graph) unop(in *ssa.UnOp) {
	switch in.Op {
	case token.MUL:
		if Pointed(in.Type()) {
			g.load(g.value(in), g.Of(in.X))
		}
	case token.ARROW:
		g.load(g.resultOf(in, in.CommaOk), within(g.Of(in.X), Queue))
	}
}

func (g *Graph) selects(in *ssa.Select) {
	received := 2
	for _, s := range in.States {
		if s.Dir == types.SendOnly {
			g.store(g.Of(s.Chan), Queue, g.value(s.Send))
			continue
		}
		g.load(g.tuple(in, received), within(g.Of(s.Chan), Queue))
		received++
	}
}

// convert makes a new array where a string becomes a slice.
func (g *Graph) convert(v, x ssa.Value) {
	if _, ok := v.Type().Underlying().(*types.Slice); ok && !Pointed(x.Type()) {
		g.alloc(v, v.Type())
		return
	}
	g.copy(g.value(v), g.value(x))
}

func (g *Graph) typeAssert(in *ssa.TypeAssert) {
	to := g.resultOf(in, in.CommaOk)
	g.copy(to, g.value(in.X))
	for _, a := range g.Of(in.X) {
		if a.Obj.Open && types.IsInterface(a.Obj.Type) {
			g.openValue(to, a.Obj.Origin)
		}
	}
}

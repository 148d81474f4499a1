package slice

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// instruction adds what one instruction makes depend on what.
func (b *builder) instruction(in ssa.Instruction) {
	switch in := in.(type) {
	case *ssa.Alloc:
		b.allocate(in, b.layouts.of(in.Type().Underlying().(*types.Pointer).Elem()))
	case *ssa.MakeSlice:
		b.allocate(in, b.layouts.target(in.Type()))
		b.use(in.Len, b.nodes[in], 1)
	case *ssa.MakeMap:
		b.allocate(in, b.layouts.target(in.Type()))
	case *ssa.MakeChan:
		b.allocate(in, b.layouts.target(in.Type()))
		b.use(in.Size, b.nodes[in], 1)
	case *ssa.MakeClosure:
		b.closure(in)
	case *ssa.Phi:
		b.phi(in)
	case *ssa.BinOp:
		b.use(in.X, b.nodes[in], 1)
		b.use(in.Y, b.nodes[in], 1)
	case *ssa.UnOp:
		b.unary(in)
	case *ssa.Convert:
		b.convert(in, in.X)
	case *ssa.MultiConvert:
		b.convert(in, in.X)
	case *ssa.SliceToArrayPointer:
		b.gather(in.X, b.nodes[in])
	case *ssa.Slice:
		b.gather(in.X, b.nodes[in])
		for _, x := range []ssa.Value{in.Low, in.High, in.Max} {
			if x != nil {
				b.use(x, b.nodes[in], 1)
			}
		}
	case *ssa.FieldAddr:
		b.fieldAddr(in)
	case *ssa.IndexAddr:
		b.gather(in.X, b.nodes[in])
		b.use(in.Index, b.nodes[in], 1)
	case *ssa.Index:
		b.move(in.X, b.nodes[in], in.Type())
		b.use(in.Index, b.nodes[in], b.layouts.width(in.Type()))
	case *ssa.Lookup:
		b.lookup(in)
	case *ssa.Next:
		b.next(in)
	case *ssa.TypeAssert:
		b.typeAssert(in)
	case *ssa.Select:
		b.selection(in)
	case *ssa.Store:
		b.store(in, in.Addr, in.Val)
	case *ssa.MapUpdate:
		b.mapUpdate(in)
	case *ssa.Send:
		b.send(in, in.Chan, in.X)
	case *ssa.Return:
		b.returns(in)
	case *ssa.Panic:
		b.panics(in)
	case ssa.CallInstruction:
		b.call(in)
	}
}

func (b *builder) allocate(v ssa.Value, l *layout) {
	b.f.allocs = append(b.f.allocs, alloc{node: b.nodes[v], layout: l, instr: b.instr})
}

func (b *builder) closure(in *ssa.MakeClosure) {
	g := b.byFunc[in.Fn.(*ssa.Function)]
	if g == nil {
		return
	}
	b.f.allocs = append(b.f.allocs, alloc{node: b.nodes[in], fn: g})
	for i, x := range in.Bindings {
		if n := b.value(x); n != none {
			b.f.binds = append(b.f.binds, bind{value: n, fn: g, index: i})
		}
	}
}

func (b *builder) phi(in *ssa.Phi) {
	n, width := b.nodes[in], b.layouts.width(in.Type())
	for _, x := range in.Edges {
		b.move(x, n, in.Type())
	}
	from := b.entered(in.Block())
	for i := range width {
		b.edge(from, n+i)
	}
}

func (b *builder) unary(in *ssa.UnOp) {
	switch in.Op {
	case token.MUL:
		b.load(in.X, b.layouts.of(in.Type()), 0, b.nodes[in], b.layouts.width(in.Type()))
	case token.ARROW:
		b.receive(in.X, b.nodes[in], in.CommaOk)
	default:
		b.use(in.X, b.nodes[in], 1)
	}
}

func (b *builder) convert(v, x ssa.Value) {
	n := b.nodes[v]
	from, to := x.Type().Underlying(), v.Type().Underlying()
	_, toSlice := to.(*types.Slice)
	_, fromSlice := from.(*types.Slice)
	switch {
	case toSlice && !fromSlice: // string to bytes or runes
		b.allocate(v, b.layouts.target(v.Type()))
		b.write(access{ptr: n, layout: b.layouts.target(v.Type()), width: 1, value: b.value(x), loc: none, quiet: true})
		b.use(x, n, 1)
	case fromSlice && !toSlice:
		b.load(x, b.layouts.target(x.Type()), 0, n, 1)
	default:
		b.gather(x, n)
		if isUnsafe(from) != isUnsafe(to) {
			b.cannotSee(v.Pos(), "conversion through unsafe.Pointer")
		}
	}
}

func isUnsafe(t types.Type) bool {
	u, ok := t.(*types.Basic)
	return ok && u.Kind() == types.UnsafePointer
}

func (b *builder) fieldAddr(in *ssa.FieldAddr) {
	p := b.value(in.X)
	if p == none {
		return
	}
	t := in.X.Type().Underlying().(*types.Pointer).Elem()
	l := b.layouts.of(t)
	s := shift{ptr: p, dst: b.nodes[in], layout: l}
	if l.fields != nil {
		s.offset = l.fields[in.Field]
	}
	b.f.shifts = append(b.f.shifts, s)
	b.edge(p, b.nodes[in])
}

func (b *builder) lookup(in *ssa.Lookup) {
	m, ok := in.X.Type().Underlying().(*types.Map)
	if !ok { // a string, or a type parameter
		b.use(in.X, b.nodes[in], 1)
		b.use(in.Index, b.nodes[in], 1)
		return
	}
	l, n, width := b.layouts.ofMap(m), b.nodes[in], b.layouts.width(m.Elem())
	b.load(in.X, l, 1, n, width)
	if in.CommaOk {
		b.load(in.X, l, 0, n+width, 1)
		b.f.loads[len(b.f.loads)-1].width = 1
		b.use(in.Index, n+width, 1)
	}
	b.use(in.Index, n, width)
}

// next reads a key and an element; whether there is one more depends on how many keys there are.
func (b *builder) next(in *ssa.Next) {
	tuple := in.Type().(*types.Tuple)
	n, x := b.nodes[in], in.Iter
	if r, ok := x.(*ssa.Range); ok {
		x = r.X
	}
	m, ok := x.Type().Underlying().(*types.Map)
	if !ok {
		b.use(x, n, b.layouts.width(tuple))
		return
	}
	l := b.layouts.ofMap(m)
	key, _ := b.layouts.component(tuple, 1)
	elem, _ := b.layouts.component(tuple, 2)
	p := b.value(x)
	if p == none {
		return
	}
	for i := range elem {
		b.edge(p, n+i)
		b.f.loads = append(b.f.loads, access{ptr: p, layout: l, width: 1, value: n + i, single: true, instr: in, block: none, loc: none})
	}
	_ = key
	b.load(x, l, 1, n+elem, b.layouts.width(tuple.At(2).Type()))
}

func (b *builder) typeAssert(in *ssa.TypeAssert) {
	n := b.nodes[in]
	width := b.layouts.width(in.AssertedType)
	b.move(in.X, n, in.AssertedType)
	if in.CommaOk {
		b.use(in.X, n+width, 1)
	}
}

func (b *builder) selection(in *ssa.Select) {
	n := b.nodes[in]
	tuple := in.Type().(*types.Tuple)
	recv := 2
	for _, s := range in.States {
		if s.Dir == types.SendOnly {
			b.send(in, s.Chan, s.Send)
			continue
		}
		at, _ := b.layouts.component(tuple, recv)
		b.receive(s.Chan, n+at, false)
		recv++
	}
}

func (b *builder) panics(in *ssa.Panic) {
	b.edge(b.here(), nodePanics)
	b.use(in.X, nodeRaised, 1)
}

func (b *builder) cannotSee(pos token.Pos, reason string) {
	b.f.unknown = append(b.f.unknown, Unknown{Fn: b.f.ssa, Pos: pos, Reason: reason})
}

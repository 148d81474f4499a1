package slice

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// sink is a call whose operands, and whether it happens, matter: a nested request, an external effect, a write of a store.
type sink struct {
	name  string // "nested:METHOD", "effect:FUNC", "state:NAME"
	value node
	key   node
	block node
	instr ssa.Instruction
}

func (b *builder) call(in ssa.CallInstruction) {
	common := in.Common()
	c := &call{site: in, fn: b.f, callee: none, results: none, block: b.here(), after: none}
	if v := in.Value(); v != nil {
		c.results, c.width = b.nodes[v], b.layouts.width(v.Type())
	}
	if bi, ok := common.Value.(*ssa.Builtin); ok {
		b.builtin(bi.Name(), common.Args, in.Value())
		return
	}
	if common.IsInvoke() {
		c.args = append(c.args, b.operand(common.Value))
	}
	for _, x := range common.Args {
		c.args = append(c.args, b.operand(x))
	}
	decl := declared(common)
	if decl != nil && b.leaves(c, decl, common) {
		return
	}
	switch {
	case common.IsInvoke():
		b.invoke(c, common, decl)
	case common.StaticCallee() != nil:
		b.static(c, common.StaticCallee(), decl)
	default:
		c.callee, c.dynamic, c.sig = b.value(common.Value), true, common.Value.Type().Underlying()
		b.edge(c.callee, c.block)
		b.f.calls = append(b.f.calls, c)
	}
}

// declared is the function or method that the source names, nil for a function value.
func declared(common *ssa.CallCommon) *types.Func {
	if common.IsInvoke() {
		return common.Method
	}
	if fn := common.StaticCallee(); fn != nil {
		if o := fn.Origin(); o != nil {
			fn = o
		}
		decl, _ := fn.Object().(*types.Func)
		return decl
	}
	return nil
}

func (b *builder) operand(x ssa.Value) operand {
	return operand{value: x, node: b.value(x), width: b.layouts.width(x.Type())}
}

// leaves handles calls that the profile knows: they leave the process or write its store.
func (b *builder) leaves(c *call, decl *types.Func, common *ssa.CallCommon) bool {
	if b.Profile == nil {
		return false
	}
	if m, ok := b.nested(decl, common); ok {
		t := b.all(c)
		b.f.sinks = append(b.f.sinks, sink{name: "nested:" + m, value: t, key: none, block: c.block, instr: b.instr})
		b.answers(c, t, false)
		return true
	}
	if state, ok := b.persists(decl, common); ok {
		b.storeCall(c, "state:"+state)
		return true
	}
	return false
}

func (b *builder) nested(decl *types.Func, common *ssa.CallCommon) (string, bool) {
	if b.Profile.Nested == nil {
		return "", false
	}
	return b.Profile.Nested(decl, common)
}

// persists names the store that the call writes, as the profile or the dictionary has it.
func (b *builder) persists(decl *types.Func, common *ssa.CallCommon) (string, bool) {
	if b.Profile.Write != nil {
		if name, ok := b.Profile.Write(decl, common); ok {
			return name, true
		}
	}
	if decl == nil {
		return "", false
	}
	known, _ := b.Dict.Lookup(decl)
	return known.Persists, known.Persists != ""
}

// storeCall is a write of a store: the first of several operands is its key.
func (b *builder) storeCall(c *call, name string) {
	args := c.args
	if len(args) > 0 {
		args = args[1:] // the store
	}
	args = slices.DeleteFunc(slices.Clone(args), func(o operand) bool { return isContext(o.value.Type()) })
	s := sink{name: name, key: none, block: c.block, instr: b.instr}
	if len(args) > 1 {
		s.key = b.gathered(args[:1], false)
		args = args[1:]
	}
	s.value = b.gathered(args, false)
	b.f.sinks = append(b.f.sinks, s)
	b.answers(c, b.all(c), false)
}

func isContext(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Name() == "Context" && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "context"
}

// all is a node that depends on all operands and what they lead to.
func (b *builder) all(c *call) node { return b.gathered(c.args, false) }

func (b *builder) gathered(args []operand, pointers bool) node {
	t := b.new(1)
	for _, o := range args {
		if o.node == none {
			continue
		}
		for i := range o.width {
			if pointers && pointerLike(b.leafType(o.value.Type(), i)) {
				b.copy(o.node+i, t)
			} else {
				b.edge(o.node+i, t)
			}
			b.reach(o, i, t, pointers)
		}
	}
	return t
}

// reach makes t depend on the memory that leaf i of an operand leads to.
func (b *builder) reach(o operand, i int32, t node, pointers bool) {
	typ := b.leafType(o.value.Type(), i)
	if mi, ok := o.value.(*ssa.MakeInterface); ok && b.layouts.width(mi.X.Type()) == 1 {
		typ = mi.X.Type()
	}
	if !pointerLike(typ) {
		return
	}
	l := b.layouts.target(typ)
	if l != nil && l.size() == 1 && !pointerLike(l.leaves[0].typ) {
		pointers = false
		b.f.loads = append(b.f.loads, access{ptr: o.node + i, layout: l, value: t, single: true, instr: b.instr, block: none, loc: none, width: 1})
		return
	}
	b.f.deeps = append(b.f.deeps, deep{ptr: o.node + i, dst: t, layout: l})
	if pointers {
		b.f.loads = append(b.f.loads, access{ptr: o.node + i, layout: l, value: t, single: true, instr: b.instr, block: none, loc: none, width: sizeOf(l)})
	}
}

func sizeOf(l *layout) int32 {
	if l == nil {
		return 0
	}
	return l.size()
}

func (b *builder) leafType(t types.Type, i int32) types.Type {
	if l := b.layouts.of(t); l.size() <= maxValueLeaves {
		return l.leaves[i].typ
	}
	return t
}

// answers makes the results of a call depend on t, with new memory where they are pointers.
func (b *builder) answers(c *call, t node, pointers bool) {
	if c.results == none || c.width == 0 {
		return
	}
	sig := c.site.Common().Signature().Results()
	at := c.results
	for v := range sig.Variables() {
		width := b.layouts.width(v.Type())
		for i := range width {
			if pointers && pointerLike(b.leafType(v.Type(), i)) {
				b.copy(t, at+i)
			} else {
				b.edge(t, at+i)
			}
		}
		l := b.layouts.target(v.Type())
		if l == nil && types.IsInterface(v.Type()) {
			l = b.layouts.of(v.Type())
		}
		if l != nil {
			fresh := b.new(1)
			b.f.allocs = append(b.f.allocs, alloc{node: fresh, layout: l, instr: b.instr})
			b.write(access{ptr: fresh, layout: l, width: l.size(), value: t, single: true, loc: none, quiet: true})
			b.copy(fresh, at)
		}
		at += width
	}
}

// static is a call of one known function.
func (b *builder) static(c *call, fn *ssa.Function, decl *types.Func) {
	if g := b.byFunc[fn]; g != nil {
		c.targets = append(c.targets, g)
		if _, ok := c.site.(*ssa.Go); !ok && g.panics && !g.caught {
			c.after = b.afterCall()
		}
		b.f.calls = append(b.f.calls, c)
		return
	}
	if decl == nil && fn.Name() == "init" { // another package's
		return
	}
	b.outside(c, decl, fn.String())
}

// invoke is a call of an interface's method.
func (b *builder) invoke(c *call, common *ssa.CallCommon, decl *types.Func) {
	var foreign []*types.Func
	for _, t := range b.impls.of(common.Method, common.Value.Type()) {
		if t.fn != nil {
			c.targets = append(c.targets, t.fn)
		} else {
			foreign = append(foreign, t.decl)
		}
	}
	if len(c.targets) > 0 {
		b.edge(c.args[0].node, c.block) // which of them runs
		b.f.calls = append(b.f.calls, c)
	}
	ownInterface := decl.Pkg() != nil && b.own[decl.Pkg()]
	if !ownInterface || len(c.targets)+len(foreign) == 0 {
		foreign = append(foreign, decl)
	}
	for _, f := range foreign {
		b.outside(c, f, f.FullName())
	}
}

package slice

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/dictionary"
)

// outside is a call of a function without a body.
func (b *builder) outside(c *call, decl *types.Func, name string) {
	var d dictionary.Func
	known := false
	if decl != nil && b.Dict != nil {
		d, known = b.Dict.Lookup(decl)
	}
	if decl != nil && isReflectCall(decl) {
		b.cannotSee(c.site.Pos(), "call by reflection: "+name)
	}
	if !known {
		b.cannotSee(c.site.Pos(), "call of "+name+": no body and no dictionary entry")
		b.unknownCall(c)
		return
	}
	if d.External {
		b.f.sinks = append(b.f.sinks, sink{name: "effect:" + decl.FullName(), value: b.all(c), key: none, block: c.block, instr: b.instr})
	}
	if d.Superficial {
		return
	}
	b.known(c, d)
}

func isReflectCall(f *types.Func) bool {
	return f.Pkg() != nil && f.Pkg().Path() == "reflect" && (f.Name() == "Call" || f.Name() == "CallSlice")
}

// unknownCall may call what it is given, write what that leads to, and return it.
func (b *builder) unknownCall(c *call) {
	t := b.gathered(c.args, true)
	b.temps[b.instr] = t
	for i, o := range c.args {
		if o.node == none {
			continue
		}
		if l := b.pointee(o.value); l != nil || types.IsInterface(o.value.Type()) {
			b.write(access{ptr: o.node, layout: l, width: sizeOf(l), value: t, single: true, loc: none, deep: true})
		}
		b.callsBack(c, i, t)
	}
	b.answers(c, t, true)
}

// known is a call of a function that the dictionary describes.
func (b *builder) known(c *call, d dictionary.Func) {
	pointers := (!d.Bytes || makesHandle(c.site.Common().Signature())) && !d.Apart
	t := b.gathered(c.args, pointers)
	b.temps[b.instr] = t
	shift := 0
	if c.site.Common().Signature().Recv() != nil || c.site.Common().IsInvoke() {
		shift = 1
	}
	for _, i := range d.Mutates {
		if i += shift; i < 0 || i >= len(c.args) || c.args[i].node == none {
			continue
		}
		o := c.args[i]
		if b.Dict.Opaque(o.value.Type()) {
			continue // what a connection or a file passes on is the outside's, and a source of its own
		}
		l := b.pointee(o.value)
		b.write(access{ptr: o.node, layout: l, width: sizeOf(l), value: t, single: true, loc: none, call: true, deep: slices.Contains(d.Fills, i-shift) || holdsInterfaces(o.value.Type())})
	}
	for _, list := range [][]int{d.Calls, d.Goes} {
		for _, i := range list {
			if i += shift; i >= 0 && i < len(c.args) {
				b.callsBack(c, i, t)
			}
		}
	}
	b.answers(c, t, pointers)
}

// makesHandle reports whether a function returns a pointer to a struct: an encoder keeps the writer that it is made with.
func makesHandle(sig *types.Signature) bool {
	for v := range sig.Results().Variables() {
		if p, ok := v.Type().Underlying().(*types.Pointer); ok {
			if _, ok := p.Elem().Underlying().(*types.Struct); ok {
				return true
			}
		}
	}
	return false
}

// pointee is the layout of what x leads to, nil if it is not known.
func (b *builder) pointee(x ssa.Value) *layout {
	if mi, ok := x.(*ssa.MakeInterface); ok {
		x = mi.X
	}
	return b.layouts.target(x.Type())
}

func holdsInterfaces(t types.Type) bool {
	s, ok := t.Underlying().(*types.Slice)
	return ok && types.IsInterface(s.Elem())
}

// callsBack lets a function without a body call operand i, or the methods of its interface.
func (b *builder) callsBack(c *call, i int, t node) {
	o := c.args[i]
	back := &call{site: c.site, fn: b.f, callee: none, results: t, width: 1, block: c.block, after: none, back: true}
	switch u := o.value.Type().Underlying().(type) {
	case *types.Signature:
		back.callee, back.dynamic, back.sig = o.node, true, u
		for range u.Params().Len() {
			back.args = append(back.args, operand{node: t, width: 1})
		}
		b.f.calls = append(b.f.calls, back)
	case *types.Interface:
		b.callsMethods(o, u, t, c)
	}
}

func (b *builder) callsMethods(o operand, iface *types.Interface, t node, c *call) {
	for m := range iface.Methods() {
		back := &call{site: c.site, fn: b.f, callee: none, results: t, width: 1, block: c.block, after: none, back: true}
		back.args = append(back.args, o)
		for range m.Signature().Params().Len() {
			back.args = append(back.args, operand{node: t, width: 1})
		}
		for _, tg := range b.impls.of(m, o.value.Type()) {
			if tg.fn != nil {
				back.targets = append(back.targets, tg.fn)
			}
		}
		if len(back.targets) > 0 {
			b.f.calls = append(b.f.calls, back)
		}
	}
}

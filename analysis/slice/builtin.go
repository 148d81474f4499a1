package slice

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// builtin adds what a call of a built-in function does; v is nil if its value is not used.
func (b *builder) builtin(name string, args []ssa.Value, v *ssa.Call) {
	n := none
	if v != nil {
		n = b.nodes[v]
	}
	switch name {
	case "append":
		if v != nil {
			b.append(args, n)
		}
	case "copy":
		b.copyElements(args[0], args[1])
		b.uses(args, n)
	case "delete":
		key := b.collapsed(args[1])
		b.overwrite(args[0], key)
	case "clear", "close":
		b.overwrite(args[0], none)
	case "len", "cap":
		b.uses(args, n)
		b.count(args[0], n)
	case "recover":
		if n != none {
			b.f.recovers = append(b.f.recovers, n)
		}
	case "print", "println":
	default:
		if n == none {
			return
		}
		for _, x := range args {
			b.gather(x, n)
		}
	}
}

func (b *builder) uses(args []ssa.Value, n node) {
	for _, x := range args {
		b.use(x, n, 1)
	}
}

// append may return the memory that it is given, or new memory with the same elements.
func (b *builder) append(args []ssa.Value, n node) {
	l := b.layouts.target(b.instr.(ssa.Value).Type())
	if l == nil {
		b.uses(args, n)
		return
	}
	b.gather(args[0], n)
	fresh := b.new(1)
	b.f.allocs = append(b.f.allocs, alloc{node: fresh, layout: l, instr: b.instr})
	b.copy(fresh, n)
	old, width := b.elements(args[0], l)
	b.write(access{ptr: fresh, layout: l, width: l.size(), value: old, single: width == 1, loc: none, quiet: true})
	if len(args) > 1 {
		b.use(args[1], n, 1)
		added, width := b.elements(args[1], l)
		b.write(access{ptr: n, layout: l, width: l.size(), value: added, single: width == 1, loc: none})
	}
}

// elements is nodes with what the elements of x are.
func (b *builder) elements(x ssa.Value, l *layout) (node, int32) {
	width := l.size()
	if width > maxValueLeaves {
		width = 1
	}
	if _, ok := x.Type().Underlying().(*types.Slice); !ok { // a string
		return b.value(x), 1
	}
	if b.value(x) == none {
		return none, width
	}
	tmp := b.new(width)
	b.load(x, l, 0, tmp, width)
	return tmp, width
}

func (b *builder) copyElements(dst, src ssa.Value) {
	l := b.layouts.target(dst.Type())
	if l == nil {
		return
	}
	tmp, width := b.elements(src, l)
	b.write(access{ptr: b.value(dst), layout: l, width: l.size(), value: tmp, single: width == 1, loc: none})
}

// overwrite changes memory without putting a value there.
func (b *builder) overwrite(x ssa.Value, key node) {
	if l := b.layouts.target(x.Type()); l != nil {
		b.write(access{ptr: b.value(x), layout: l, width: l.size(), value: none, loc: key})
	}
}

// count makes n depend on how much a map or a channel holds.
func (b *builder) count(x ssa.Value, n node) {
	switch x.Type().Underlying().(type) {
	case *types.Map, *types.Chan:
		if p := b.value(x); p != none && n != none {
			b.f.loads = append(b.f.loads, access{ptr: p, layout: b.layouts.target(x.Type()), width: 1, value: n, single: true, instr: b.instr, block: none, loc: none})
		}
	}
}

package slice

import (
	"go/types"
	"golang.org/x/tools/go/ssa"
)

// load makes the width nodes from v on depend on memory, and on which memory that is.
func (b *builder) load(ptr ssa.Value, l *layout, offset int32, v node, width int32) {
	p := b.value(ptr)
	if p == none {
		return
	}
	size := l.size() - offset
	b.f.loads = append(b.f.loads, access{ptr: p, layout: l, offset: offset, width: min(size, max(width, 1)), value: v, instr: b.instr, single: width == 1, block: none, loc: none})
	if width == 1 {
		b.f.loads[len(b.f.loads)-1].width = size
	}
	for i := range width {
		b.edge(p, v+i)
	}
}

func (b *builder) receive(ch ssa.Value, v node, commaOk bool) {
	l := b.layouts.target(ch.Type())
	if l == nil {
		return
	}
	width := l.size()
	if width > maxValueLeaves {
		width = 1
	}
	b.load(ch, l, 0, v, width)
	if commaOk {
		b.edge(b.value(ch), v+width)
	}
}

func (b *builder) store(in ssa.Instruction, addr, val ssa.Value) {
	l := b.layouts.target(addr.Type())
	if l == nil {
		return
	}
	b.write(access{ptr: b.value(addr), layout: l, width: l.size(), value: b.value(val), single: b.layouts.width(val.Type()) == 1, loc: none})
}

// write adds an access that writes in the current block.
func (b *builder) write(a access) {
	if a.ptr == none {
		return
	}
	a.instr, a.block = b.instr, none
	if b.block != nil {
		a.block = b.here()
	}
	a.where = b.new(1)
	b.edge(a.ptr, a.where)
	b.edge(a.loc, a.where)
	b.edge(a.block, a.where)
	b.f.stores = append(b.f.stores, a)
}

func (b *builder) mapUpdate(in *ssa.MapUpdate) {
	m, ok := in.Map.Type().Underlying().(*types.Map)
	if !ok {
		return
	}
	l := b.layouts.ofMap(m)
	key := b.collapsed(in.Key)
	p := b.value(in.Map)
	b.write(access{ptr: p, layout: l, offset: 1, width: l.size() - 1, value: b.value(in.Value), single: b.layouts.width(m.Elem()) == 1, loc: key})
	b.write(access{ptr: p, layout: l, width: 1, value: key, single: true, loc: key, quiet: true})
}

// collapsed is x as one node.
func (b *builder) collapsed(x ssa.Value) node {
	n := b.value(x)
	if n == none || b.layouts.width(x.Type()) == 1 {
		return n
	}
	one := b.new(1)
	b.gather(x, one)
	return one
}

func (b *builder) send(in ssa.Instruction, ch, x ssa.Value) {
	l := b.layouts.target(ch.Type())
	if l == nil {
		return
	}
	b.write(access{ptr: b.value(ch), layout: l, width: l.size(), value: b.value(x), single: b.layouts.width(x.Type()) == 1, loc: none})
}

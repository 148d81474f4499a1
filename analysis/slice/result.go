package slice

import (
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// returns copies results, which depend on which of several returns is taken.
func (b *builder) returns(r *ssa.Return) {
	to := b.f.results
	for i, x := range r.Results {
		t := b.f.ssa.Signature.Results().At(i).Type()
		b.move(x, to, t)
		if b.several(i) {
			for k := range b.layouts.width(t) {
				b.edge(b.here(), to+k)
			}
		}
		to += b.layouts.width(t)
	}
}

// several reports whether the function's returns differ in result i.
func (b *builder) several(i int) bool {
	var first ssa.Value
	for _, blk := range b.f.ssa.Blocks {
		if len(blk.Instrs) == 0 {
			continue
		}
		r, ok := blk.Instrs[len(blk.Instrs)-1].(*ssa.Return)
		if !ok || i >= len(r.Results) || blk == b.f.ssa.Recover {
			continue
		}
		if first == nil {
			first = r.Results[i]
		} else if !sameValue(first, r.Results[i]) {
			return true
		}
	}
	return false
}

func sameValue(a, b ssa.Value) bool {
	if a == b {
		return true
	}
	x, ok := a.(*ssa.Const)
	y, ok2 := b.(*ssa.Const)
	if !ok || !ok2 {
		return false
	}
	if x.Value == nil || y.Value == nil {
		return x.Value == y.Value && types.Identical(x.Type(), y.Type())
	}
	return constant.Compare(x.Value, token.EQL, y.Value)
}

// reply collects what an entry's results lead to.
func (b *builder) reply() {
	b.f.reply = none
	if !b.entries[b.f.ssa] {
		return
	}
	b.f.reply = b.new(1)
	at := b.f.results
	for v := range b.f.ssa.Signature.Results().Variables() {
		width := b.layouts.width(v.Type())
		for i := range width {
			if t := b.leafType(v.Type(), i); pointerLike(t) {
				b.f.deeps = append(b.f.deeps, deep{ptr: at + i, dst: b.f.reply, layout: b.layouts.target(t)})
			}
		}
		at += width
	}
}

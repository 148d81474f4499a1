package source

import (
	"cmp"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// holding says which sources of libraries, taken as function values, own code keeps in variables, fields and parameters.
type holding struct {
	held map[types.Object][]*types.Func
	from map[types.Object][]types.Object // what a variable, field or parameter is assigned besides
}

func newHolding() *holding {
	return &holding{map[types.Object][]*types.Func{}, map[types.Object][]types.Object{}}
}

// note notes what fn assigns and hands to own functions.
func (h *holding) note(w *whole, fn *ssa.Function) {
	for _, b := range fn.Blocks {
		for _, in := range b.Instrs {
			switch in := in.(type) {
			case *ssa.Store:
				h.give(w, cellOf(in.Addr), in.Val)
			case ssa.CallInstruction:
				callee := in.Common().StaticCallee()
				if callee == nil || len(callee.Blocks) == 0 {
					continue
				}
				for i, a := range in.Common().Args {
					h.give(w, callee.Params[i].Object(), a)
				}
			}
		}
	}
}

func (h *holding) give(w *whole, to types.Object, v ssa.Value) {
	if to == nil {
		return
	}
	if _, isFunc := v.Type().Underlying().(*types.Signature); !isFunc {
		return
	}
	if from := holderOf(v); from != nil {
		h.from[to] = append(h.from[to], from)
	}
	for _, g := range funcsOf(v) {
		if f, ok := g.Object().(*types.Func); ok && !w.f.own(f) && w.f.kindOf(f) != "" {
			h.held[to] = append(h.held[to], f)
		}
	}
}

// holderOf is the variable, field or parameter that a function value is read from, nil if it is another value.
func holderOf(v ssa.Value) types.Object {
	switch v := v.(type) {
	case *ssa.Parameter:
		return v.Object()
	case *ssa.ChangeType:
		return holderOf(v.X)
	case *ssa.UnOp:
		if obj := cellOf(v.X); obj != nil {
			return obj
		}
		return capturedParameter(v.X)
	}
	return nil
}

// capturedParameter is the parameter whose copy is at the address, perhaps in the function around.
func capturedParameter(addr ssa.Value) types.Object {
	for {
		free, ok := addr.(*ssa.FreeVar)
		if !ok {
			break
		}
		addr = bindingOf(free)
	}
	cell, ok := addr.(*ssa.Alloc)
	if !ok {
		return nil
	}
	for _, ref := range referrers(cell) {
		if st, ok := ref.(*ssa.Store); ok && st.Addr == ssa.Value(cell) {
			if p, ok := st.Val.(*ssa.Parameter); ok {
				return p.Object()
			}
		}
	}
	return nil
}

// of are the libraries' sources that the function value can be, in order of name.
func (h *holding) of(v ssa.Value) []*types.Func {
	var out []*types.Func
	seen := map[types.Object]bool{}
	var walk func(obj types.Object)
	walk = func(obj types.Object) {
		if obj == nil || seen[obj] {
			return
		}
		seen[obj] = true
		out = append(out, h.held[obj]...)
		for _, from := range h.from[obj] {
			walk(from)
		}
	}
	walk(holderOf(v))
	slices.SortFunc(out, func(a, b *types.Func) int { return cmp.Compare(a.FullName(), b.FullName()) })
	return slices.Compact(out)
}

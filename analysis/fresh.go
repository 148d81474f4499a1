package analysis

import (
	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/points"
)

// initializes says that the instruction writes memory that its function has just made, before anything else has seen it.
func (p *program) initializes(in ssa.Instruction) bool {
	var made ssa.Value
	switch in := in.(type) {
	case *ssa.Store:
		made = base(in.Addr)
	case *ssa.MapUpdate:
		made = in.Map
	}
	switch made.(type) {
	case *ssa.Alloc, *ssa.MakeMap, *ssa.MakeSlice:
		return p.unseenBefore(made, in)
	}
	return false
}

// unseenBefore says that nothing but its function's own reads and writes knows the new memory when the instruction runs.
func (p *program) unseenBefore(made ssa.Value, at ssa.Instruction) bool {
	known := func(use ssa.Instruction) bool {
		return use != at && p.flows[at.Parent()].without(use, at, made.(ssa.Instruction))
	}
	var seen func(v ssa.Value) bool
	seen = func(v ssa.Value) bool {
		for _, use := range *v.Referrers() {
			switch u := use.(type) {
			case *ssa.DebugRef:
				continue
			case *ssa.FieldAddr:
				if seen(u) {
					return true
				}
				continue
			case *ssa.IndexAddr:
				if seen(u) {
					return true
				}
				continue
			case *ssa.UnOp:
				continue
			case *ssa.Store:
				if u.Addr == v {
					continue
				}
			case *ssa.MapUpdate:
				if u.Map == v && u.Value != v && u.Key != v {
					continue
				}
			}
			if known(use) {
				return true
			}
		}
		return false
	}
	return !seen(made)
}

// fresh says that v leads to new memory that nothing else knows when the instruction runs, or when it is returned.
func (p *program) fresh(v ssa.Value, at ssa.Instruction) bool {
	switch v := v.(type) {
	case *ssa.Alloc:
		return p.unseenBefore(v, at)
	case *ssa.Call:
		return p.returnsFresh(v, 0) && p.unseenBefore(v, at)
	case *ssa.Extract:
		c, ok := v.Tuple.(*ssa.Call)
		return ok && p.returnsFresh(c, v.Index) && p.unseenBefore(v, at)
	}
	return false
}

// returnsFresh says that result i of the call is memory that its callees have made.
func (p *program) returnsFresh(c *ssa.Call, i int) bool {
	bodies := p.calls[c].bodies
	for _, fn := range bodies {
		for in := range instructions(fn) {
			r, ok := in.(*ssa.Return)
			if !ok || i >= len(r.Results) {
				continue
			}
			made, ok := r.Results[i].(*ssa.Alloc)
			if k, isConst := r.Results[i].(*ssa.Const); isConst && k.IsNil() {
				continue
			}
			if !ok || !p.unseenBefore(made, r) {
				return false
			}
		}
	}
	return len(bodies) > 0
}

// private is the memory that only operands lead to which the operation has just made: handlers may write others of its kind, but not it.
// What is held in cells that handlers write does not count against it: reading those rules an effect out by itself.
func (x *externals) private(site ssa.CallInstruction) map[*points.Object]bool {
	set := map[*points.Object]bool{}
	for _, o := range points.Operands(site.Common()) {
		if x.p.fresh(o, site) {
			for _, a := range x.p.graph.Of(o) {
				set[a.Obj] = true
			}
		}
	}
	seen := map[points.Addr]bool{}
	var stack []points.Addr
	for _, o := range points.Operands(site.Common()) {
		if points.Pointed(o.Type()) && !x.p.opaque(o.Type()) && !x.p.fresh(o, site) {
			stack = append(stack, x.p.graph.Of(o)...)
		}
	}
	for len(stack) > 0 {
		a := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen[a] || x.p.opaque(a.Obj.Type) {
			continue
		}
		seen[a] = true
		delete(set, a.Obj)
		for _, path := range x.p.graph.Cells(a) {
			cell := points.Addr{Obj: a.Obj, Path: path}
			if x.changes(access{cell, x.p.graph.TypeOf(cell)}) == "" {
				stack = append(stack, x.p.graph.Held(cell)...)
			}
		}
	}
	return set
}

// changes is the name of the field that handlers write and that the access reads, "" if they write none.
func (x *externals) changes(a access) string {
	for _, n := range x.p.state.cellNames(a.Addr, a.typ) {
		if x.changing[n] {
			return n
		}
	}
	return ""
}

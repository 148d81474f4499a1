package analysis

import (
	"maps"

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
	return !p.seenBefore(made, made, nil, at)
}

// seenBefore looks at what is done with v, which leads to the new memory. Being stored in the memory of owner tells nobody of it.
func (p *program) seenBefore(v, made, owner ssa.Value, at ssa.Instruction) bool {
	for _, use := range *v.Referrers() {
		known := false
		switch u := use.(type) {
		case *ssa.DebugRef, *ssa.UnOp:
		case *ssa.FieldAddr:
			known = p.seenBefore(u, made, owner, at)
		case *ssa.IndexAddr:
			known = p.seenBefore(u, made, owner, at)
		case *ssa.Slice:
			known = p.seenBefore(u, made, owner, at)
		case *ssa.Store:
			known = u.Val == v && (owner == nil || base(u.Addr) != owner)
		case *ssa.MapUpdate:
			known = u.Value == v || u.Key == v
		default:
			known = true
		}
		if known && (isPath(use) || use != at && p.flows[at.Parent()].without(use, at, made.(ssa.Instruction))) {
			return true
		}
	}
	return false
}

// isPath says that the instruction only leads on to memory: what is done with that has been looked at.
func isPath(in ssa.Instruction) bool {
	switch in.(type) {
	case *ssa.FieldAddr, *ssa.IndexAddr, *ssa.Slice:
		return true
	}
	return false
}

// fresh says that v leads to new memory that nothing else knows when the instruction runs.
func (p *program) fresh(v ssa.Value, at ssa.Instruction) bool {
	if _, ok := v.(*ssa.Alloc); ok {
		return p.unseenBefore(v, at)
	}
	c, i := callOf(v)
	return c != nil && p.returnsFresh(c, i) && p.unseenBefore(v, at)
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
func (x *externals) private(site ssa.CallInstruction) map[*points.Object]bool {
	set, held := map[*points.Object]bool{}, x.shared(site)
	for _, o := range points.Operands(site.Common()) {
		if x.leads(o) && x.p.fresh(o, site) {
			x.p.addReached(set, o)
			x.p.addHeld(held, o, site)
		}
	}
	maps.DeleteFunc(set, func(o *points.Object, _ bool) bool { return held[o] })
	return set
}

// made is the memory that the functions make themselves when the call runs them.
func (x *externals) made(site ssa.CallInstruction, runs map[*ssa.Function]bool) map[*points.Object]bool {
	set, given := map[*points.Object]bool{}, x.shared(site)
	for _, o := range points.Operands(site.Common()) {
		if x.leads(o) && x.p.fresh(o, site) {
			x.p.addReached(given, o)
		}
	}
	x.addCaptured(given, runs)
	for fn := range runs {
		for in := range instructions(fn) {
			switch in.(type) {
			case *ssa.Alloc, *ssa.MakeMap, *ssa.MakeSlice, *ssa.Call:
				for _, a := range x.p.graph.Of(in.(ssa.Value)) {
					set[a.Obj] = true
				}
			}
		}
	}
	maps.DeleteFunc(set, func(o *points.Object, _ bool) bool { return given[o] })
	return set
}

func (x *externals) leads(v ssa.Value) bool { return points.Pointed(v.Type()) && !x.p.opaque(v.Type()) }

// shared is the memory that operands lead to which others know too. What is held in cells that handlers write does not count: reading
// those rules an effect out by itself.
func (x *externals) shared(site ssa.CallInstruction) map[*points.Object]bool {
	var stack []points.Addr
	for _, o := range points.Operands(site.Common()) {
		if x.leads(o) && !x.p.fresh(o, site) {
			stack = append(stack, x.p.graph.Of(o)...)
		}
	}
	set, seen := map[*points.Object]bool{}, map[points.Addr]bool{}
	for len(stack) > 0 {
		a := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen[a] || x.p.opaque(a.Obj.Type) {
			continue
		}
		seen[a], set[a.Obj] = true, true
		for _, path := range x.p.graph.Cells(a) {
			cell := points.Addr{Obj: a.Obj, Path: path}
			if x.changes(access{cell, x.p.graph.TypeOf(cell)}) == "" {
				stack = append(stack, x.p.graph.Held(cell)...)
			}
		}
	}
	return set
}

func (p *program) addReached(set map[*points.Object]bool, v ssa.Value) {
	e := &effect{}
	p.readDeep(e, v)
	for _, a := range e.reads {
		set[a.Obj] = true
	}
}

// addHeld adds what the new memory behind v leads to when the instruction runs that others know, too: what was stored in it by then and
// is not new itself.
func (p *program) addHeld(set map[*points.Object]bool, v ssa.Value, at ssa.Instruction) {
	if c, i := callOf(v); c != nil {
		for _, fn := range p.calls[c].bodies {
			for in := range instructions(fn) {
				if r, ok := in.(*ssa.Return); ok && i < len(r.Results) && !isConst(r.Results[i]) {
					p.addHeld(set, r.Results[i], r)
				}
			}
		}
	}
	for in := range instructions(at.Parent()) {
		st, ok := in.(*ssa.Store)
		if !ok || base(st.Addr) != v || !p.flows[at.Parent()].before(st, at) {
			continue
		}
		held := st.Val
		if s, ok := held.(*ssa.Slice); ok {
			held = s.X
		}
		if inner, ok := held.(*ssa.Alloc); ok && !p.seenBefore(inner, inner, v, at) {
			p.addHeld(set, inner, at)
		} else {
			p.addReached(set, held)
		}
	}
}

// callOf is the call that v is a result of, with the result's number.
func callOf(v ssa.Value) (*ssa.Call, int) {
	switch v := v.(type) {
	case *ssa.Call:
		return v, 0
	case *ssa.Extract:
		c, _ := v.Tuple.(*ssa.Call)
		return c, v.Index
	}
	return nil, 0
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

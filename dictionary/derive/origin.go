package main

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// origin says what a function or interface value may be.
type origin struct {
	operands uint16       // what operands hold
	closures []ssa.Value  // functions and closures of the function that is analysed
	dynamic  []types.Type // dynamic types
	other    bool         // something else
}

// maxTypes is how many dynamic types an origin tells apart.
const maxTypes = 8

// add joins n into the origin and reports whether that changed it.
func (o *origin) add(n origin) bool {
	changed := o.operands|n.operands != o.operands || n.other && !o.other
	o.operands |= n.operands
	o.other = o.other || n.other
	for _, v := range n.closures {
		if !slices.Contains(o.closures, v) {
			o.closures = append(o.closures, v)
			changed = true
		}
	}
	for _, t := range n.dynamic {
		if len(o.dynamic) == maxTypes { // too many to tell apart: the call graph knows them too
			changed = changed || !o.other
			o.other = true
		} else if !slices.Contains(o.dynamic, t) {
			o.dynamic = append(o.dynamic, t)
			changed = true
		}
	}
	return changed
}

func callable(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Interface, *types.Signature:
		return true
	}
	return false
}

func (f *function) originOf(v ssa.Value) origin {
	t := &tracer{f: f, seen: map[ssa.Value]bool{}}
	t.trace(v)
	return t.origin
}

// tracer follows a value back to where it came from.
type tracer struct {
	f    *function
	seen map[ssa.Value]bool
	origin
}

func (t *tracer) trace(v ssa.Value) {
	if v == nil || t.seen[v] {
		return
	}
	t.seen[v] = true
	switch v := v.(type) {
	case *ssa.Parameter, *ssa.FreeVar:
		t.operand(v)
	case *ssa.Const:
	case *ssa.Function, *ssa.MakeClosure:
		t.add(origin{closures: []ssa.Value{v}})
	case *ssa.MakeInterface:
		if _, ok := types.Unalias(v.X.Type()).(*types.TypeParam); ok {
			t.held(v.X)
			return
		}
		t.add(origin{dynamic: []types.Type{v.X.Type()}})
	case *ssa.ChangeInterface:
		t.trace(v.X)
	case *ssa.ChangeType:
		t.trace(v.X)
	case *ssa.TypeAssert:
		t.trace(v.X)
	case *ssa.Phi:
		for _, e := range v.Edges {
			t.trace(e)
		}
	case *ssa.Extract:
		t.extract(v)
	case *ssa.Call:
		t.result(v, v, 0)
	case *ssa.UnOp:
		if v.Op == token.MUL {
			t.loaded(v)
			return
		}
		t.held(v)
	default:
		t.held(v)
	}
}

func (t *tracer) operand(v ssa.Value) {
	for i, p := range t.f.operands {
		if p == v {
			t.operands |= 1 << min(i, maxOperands-1)
		}
	}
}

func (t *tracer) extract(v *ssa.Extract) {
	switch tup := v.Tuple.(type) {
	case *ssa.Call:
		t.result(v, tup, v.Index)
	case *ssa.TypeAssert:
		t.trace(tup.X)
	default:
		t.held(v)
	}
}

// result takes over what the summary of a static callee says of its result i, which is v.
func (t *tracer) result(v ssa.Value, c *ssa.Call, i int) {
	callee := c.Call.StaticCallee()
	if callee == nil || t.f.root(callee) != nil || t.f.sums[body(callee)] == nil {
		t.held(v)
		return
	}
	r := t.f.sums[body(callee)].results[i].origin
	t.add(origin{closures: nil, dynamic: r.dynamic, other: r.other || len(r.closures) > 0})
	args := t.f.argsOf(c.Common())
	for j := range maxOperands {
		if r.operands&(1<<j) != 0 && j < len(args) {
			t.trace(args[j])
		}
	}
}

// loaded follows a variable to what is stored in it, and anything else to who holds it.
func (t *tracer) loaded(v *ssa.UnOp) {
	switch a := v.X.(type) {
	case *ssa.Alloc:
		t.stores(a, func(addr ssa.Value) bool { return addr == a })
	case *ssa.FieldAddr:
		t.stores(a, func(addr ssa.Value) bool {
			b, ok := addr.(*ssa.FieldAddr)
			return ok && b.Field == a.Field && types.Identical(b.X.Type(), a.X.Type())
		})
		if _, ok := a.X.(*ssa.Alloc); !ok {
			t.held(v)
		}
	case *ssa.Global:
		for _, s := range t.f.assigned[a] {
			t.assigned(s.Val)
		}
		if len(t.f.assigned[a]) == 0 {
			t.other = true
		}
	case *ssa.FreeVar:
		t.operand(a)
		t.stores(a, func(addr ssa.Value) bool { return addr == a })
	default:
		t.held(v)
	}
}

// assigned is for a value that is stored in a package-level variable, by whichever function.
func (t *tracer) assigned(v ssa.Value) {
	switch v := v.(type) {
	case *ssa.Const:
	case *ssa.MakeInterface:
		t.add(origin{dynamic: []types.Type{v.X.Type()}})
	case *ssa.Function:
		t.add(origin{closures: []ssa.Value{v}})
	case *ssa.ChangeType:
		t.assigned(v.X)
	case *ssa.UnOp:
		t.trace(v)
	default:
		t.other = true
	}
}

func (t *tracer) stores(addr ssa.Value, same func(ssa.Value) bool) {
	found := false
	for _, s := range t.f.stores {
		if same(s.Addr) {
			found = true
			t.trace(s.Val)
		}
	}
	if !found {
		t.held(addr)
	}
}

// held is for a value out of memory: whoever owns the memory holds it.
func (t *tracer) held(v ssa.Value) {
	x := t.f.get(v)
	m := x.at | x.reach()
	m.operands(func(i int) { t.operands |= 1 << i })
	if m == 0 && t.f.guessing || global(v) {
		t.other = true
	}
}

// global reports whether v is read from a package-level variable.
func global(v ssa.Value) bool {
	for {
		switch x := v.(type) {
		case *ssa.Global:
			return true
		case *ssa.UnOp:
			v = x.X
		case *ssa.FieldAddr:
			v = x.X
		case *ssa.IndexAddr:
			v = x.X
		default:
			return false
		}
	}
}

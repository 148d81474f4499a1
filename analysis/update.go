package analysis

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/points"
)

// update is an assignment to an entry of a map or to a field, or a call of a function that assigns what it is given under a key that it is
// given, with all that the value can be.
type update struct {
	at    ssa.Instruction
	to    ssa.Value // address of a Store; nil for an entry
	home  home
	value ssa.Value
	fresh []ssa.Value // made new by these
	found []home      // found there
	clear bool        // it can be nothing else
}

// home is the entry under a key, or a field of the object at base.
type home struct{ key, base ssa.Value }

// fieldBase is the pointer to the object that the address is a field of, nil if it is of none.
func fieldBase(addr ssa.Value) ssa.Value {
	f, ok := addr.(*ssa.FieldAddr)
	if !ok {
		return nil
	}
	if outer := fieldBase(f.X); outer != nil {
		return outer
	}
	return f.X
}

// add takes the update to the callers where its value and its key are parameters.
func (k *keeping) add(u *update, depth int) {
	if !points.Pointed(u.value.Type()) {
		return
	}
	value, isParam := u.value.(*ssa.Parameter)
	key, both := u.home.key.(*ssa.Parameter)
	if isParam && both && depth < maxFieldDepth && k.lift(u, key, value, depth) {
		return
	}
	o := &origins{k: k, seen: map[ssa.Value]bool{}}
	u.clear = o.value(u.value)
	u.fresh, u.found = o.fresh, o.found
	for _, v := range u.fresh {
		k.made[v] = append(k.made[v], u)
	}
	stored := map[*points.Object]bool{}
	for _, a := range k.p.graph.Of(u.value) {
		if !stored[a.Obj] {
			stored[a.Obj] = true
			k.storing[a.Obj] = append(k.storing[a.Obj], u)
		}
	}
}

// lift reports whether all callers of the update's function are known.
func (k *keeping) lift(u *update, key, value *ssa.Parameter, depth int) bool {
	fn := u.at.Parent()
	callers := k.p.callers[fn]
	for _, site := range callers {
		if !slices.Contains(k.p.calls[site].bodies, fn) || len(points.Operands(site.Common())) != len(fn.Params) {
			return false
		}
	}
	if len(callers) == 0 || k.p.entryOf(fn) != nil {
		return false
	}
	for _, site := range callers {
		ops := points.Operands(site.Common())
		k.add(&update{at: site, home: home{key: ops[slices.Index(fn.Params, key)]}, value: ops[slices.Index(fn.Params, value)]}, depth+1)
	}
	return true
}

// origins are what a pointer, slice or map can be, within one function.
type origins struct {
	k     *keeping
	seen  map[ssa.Value]bool
	fresh []ssa.Value
	found []home
}

// value reports whether v can be nothing but nil, new, or found in a map or field.
func (o *origins) value(v ssa.Value) bool {
	if o.seen[v] {
		return true
	}
	o.seen[v] = true
	switch v := v.(type) {
	case *ssa.Const:
		return true
	case *ssa.Alloc, *ssa.MakeSlice, *ssa.MakeMap:
		o.fresh = append(o.fresh, v)
		return true
	case *ssa.ChangeType:
		return o.value(v.X)
	case *ssa.Slice:
		return o.value(v.X)
	case *ssa.Phi:
		return !slices.ContainsFunc(v.Edges, func(e ssa.Value) bool { return !o.value(e) })
	case *ssa.UnOp:
		base := fieldBase(v.X)
		o.found = append(o.found, home{base: base})
		return v.Op == token.MUL && base != nil
	case *ssa.Lookup:
		return o.lookup(v)
	case *ssa.Call:
		return o.call(v, 0)
	case *ssa.Extract:
		switch from := v.Tuple.(type) {
		case *ssa.Lookup:
			return v.Index == 0 && o.lookup(from)
		case *ssa.Call:
			return o.call(from, v.Index)
		}
	}
	return false
}

func (o *origins) lookup(l *ssa.Lookup) bool {
	o.found = append(o.found, home{key: l.Index})
	_, isMap := l.X.Type().Underlying().(*types.Map)
	return isMap && o.k.ownMaps(l)
}

// call is for append, which gives the old array or a new one, and for constructors, whose every call gives new memory.
func (o *origins) call(c *ssa.Call, result int) bool {
	o.fresh = append(o.fresh, c)
	if b, ok := c.Call.Value.(*ssa.Builtin); ok {
		return b.Name() == "append" && o.value(c.Call.Args[0])
	}
	made := o.k.constructs(c, result)
	for _, v := range made {
		o.k.twins[v], o.k.twins[c] = append(o.k.twins[v], c), append(o.k.twins[c], v)
	}
	return len(made) > 0
}

// constructs are the allocations one of which each execution of the call returns anew; none if it may return anything else.
func (k *keeping) constructs(c *ssa.Call, result int) []ssa.Value {
	var out []ssa.Value
	for _, v := range k.p.onlyResults(c, result) {
		switch v := v.(type) {
		case *ssa.Alloc, *ssa.MakeSlice, *ssa.MakeMap:
			out = append(out, v)
		case *ssa.Const:
		default:
			return nil
		}
	}
	return out
}

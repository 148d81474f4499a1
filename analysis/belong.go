package analysis

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/points"
)

// keeping knows which objects belong to one key: whatever map leads to such an object, leads to it under that key for as long as the
// program runs. So what is reached through an entry belongs to the entry's key, and slivers with different keys share none of it.
//
// An object belongs to a key if all that puts it into a map puts it there when it is new, once, or puts back what it found under the
// same key. Maps that libraries make or write do not count: what is found in them may have had another key, and is named by the whole
// field, as is what is reached through any other pointer.
type keeping struct {
	p       *program
	updates []*update
	made    map[ssa.Value][]*update   // by what made a new object that the update stores
	inner   map[ssa.Value][]ssa.Value // by allocation in a constructor: the calls that return it
	lent    map[*points.Object]bool   // maps that libraries write
	known   map[*points.Object]bool
}

// update is an assignment to an entry of a map, or a call of a function that assigns what it is given under a key that it is given, with
// all that the value can be.
type update struct {
	at         ssa.Instruction
	key, value ssa.Value
	fresh      []ssa.Value   // made new by these
	found      []*ssa.Lookup // found in a map
	clear      bool          // it can be nothing else
}

func (p *program) keepings() *keeping {
	if p.keeping != nil {
		return p.keeping
	}
	k := &keeping{p: p, made: map[ssa.Value][]*update{}, inner: map[ssa.Value][]ssa.Value{}, lent: map[*points.Object]bool{}, known: map[*points.Object]bool{}}
	p.keeping = k
	p.eachRun(func(in ssa.Instruction) {
		switch in := in.(type) {
		case *ssa.MapUpdate:
			if points.Pointed(in.Value.Type()) {
				k.add(&update{at: in, key: in.Key, value: in.Value}, 0)
			}
		case ssa.CallInstruction:
			if _, builtin := in.Common().Value.(*ssa.Builtin); !builtin {
				for _, w := range p.effectOf(in).writes {
					k.lent[w.Obj] = true
				}
			}
		}
	})
	return k
}

// add takes the update to the callers where its value and its key are parameters.
func (k *keeping) add(u *update, depth int) {
	value, isParam := u.value.(*ssa.Parameter)
	key, both := u.key.(*ssa.Parameter)
	if isParam && both && depth < maxFieldDepth && k.lift(u, key, value, depth) {
		return
	}
	o := &origins{k: k, seen: map[ssa.Value]bool{}}
	u.clear = o.value(u.value)
	u.fresh, u.found = o.fresh, o.found
	k.updates = append(k.updates, u)
	for _, v := range u.fresh {
		k.made[v] = append(k.made[v], u)
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
		k.add(&update{at: site, key: ops[slices.Index(fn.Params, key)], value: ops[slices.Index(fn.Params, value)]}, depth+1)
	}
	return true
}

// origins are what a pointer, slice or map can be, within one function.
type origins struct {
	k     *keeping
	seen  map[ssa.Value]bool
	fresh []ssa.Value
	found []*ssa.Lookup
}

// value reports whether v can be nothing but nil, new, or found in a map.
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
	o.found = append(o.found, l)
	return o.k.ownMaps(l)
}

// ownMaps says that the entry is one of maps that own code makes and nobody else writes.
func (k *keeping) ownMaps(l *ssa.Lookup) bool {
	_, isMap := l.X.Type().Underlying().(*types.Map)
	return isMap && !slices.ContainsFunc(k.p.graph.Of(l.X), func(a points.Addr) bool { return !k.ownMap(a.Obj) })
}

func (k *keeping) ownMap(obj *points.Object) bool {
	_, own := obj.Site.(*ssa.MakeMap)
	return own && !k.lent[obj]
}

// call is for append, which gives the old array or a new one, and for constructors, whose every call gives new memory.
func (o *origins) call(c *ssa.Call, result int) bool {
	o.fresh = append(o.fresh, c)
	if b, ok := c.Call.Value.(*ssa.Builtin); ok {
		return b.Name() == "append" && o.value(c.Call.Args[0])
	}
	made := o.k.constructs(c, result)
	for _, v := range made {
		o.k.inner[v] = append(o.k.inner[v], c)
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

// belongs says that the object belongs to one key.
func (k *keeping) belongs(obj *points.Object) bool {
	is, known := k.known[obj]
	if !known {
		is = k.prove(obj)
		k.known[obj] = is
	}
	return is
}

func (k *keeping) prove(obj *points.Object) bool {
	if _, global := obj.Site.(*ssa.Global); obj.Site == nil || global {
		return false
	}
	found := false
	for _, u := range k.updates {
		if !slices.ContainsFunc(k.p.graph.Of(u.value), func(a points.Addr) bool { return a.Obj == obj }) {
			continue
		}
		if !k.keeps(u) {
			return false
		}
		found = true
	}
	return found
}

// keeps says that the update puts an object under the only key that it is ever found under.
func (k *keeping) keeps(u *update) bool {
	fn := u.at.Parent()
	if !u.clear || slices.ContainsFunc(u.found, func(l *ssa.Lookup) bool { return !k.sameKey(l.Index, u.key, fn) }) {
		return false
	}
	for _, v := range u.fresh {
		if k.p.flows[fn].without(u.at, u.at, v.(ssa.Instruction)) && !k.sameKey(u.key, u.key, fn) {
			return false // it may run again with the same object
		}
		if slices.ContainsFunc(k.made[v], func(other *update) bool { return other != u && !k.sameKey(other.key, u.key, fn) }) {
			return false
		}
	}
	return true
}

// sameKey says that two keys in one function are equal whenever it runs, over and over too.
func (k *keeping) sameKey(a, b ssa.Value, fn *ssa.Function) bool {
	if _, ok := a.(*ssa.Parameter); ok && a == b {
		return true
	}
	if in, ok := a.(ssa.Instruction); ok && a == b && !k.p.flows[fn].follows(in, in) {
		return true
	}
	if k.p.outside[fn] || !k.p.reached[fn] {
		return false
	}
	for _, e := range k.p.entries {
		if !e.tree[fn] {
			continue
		}
		x, y := k.p.requestKey(e, a), k.p.requestKey(e, b)
		if len(x) != 1 || !slices.Equal(x, y) {
			return false
		}
	}
	return true
}

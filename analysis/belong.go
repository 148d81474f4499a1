package analysis

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/points"
)

// keeping knows which objects belong to one key: whatever leads from a map's entry to such an object, leads to it from under that key for
// as long as the program runs. So what is reached through an entry belongs to the entry's key, and slivers with different keys share none
// of it.
//
// An object belongs to a key if all that puts it into a map, or into a field of an object that belongs to a key, puts it there when it is
// new, once, or puts back what it found at the same place. Maps that libraries make or write do not count: what is found in them may have
// had another key, and is named by the whole field, as is what is reached through any other pointer.
type keeping struct {
	p       *program
	storing map[*points.Object][]*update
	made    map[ssa.Value][]*update   // by what made a new object that the update stores
	twins   map[ssa.Value][]ssa.Value // an allocation in a constructor and the calls that return it, by each other
	lent    map[*points.Object]bool   // maps that libraries write
	known   map[*points.Object]verdict
}

// verdict says whether an object belongs to a key.
type verdict uint8

const (
	pending verdict = iota + 1
	no
	yes
)

func (p *program) keepings() *keeping {
	if p.keeping != nil {
		return p.keeping
	}
	k := &keeping{
		p: p, storing: map[*points.Object][]*update{}, made: map[ssa.Value][]*update{}, twins: map[ssa.Value][]ssa.Value{},
		lent: map[*points.Object]bool{}, known: map[*points.Object]verdict{},
	}
	p.keeping = k
	p.eachRun(func(in ssa.Instruction) {
		switch in := in.(type) {
		case *ssa.MapUpdate:
			k.add(&update{at: in, home: home{key: in.Key}, value: in.Value}, 0)
		case *ssa.Store:
			k.add(&update{at: in, to: in.Addr, home: home{base: fieldBase(in.Addr)}, value: in.Val}, 0)
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

// belongs says that the object belongs to one key.
func (k *keeping) belongs(obj *points.Object) bool {
	if k.known[obj] == 0 {
		k.known[obj] = pending
		if k.prove(obj) {
			k.known[obj] = yes
		} else {
			k.known[obj] = no
		}
	}
	return k.known[obj] == yes
}

func (k *keeping) prove(obj *points.Object) bool {
	if _, global := obj.Site.(*ssa.Global); obj.Site == nil || global {
		return false
	}
	found := false
	for _, u := range k.storing[obj] {
		if !k.leads(u) {
			continue
		}
		if !k.keeps(u) {
			return false
		}
		found = true
	}
	return found
}

// leads says that what the update stores may be found under a key: in a map, or in an object that belongs to a key. One whose proof is
// pending is taken to; where it then does not, nothing is found through it.
func (k *keeping) leads(u *update) bool {
	return u.to == nil || slices.ContainsFunc(k.p.graph.Of(u.to), func(a points.Addr) bool { return k.belongs(a.Obj) || k.known[a.Obj] == pending })
}

// keeps says that the update puts an object at the only place that it is ever found at.
func (k *keeping) keeps(u *update) bool {
	if !u.clear || slices.ContainsFunc(u.found, func(s home) bool { return !k.same(s, u.home, u.at.Parent()) }) {
		return false
	}
	again := !k.same(u.home, u.home, u.at.Parent())
	for _, v := range u.fresh {
		if again && k.p.flows[u.at.Parent()].without(u.at, u.at, v.(ssa.Instruction)) {
			return false // at another place, with the same object
		}
		if slices.ContainsFunc(k.storedBy(v), func(o *update) bool { return o != u && k.leads(o) && !k.same(o.home, u.home, u.at.Parent()) }) {
			return false
		}
	}
	return true
}

// storedBy are the updates that may store what v makes new.
func (k *keeping) storedBy(v ssa.Value) []*update {
	out := slices.Clone(k.made[v])
	for _, twin := range k.twins[v] {
		out = append(out, k.made[twin]...)
	}
	return out
}

// same says that two homes in one function belong to the same key whenever it runs, over and over too.
func (k *keeping) same(a, b home, fn *ssa.Function) bool {
	if a.base != nil || b.base != nil {
		return a.base == b.base && k.fixed(a.base, fn)
	}
	return a.key != nil && b.key != nil && (a.key == b.key && k.fixed(a.key, fn) || k.sameField(a.key, b.key, fn))
}

// fixed says that the value is the same throughout one execution of the function.
func (k *keeping) fixed(v ssa.Value, fn *ssa.Function) bool {
	switch v := v.(type) {
	case *ssa.Parameter:
		return true
	case ssa.Instruction:
		return !k.p.flows[fn].follows(v, v)
	}
	return false
}

// sameField says that two keys are one field of the request in every entry that runs the function.
func (k *keeping) sameField(a, b ssa.Value, fn *ssa.Function) bool {
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

// ownMaps says that the entry is one of maps that own code makes and nobody else writes.
func (k *keeping) ownMaps(l *ssa.Lookup) bool {
	return !slices.ContainsFunc(k.p.graph.Of(l.X), func(a points.Addr) bool {
		_, own := a.Obj.Site.(*ssa.MakeMap)
		return !own || k.lent[a.Obj]
	})
}

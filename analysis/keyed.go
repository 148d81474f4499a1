package analysis

import (
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/points"
)

// keys says that an instruction touches persistent memory only under keys that are fields of the request.
type keys struct {
	paths   []string
	entry   bool // of maps: the memory is the entry itself, otherwise what belongs to its key
	library bool // the map is a sync.Map
}

// keysAt gives the keys under which the instruction touches memory in the entry, nil if it may touch more.
func (p *program) keysAt(e *entry, in ssa.Instruction) *keys {
	if m, key := entryOperands(in); m != nil && !p.anyBelongs(m) {
		return p.entryKeys(e, m, key)
	}
	k := &keys{paths: p.basePaths(e, in)}
	eff := p.touched(in)
	if k.paths == nil {
		return nil
	}
	for _, a := range slices.Concat(eff.reads, eff.writes) {
		if p.state.persistent(a.Addr) && !p.keepings().belongs(a.Obj) {
			return nil
		}
	}
	return k
}

// anyBelongs says that an object that v leads to belongs to a key.
func (p *program) anyBelongs(v ssa.Value) bool {
	return slices.ContainsFunc(p.graph.Of(v), func(a points.Addr) bool { return p.keepings().belongs(a.Obj) })
}

// entryOperands are the map and the key of an instruction that touches one entry.
func entryOperands(in ssa.Instruction) (m, key ssa.Value) {
	switch in := in.(type) {
	case *ssa.MapUpdate:
		return in.Map, in.Key
	case *ssa.Lookup:
		if _, ok := in.X.Type().Underlying().(*types.Map); ok {
			return in.X, in.Index
		}
	case ssa.CallInstruction:
		c := in.Common()
		if b, ok := c.Value.(*ssa.Builtin); ok && b.Name() == "delete" {
			return c.Args[0], c.Args[1]
		}
		if syncMapMethod(in) != "" {
			return c.Args[0], c.Args[1]
		}
	}
	return nil, nil
}

// syncMapMethod is the name of a method of sync.Map that touches one entry, "" if the call is of none.
func syncMapMethod(site ssa.CallInstruction) string {
	f := site.Common().StaticCallee()
	if f == nil || !strings.HasPrefix(f.String(), "(*sync.Map).") {
		return ""
	}
	switch f.Name() {
	case "Load", "Store", "LoadOrStore", "LoadAndDelete", "Delete", "Swap":
		return f.Name()
	}
	return ""
}

func (p *program) entryKeys(e *entry, m, key ssa.Value) *keys {
	k := &keys{paths: p.requestKey(e, key), entry: true}
	_, isMap := m.Type().Underlying().(*types.Map)
	k.library = !isMap
	if isMap && slices.ContainsFunc(p.graph.Of(m), func(a points.Addr) bool { return a.Path != "" }) {
		return nil
	}
	if k.paths == nil {
		return nil
	}
	return k
}

// entryEffect is what a method of sync.Map does to the entry, without what the entry leads to.
func (p *program) entryEffect(in ssa.Instruction) *effect {
	site := in.(ssa.CallInstruction)
	e, at := &effect{}, p.graph.Of(site.Common().Args[0])
	name := syncMapMethod(site)
	if name != "Store" && name != "Delete" {
		e.read(at, "", nil)
	}
	if name != "Load" {
		e.write(at, "", nil)
	}
	return e
}

// basePaths are the keys of the memory that the instruction reaches through pointers, slices and maps.
func (p *program) basePaths(e *entry, in ssa.Instruction) []string {
	w := &ownerWalk{paths: map[string]bool{}}
	w.copies = copies{p: p, e: e, seen: map[ssa.Value]bool{}, leaf: w.leaf}
	for _, b := range bases(in) {
		if p.anyBelongs(b) && !w.value(b) {
			return nil
		}
	}
	if len(w.paths) == 0 {
		return nil
	}
	return slices.Sorted(maps.Keys(w.paths))
}

// bases are the pointers, slices and maps through which the instruction touches memory; none if it may be by others.
func bases(in ssa.Instruction) []ssa.Value {
	switch in := in.(type) {
	case *ssa.Store:
		return []ssa.Value{base(in.Addr)}
	case *ssa.UnOp:
		if in.Op == token.MUL {
			return []ssa.Value{base(in.X)}
		}
	case *ssa.Range:
		return []ssa.Value{in.X}
	case *ssa.Next:
		if r, ok := in.Iter.(*ssa.Range); ok {
			return []ssa.Value{r.X}
		}
	case *ssa.Lookup:
		return []ssa.Value{in.X}
	case *ssa.MapUpdate:
		return []ssa.Value{in.Map}
	case *ssa.Call:
		if _, ok := in.Call.Value.(*ssa.Builtin); ok {
			return append([]ssa.Value{in}, in.Call.Args...)
		}
	}
	return nil
}

// base is the pointer or slice that an address is made from.
func base(addr ssa.Value) ssa.Value {
	for {
		switch a := addr.(type) {
		case *ssa.FieldAddr:
			addr = a.X
		case *ssa.IndexAddr:
			addr = a.X
		default:
			return addr
		}
	}
}

// ownerWalk goes back from a pointer or slice to the entries that it was found in, or will be put into.
type ownerWalk struct {
	copies
	paths map[string]bool
}

func (w *ownerWalk) leaf(v ssa.Value) (is, ok bool) {
	switch v := v.(type) {
	case *ssa.Const:
		return true, true
	case *ssa.Slice:
		return true, w.value(v.X)
	case *ssa.Lookup:
		return true, w.found(v)
	case *ssa.Extract:
		if l, ok := v.Tuple.(*ssa.Lookup); ok && v.Index == 0 {
			return true, w.found(l)
		}
	case *ssa.Alloc, *ssa.MakeSlice, *ssa.MakeMap:
		return true, w.made(v)
	case *ssa.UnOp:
		if base := fieldBase(v.X); base != nil {
			return true, v.Op == token.MUL && w.allBelong(base) && w.value(base)
		}
	case *ssa.Call:
		if b, ok := v.Call.Value.(*ssa.Builtin); ok {
			return true, b.Name() == "append" && w.value(v.Call.Args[0]) && w.made(v)
		}
		if len(w.p.keepings().made[v]) > 0 {
			return true, w.made(v)
		}
	}
	return false, false
}

// found reports whether the entry is under a field of the request, in a map that nobody but own code writes.
func (w *ownerWalk) found(l *ssa.Lookup) bool { return w.p.keepings().ownMaps(l) && w.under(l.Index) }

// under reports whether the key is a field of the request.
func (w *ownerWalk) under(key ssa.Value) bool {
	paths := w.p.requestKey(w.e, key)
	for _, path := range paths {
		w.paths[path] = true
	}
	return paths != nil
}

// allBelong says that every object that v leads to belongs to a key.
func (w *ownerWalk) allBelong(v ssa.Value) bool {
	return v != nil && !slices.ContainsFunc(w.p.graph.Of(v), func(a points.Addr) bool { return !w.p.keepings().belongs(a.Obj) })
}

// made reports whether what v makes new is put into maps under fields of the request, or into what is.
func (w *ownerWalk) made(v ssa.Value) bool {
	k := w.p.keepings()
	found := false
	for _, u := range k.storedBy(v) {
		if !w.e.tree[u.at.Parent()] || !k.leads(u) {
			continue
		}
		if u.to != nil && !(w.allBelong(u.home.base) && w.value(u.home.base)) || u.to == nil && !w.under(u.home.key) {
			return false
		}
		found = true
	}
	return found
}

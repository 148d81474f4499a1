package slice

import (
	"go/types"
	"sync"

	"golang.org/x/tools/go/types/typeutil"
)

const (
	maxValueLeaves  = 32   // a struct value with more is one node
	maxObjectLeaves = 1024 // memory of a struct with more is one cell
)

// leaf is a part of a value or an object that is followed by itself.
type leaf struct {
	name  string // "PKG.Type.field"; "" outside of named structs
	typ   types.Type
	leads bool // to memory
}

// layout is how values and objects of a type fall into leaves: structs of own packages by field, arrays as one element, all else whole.
type layout struct {
	leaves []leaf
	fields []int32           // first leaf of each field
	sub    map[part]struct{} // the structs that begin at a leaf
	parts  []part            // the same, in order
}

type part struct {
	offset int32
	typ    *layout // layouts are unique per type
}

func (l *layout) size() int32 { return int32(len(l.leaves)) }

// starts reports whether an inner struct with layout t begins at offset.
func (l *layout) starts(offset int32, t *layout) bool {
	if offset == 0 && l == t {
		return true
	}
	_, ok := l.sub[part{offset, t}]
	return ok
}

// layouts makes and keeps the layouts of types. It is safe for concurrent use.
type layouts struct {
	own   map[*types.Package]bool
	mu    sync.RWMutex
	known map[types.Type]*layout // by pointer, which is fast
	canon typeutil.Map           // by identity
	maps  map[types.Type]*layout // what maps hold
	chans map[*layout]*layout    // what channels hold
}

func newLayouts(own map[*types.Package]bool) *layouts {
	return &layouts{own: own, known: map[types.Type]*layout{}, maps: map[types.Type]*layout{}, chans: map[*layout]*layout{}}
}

func (ls *layouts) of(t types.Type) *layout {
	ls.mu.RLock()
	l := ls.known[t]
	ls.mu.RUnlock()
	if l != nil {
		return l
	}
	ls.mu.Lock()
	defer ls.mu.Unlock()
	return ls.make(t)
}

func (ls *layouts) make(t types.Type) *layout {
	if l := ls.known[t]; l != nil {
		return l
	}
	if foreign(t) {
		return &layout{leaves: oneLeaf(t)}
	}
	l, ok := ls.canon.At(t).(*layout)
	if !ok {
		l = ls.compute(t)
		ls.canon.Set(t, l)
	}
	ls.known[t] = l
	return l
}

func oneLeaf(t types.Type) []leaf { return []leaf{{typ: t, leads: pointerLike(t)}} }

// foreign reports whether t is a type of go/ssa, such as a range's iterator, of which go/types knows nothing.
func foreign(t types.Type) bool {
	switch u := t.(type) {
	case *types.Pointer:
		return foreign(u.Elem())
	case *types.Basic, *types.Named, *types.Alias, *types.Array, *types.Slice, *types.Struct, *types.Tuple, *types.Signature,
		*types.Interface, *types.Map, *types.Chan, *types.TypeParam, *types.Union:
		return false
	}
	return true
}

func (ls *layouts) compute(t types.Type) *layout {
	switch u := t.Underlying().(type) {
	case *types.Array:
		return ls.make(u.Elem())
	case *types.Struct:
		if ls.opened(t) {
			return ls.structure(t, u)
		}
	}
	return &layout{leaves: oneLeaf(t)}
}

// opened reports whether the struct type t is followed field by field.
func (ls *layouts) opened(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return !ok || n.Obj().Pkg() != nil && ls.own[n.Obj().Pkg()]
}

// target is the layout of the memory that a value of type t leads to, nil if only the value itself can say.
func (ls *layouts) target(t types.Type) *layout {
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		return ls.of(u.Elem())
	case *types.Slice:
		return ls.of(u.Elem())
	case *types.Map:
		return ls.ofMap(u)
	case *types.Chan:
		return ls.ofChan(u)
	}
	return nil
}

// ofMap is the layout of a map's memory: its keys, then the parts of its elements.
func (ls *layouts) ofMap(m *types.Map) *layout {
	elem := ls.of(m.Elem())
	ls.mu.Lock()
	defer ls.mu.Unlock()
	if l := ls.maps[m]; l != nil {
		return l
	}
	shape, ok := ls.canon.At(mapShape(m)).(*layout)
	if !ok {
		shape = &layout{leaves: append(oneLeaf(m.Key()), elem.leaves...)}
		ls.canon.Set(mapShape(m), shape)
	}
	ls.maps[m] = shape
	return shape
}

// mapShape is a type that only stands for the memory of maps of type m.
func mapShape(m *types.Map) types.Type {
	return types.NewTuple(types.NewVar(0, nil, "", m.Key()), types.NewVar(0, nil, "", m.Elem()))
}

// ofChan is the layout of a channel's buffer, apart from other memory of the same type.
func (ls *layouts) ofChan(c *types.Chan) *layout {
	elem := ls.of(c.Elem())
	ls.mu.Lock()
	defer ls.mu.Unlock()
	l := ls.chans[elem]
	if l == nil {
		l = &layout{leaves: elem.leaves}
		ls.chans[elem] = l
	}
	return l
}

func (ls *layouts) structure(t types.Type, s *types.Struct) *layout {
	l := &layout{sub: map[part]struct{}{}}
	for f := range s.Fields() {
		inner, at := ls.make(f.Type()), l.size()
		l.fields = append(l.fields, at)
		if inner.fields != nil {
			l.include(part{at, inner})
			for _, p := range inner.parts {
				l.include(part{at + p.offset, p.typ})
			}
		}
		for _, lf := range inner.leaves {
			if lf.name == "" {
				lf.name = fieldName(t, f)
			}
			l.leaves = append(l.leaves, lf)
		}
		if l.size() > maxObjectLeaves {
			return &layout{leaves: oneLeaf(t)}
		}
	}
	if l.size() == 0 {
		l.leaves = oneLeaf(t)
	}
	return l
}

func (l *layout) include(p part) {
	l.sub[p] = struct{}{}
	l.parts = append(l.parts, p)
}

// fieldName is "PKG.Type.field", "struct.field" for a struct without a name.
func fieldName(t types.Type, f *types.Var) string {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return "struct." + f.Name()
	}
	name := n.Obj().Name() + "." + f.Name()
	if pkg := n.Obj().Pkg(); pkg != nil {
		name = pkg.Path() + "." + name
	}
	return name
}

// width is the number of nodes of a value of type t.
func (ls *layouts) width(t types.Type) int32 {
	if tuple, ok := t.(*types.Tuple); ok {
		var n int32
		for v := range tuple.Variables() {
			n += ls.width(v.Type())
		}
		return n
	}
	if n := ls.of(t).size(); n <= maxValueLeaves {
		return n
	}
	return 1
}

// component is where part i of a tuple or struct of type t begins, and whether values of t have parts at all.
func (ls *layouts) component(t types.Type, i int) (offset int32, ok bool) {
	if tuple, isTuple := t.(*types.Tuple); isTuple {
		for k := range i {
			offset += ls.width(tuple.At(k).Type())
		}
		return offset, true
	}
	l := ls.of(t)
	if l.fields == nil || l.size() > maxValueLeaves {
		return 0, false
	}
	return l.fields[i], true
}

// pointerLike reports whether values of type t lead to memory that is followed.
func pointerLike(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() == types.UnsafePointer
	case *types.Pointer, *types.Slice, *types.Map, *types.Chan, *types.Interface, *types.Signature, *types.Struct:
		return true // a struct here is another module's: it may hold pointers
	}
	return false
}

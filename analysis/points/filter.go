package points

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/types/typeutil"
)

// kind is a sort of reference with the type that it refers to, numbered so that identical types are equal.
type kind struct {
	ref referrer
	typ int
}

type referrer uint8

const (
	pointer  referrer = iota // to memory of the type
	slice                    // of elements of the type
	header                   // a map or channel of the type
	function                 // of any type
)

// filter says which addresses the values of a type can hold.
type filter struct {
	all   bool
	kinds []kind
	iface *implementers // what is not known to implement it does not fit; nil for none
}

func (f filter) fits(l *loc) bool {
	if l.mem == nil {
		return true
	}
	if f.iface != nil {
		return f.iface.hold(l.mem)
	}
	if f.all {
		return true
	}
	for _, k := range l.kinds {
		if slices.Contains(f.kinds, k) {
			return true
		}
	}
	return false
}

// registry numbers types. Underlying types are compared, for a conversion may change the name.
type registry struct {
	ids     typeutil.Map
	filters map[types.Type]filter
	ifaces  map[types.Type]*implementers
}

// implementers remembers which types of memory an interface may refer to.
type implementers struct {
	iface *types.Interface
	known map[types.Type]bool
}

func (i *implementers) hold(t types.Type) bool {
	ok, known := i.known[t]
	if !known {
		ok = types.IsInterface(t) || types.Implements(types.NewPointer(t), i.iface) || types.Implements(t, i.iface)
		i.known[t] = ok
	}
	return ok
}

func (r *registry) id(t types.Type) int {
	u := t.Underlying()
	if id := r.ids.At(u); id != nil {
		return id.(int)
	}
	id := r.ids.Len()
	r.ids.Set(u, id)
	return id
}

// kinds are those of references that may lead to memory of type t.
func (r *registry) kinds(t types.Type) []kind {
	out := []kind{{pointer, r.id(t)}}
	switch u := t.Underlying().(type) {
	case *types.Slice:
		out = append(out, kind{slice, r.id(u.Elem())})
	case *types.Array:
		out = append(out, kind{slice, r.id(u.Elem())})
	case *types.Map, *types.Chan:
		out = append(out, kind{header, r.id(t)})
	case *types.Signature:
		out = append(out, kind{function, 0})
	}
	return out
}

func (r *registry) filter(t types.Type) filter {
	if t == nil {
		return filter{all: true}
	}
	f, ok := r.filters[t]
	if !ok {
		r.collect(&f, t)
		r.filters[t] = f
	}
	return f
}

func (r *registry) collect(f *filter, t types.Type) {
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		f.kinds = append(f.kinds, kind{pointer, r.id(u.Elem())})
	case *types.Slice:
		f.kinds = append(f.kinds, kind{slice, r.id(u.Elem())})
	case *types.Map:
		f.kinds = append(f.kinds, kind{header, r.id(u)})
	case *types.Chan: // directions may be dropped
		for _, dir := range []types.ChanDir{types.SendRecv, types.SendOnly, types.RecvOnly} {
			f.kinds = append(f.kinds, kind{header, r.id(types.NewChan(dir, u.Elem()))})
		}
	case *types.Signature:
		f.kinds = append(f.kinds, kind{function, 0})
	case *types.Basic:
		f.all = f.all || u.Kind() == types.UnsafePointer
	case *types.Struct:
		for i := range u.NumFields() {
			r.collect(f, u.Field(i).Type())
		}
	case *types.Array:
		r.collect(f, u.Elem())
	default:
		f.all = true
	}
}

// contents says which addresses code that is not seen can put into memory of type t: what a field of a library's type leads to is
// kept in the field.
func (r *registry) contents(t types.Type) (f filter) {
	if t == nil {
		return filter{all: true}
	}
	switch u := t.Underlying().(type) {
	case *types.Slice:
		r.collect(&f, u.Elem())
	case *types.Array:
		r.collect(&f, u.Elem())
	case *types.Map:
		r.collect(&f, u.Key())
		r.collect(&f, u.Elem())
	case *types.Chan:
		r.collect(&f, u.Elem())
	default:
		f.all = Pointed(t)
	}
	return f
}

// returned is the filter of a library's result: an interface that has methods is taken to hold what implements it.
func (r *registry) returned(t types.Type) filter {
	if i, ok := t.Underlying().(*types.Interface); ok && i.NumMethods() > 0 {
		if r.ifaces[t] == nil {
			r.ifaces[t] = &implementers{i, map[types.Type]bool{}}
		}
		return filter{iface: r.ifaces[t]}
	}
	return r.filter(t)
}

func elemType(t types.Type) types.Type {
	switch u := t.Underlying().(type) {
	case *types.Slice:
		return u.Elem()
	case *types.Array:
		return u.Elem()
	}
	return nil
}

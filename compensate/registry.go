package compensate

import (
	"errors"
	"fmt"
	"reflect"
)

// registry names the types that interfaces in the state may hold. Encoded values name their types, and a decoder can only make a
// value of a type that it has met: by walking the types of the roots, in its own live state, or registered by the program.
type registry struct {
	named map[string]reflect.Type // a nil type: two types have this name
	seen  map[reflect.Type]bool
}

func newRegistry() *registry {
	r := &registry{named: map[string]reflect.Type{}, seen: map[reflect.Type]bool{}}
	r.add(reflect.TypeOf(errors.New("")))
	r.add(reflect.TypeOf(fmt.Errorf("%w", errors.ErrUnsupported)))
	r.add(reflect.TypeOf(errors.Join(errors.ErrUnsupported)))
	for _, t := range basicTypes {
		r.add(t)
	}
	return r
}

var basicTypes = []reflect.Type{
	reflect.TypeFor[bool](), reflect.TypeFor[string](), reflect.TypeFor[uintptr](),
	reflect.TypeFor[int](), reflect.TypeFor[int8](), reflect.TypeFor[int16](), reflect.TypeFor[int32](), reflect.TypeFor[int64](),
	reflect.TypeFor[uint](), reflect.TypeFor[uint8](), reflect.TypeFor[uint16](), reflect.TypeFor[uint32](), reflect.TypeFor[uint64](),
	reflect.TypeFor[float32](), reflect.TypeFor[float64](), reflect.TypeFor[complex64](), reflect.TypeFor[complex128](),
	reflect.TypeFor[any](), reflect.TypeFor[error](),
}

// add registers t and every type that its parts name.
func (r *registry) add(t reflect.Type) {
	if r.seen[t] {
		return
	}
	r.seen[t] = true
	r.name(t)
	l := layoutOf(t)
	switch l.class {
	case ignored, opaque, coded, handle, refused:
		return
	case message:
		for _, w := range wrappers(t) {
			r.add(reflect.TypeOf(w))
		}
	}
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		r.add(t.Elem())
	case reflect.Map:
		r.add(t.Key())
		r.add(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			r.add(t.Field(i).Type)
		}
	}
}

func (r *registry) name(t reflect.Type) {
	n := typeName(t)
	if old, ok := r.named[n]; ok && old != t {
		r.named[n] = nil
		return
	}
	r.named[n] = t
}

// typeName is the full name of a named type, with its import path, and the text of any other.
func typeName(t reflect.Type) string {
	if t.Name() != "" && t.PkgPath() != "" {
		return t.PkgPath() + "." + t.Name()
	}
	return t.String()
}

func (r *registry) lookup(name string) (reflect.Type, error) {
	t, ok := r.named[name]
	switch {
	case !ok:
		return nil, fmt.Errorf("type %s is not known here: register it", name)
	case t == nil:
		return nil, fmt.Errorf("two types are named %s", name)
	}
	return t, nil
}

// Types go over the wire by their making: composite types by their elements, others by name. The second mention of a type in one
// encoding is its index.
const (
	typeNamed = iota
	typePointer
	typeSlice
	typeArray
	typeMap
)

// typeTable numbers the types of one encoding in order of first mention.
type typeTable struct {
	registry *registry
	index    map[reflect.Type]int
	types    []reflect.Type
	depth    int // of the type that is read
}

func (tt *typeTable) encode(w *writer, t reflect.Type) error {
	if i, ok := tt.index[t]; ok {
		w.uint(uint64(i) + 1)
		return nil
	}
	w.uint(0)
	if err := tt.describe(w, t); err != nil {
		return err
	}
	tt.index[t] = len(tt.index)
	return nil
}

func (tt *typeTable) describe(w *writer, t reflect.Type) error {
	if t.Name() == "" {
		switch t.Kind() {
		case reflect.Pointer:
			w.uint(typePointer)
			return tt.encode(w, t.Elem())
		case reflect.Slice:
			w.uint(typeSlice)
			return tt.encode(w, t.Elem())
		case reflect.Array:
			w.uint(typeArray)
			w.uint(uint64(t.Len()))
			return tt.encode(w, t.Elem())
		case reflect.Map:
			w.uint(typeMap)
			if err := tt.encode(w, t.Key()); err != nil {
				return err
			}
			return tt.encode(w, t.Elem())
		}
	}
	w.uint(typeNamed)
	w.string(typeName(t))
	tt.registry.add(t)
	_, err := tt.registry.lookup(typeName(t))
	return err
}

func (tt *typeTable) decode(r *reader) (reflect.Type, error) {
	if i := r.uint(); i > uint64(len(tt.types)) {
		return nil, errFormat
	} else if i > 0 {
		return tt.types[i-1], nil
	}
	t, err := tt.construct(r)
	if err == nil {
		err = r.err
	}
	if err != nil {
		return nil, err
	}
	tt.types = append(tt.types, t)
	return t, nil
}

func (tt *typeTable) construct(r *reader) (reflect.Type, error) {
	if tt.depth++; tt.depth > maxTypeDepth {
		return nil, errFormat
	}
	defer func() { tt.depth-- }()
	switch making := r.uint(); making {
	case typeNamed:
		return tt.registry.lookup(r.string())
	case typePointer, typeSlice, typeArray:
		n := 0
		if making == typeArray {
			n = int(min(r.uint(), maxArray+1))
		}
		elem, err := tt.decode(r)
		if err != nil {
			return nil, err
		}
		return compose(making, n, elem)
	case typeMap:
		key, err := tt.decode(r)
		if err != nil {
			return nil, err
		}
		elem, err := tt.decode(r)
		if err != nil || !key.Comparable() {
			return nil, errors.Join(err, errFormat)
		}
		return reflect.MapOf(key, elem), nil
	}
	return nil, errFormat
}

func compose(making uint64, n int, elem reflect.Type) (reflect.Type, error) {
	switch making {
	case typePointer:
		return reflect.PointerTo(elem), nil
	case typeSlice:
		return reflect.SliceOf(elem), nil
	}
	if n > maxArray || n*cells(elem) > maxArray || uint64(n)*uint64(elem.Size()) > maxArray {
		return nil, errFormat
	}
	return reflect.ArrayOf(n, elem), nil
}

// cells is how many values of another type an array has, in all dimensions.
func cells(t reflect.Type) int {
	if t.Kind() != reflect.Array {
		return 1
	}
	return t.Len() * cells(t.Elem())
}

package compensate

import (
	"fmt"
	"reflect"
	"unsafe"
)

// walkOptions say what a walk is for.
type walkOptions struct {
	capacities bool // the encoded form; else the normal form, which a digest is taken of
	dump       bool // note every plain value as a leaf
	paths      bool // name objects by path, for leaves and errors
	ways       bool // keep the way to every leaf
}

// walk writes the graph: roots first, then the bodies of objects in the order in which they were first met. That order, and the
// canonical one of map entries, make the numbers of objects the same at every replica.
type walk struct {
	walkOptions
	scan   *scan
	out    writer
	types  typeTable
	ids    map[unsafe.Pointer]uint64 // objects, by the start of a block, by map, channel, function
	queue  []object                  // those whose bodies are to be written
	path   path
	nested int                             // interfaces that the value at hand stands in
	names  map[unsafe.Pointer]string       // of objects, with option paths
	words  map[unsafe.Pointer]reflect.Type // of those objects that are maps, channels and functions
	taken  map[string]int                  // how many objects have a path
	leaves []Leaf
	trails [][]Step // to the leaves, with option ways
	// For copies of fields only:
	selection *selection                // what to leave out
	outside   map[unsafe.Pointer]string // objects that are named rather than copied

	parent *walk // of a walk that only orders map keys: it knows these numbers
}

// object is a block or a map that has a number.
type object struct {
	block *block
	dict  reflect.Value // a map, if block is nil
	base  string        // path
	trail []Step        // to base, with option ways
	list  bool          // the elements of the block have indexes in paths
}

func (o object) ptr() unsafe.Pointer {
	if o.block != nil {
		return o.block.ptr
	}
	return o.dict.UnsafePointer()
}

// How a nil, a pointer to no memory, and a number are told apart.
const (
	refNil   = 0
	refEmpty = 1 // to a value without size
	refNamed = 2 // to an object outside the copied fields
	refFirst = 3 // numbers of objects follow
)

func (s *State) walk(o walkOptions) (*walk, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	sc := newScan(s.types, o.capacities)
	if err := sc.run(s.roots); err != nil {
		return nil, err
	}
	w := newWalk(sc, s.types, o)
	err := w.roots(s.roots)
	if err != nil && !o.paths {
		o.paths = true
		return s.walk(o) // only for the path in the error
	}
	return w, err
}

func newWalk(sc *scan, types *registry, o walkOptions) *walk {
	return &walk{
		walkOptions: o,
		scan:        sc,
		types:       typeTable{registry: types, index: map[reflect.Type]int{}},
		ids:         map[unsafe.Pointer]uint64{},
		names:       map[unsafe.Pointer]string{},
		words:       map[unsafe.Pointer]reflect.Type{},
		taken:       map[string]int{},
	}
}

func (w *walk) roots(roots []root) error {
	w.out.uint(formatState)
	w.out.uint(uint64(len(roots)))
	for _, r := range roots {
		w.path = path{base: r.name}
		if w.ways {
			w.path.trail = []Step{{End: len(r.name), Field: r.name}}
		}
		w.out.string(r.name)
		if w.selection != nil && w.selection.names[r.name] {
			w.variable(r)
			continue
		}
		if err := w.pointer(r.ptr.UnsafePointer(), r.ptr.Type().Elem()); err != nil {
			return w.wrap(err)
		}
	}
	return w.bodies()
}

// variable leaves out a copied package-level variable, but names it, so that pointers to it can be resolved.
func (w *walk) variable(r root) {
	w.names[r.ptr.UnsafePointer()] = r.name
	w.selection.add(r.name, r.ptr.Elem())
}

// wrap adds the path at which the walk stands.
func (w *walk) wrap(err error) error { return fmt.Errorf("%s: %w", w.path.String(), err) }

// bodies writes the queued objects, and those that they lead to.
func (w *walk) bodies() error {
	for len(w.queue) > 0 {
		o := w.queue[0]
		w.queue = w.queue[1:]
		w.path = path{base: o.base, trail: o.trail, steps: w.path.steps[:0]}
		var err error
		if o.block != nil {
			err = w.block(o)
		} else {
			err = w.entries(o.dict)
		}
		if err != nil {
			return w.wrap(err)
		}
	}
	return nil
}

// block writes the visible elements, after their ranges if these are not everything.
func (w *walk) block(o object) error {
	b := o.block
	if b.whole() {
		w.out.uint(0)
	} else {
		w.out.uint(uint64(len(b.seen)) + 1)
		for _, sp := range b.seen {
			w.out.uint(uint64(sp.lo))
			w.out.uint(uint64(sp.hi))
		}
	}
	for _, sp := range b.seen {
		if err := w.elements(o, sp); err != nil {
			return err
		}
	}
	return nil
}

func (w *walk) elements(o object, sp span) error {
	b := o.block
	if b.elem == byteType {
		w.raw(b.bytes(sp))
		return nil
	}
	for i := sp.lo; i < sp.hi; i++ {
		if o.list {
			w.path.index(i)
		}
		if err := w.value(b.at(i)); err != nil {
			return err
		}
		if o.list {
			w.path.pop()
		}
	}
	return nil
}

// value writes v, which is addressable.
func (w *walk) value(v reflect.Value) error {
	l := layoutOf(v.Type())
	switch l.class {
	case ignored, opaque:
	case coded:
		return w.coded(v, l.codec)
	case boolean, signed, unsigned, float, imaginary, text:
		w.scalar(v, l.class)
	case pointer:
		return w.pointer(v.UnsafePointer(), v.Type().Elem())
	case atomicPointer:
		held := heldPointer(v)
		return w.pointer(held.UnsafePointer(), held.Type().Elem())
	case slice:
		return w.slice(v)
	case array:
		return w.array(v)
	case structure, message:
		return w.fields(v, l)
	case dict:
		w.dict(v)
	case syncMap:
		m := syncMapContent(v)
		w.selection.enter(func() { setSyncMap(v, m) })
		defer w.selection.leave()
		return w.entries(m)
	case iface:
		return w.iface(v, l)
	case handle:
		w.handle(v)
	case refused:
		if !v.IsZero() {
			return fmt.Errorf("cannot encode a %s", v.Type())
		}
	}
	return nil
}

func (w *walk) array(v reflect.Value) error {
	if v.Type().Elem() == byteType {
		w.raw(v.Bytes())
		return nil
	}
	for i := range v.Len() {
		w.path.index(i)
		if err := w.value(v.Index(i)); err != nil {
			return err
		}
		w.path.pop()
	}
	return nil
}

func (w *walk) fields(v reflect.Value, l *layout) error {
	for _, f := range l.fields {
		w.path.field(v.Type(), f.name)
		if w.selection.has(v.Type(), f.name) {
			w.selection.add(w.path.String(), exposed(v.Field(f.index)))
		} else if err := w.field(exposed(v.Field(f.index)), f); err != nil {
			return err
		}
		w.path.pop()
	}
	return nil
}

func (w *walk) field(v reflect.Value, f field) error {
	if f.loose && !w.capacities && !v.IsNil() && v.Len() == 0 {
		v = reflect.New(v.Type()).Elem()
	}
	return w.value(v)
}

func (w *walk) iface(v reflect.Value, l *layout) error {
	if l.sealed && !w.capacities {
		return nil
	}
	if v.IsNil() {
		w.out.uint(refNil)
		w.leaf("nil")
		return nil
	}
	if i := sentinelOf(v.Elem()); i >= 0 {
		w.out.uint(refNamed)
		w.out.uint(uint64(i))
		w.leaf(sentinels[i].Error())
		return nil
	}
	w.out.uint(refFirst)
	if l.sealed {
		return nil
	}
	if err := w.types.encode(&w.out, v.Elem().Type()); err != nil {
		return err
	}
	if w.dump {
		w.leaf(v.Elem().Type().String())
	}
	if w.nested++; w.nested > maxNesting {
		return errNesting
	}
	defer func() { w.nested-- }()
	c := copied(v.Elem())
	w.selection.enter(func() { v.Set(c) })
	defer w.selection.leave()
	return w.value(c)
}

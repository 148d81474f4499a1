package compensate

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"unsafe"
)

// The first number of an encoding says what it is and its version.
const (
	formatState  = 1
	formatFields = 2
)

// decoder writes an encoded graph into the live one. It mirrors walk: the same order, the same numbers.
type decoder struct {
	reader
	live    *scan // of the state as it was
	types   typeTable
	objects []made
	claimed map[unsafe.Pointer]bool // live blocks and maps that an encoded object has become
	queue   []object
	path    path
	outside map[string]made // objects outside copied fields, by name
	nested  int             // interfaces that the value at hand stands in
	room    uint64          // memory that may still be made
}

// made is an object that has its number: n values of a type, or the map, channel or function at an address if n is 0.
type made struct {
	ptr unsafe.Pointer
	typ reflect.Type
	n   int
}

func (s *State) decode(b []byte) error {
	if err := s.check(); err != nil {
		return err
	}
	live := newScan(s.types, true)
	if err := live.run(s.roots); err != nil {
		return err
	}
	d := s.newDecoder(reader{b: b}, live)
	if err := d.roots(s.roots); err != nil {
		return fmt.Errorf("%s: %w", d.path.String(), err)
	}
	return d.done()
}

func (s *State) newDecoder(r reader, live *scan) *decoder {
	return &decoder{
		reader: r, live: live, types: typeTable{registry: s.types}, claimed: map[unsafe.Pointer]bool{},
		room: s.spare + expansion*uint64(len(r.b)),
	}
}

func (d *decoder) done() error {
	if d.err == nil && len(d.b) > 0 {
		return fmt.Errorf("%w: %d bytes left over", errFormat, len(d.b))
	}
	return d.err
}

func (d *decoder) roots(roots []root) error {
	if d.uint() != formatState {
		return errFormat
	}
	if n := d.uint(); n != uint64(len(roots)) {
		return fmt.Errorf("%d roots in the encoding, %d here", n, len(roots))
	}
	for _, r := range roots {
		d.path = path{base: r.name}
		if name := d.string(); name != r.name {
			return fmt.Errorf("root %s in the encoding, %s here", name, r.name)
		}
		p := r.ptr.UnsafePointer()
		if err := d.pointer(&p, r.ptr.Type().Elem()); err != nil {
			return err
		}
		if p != r.ptr.UnsafePointer() {
			return errors.New("root shares memory with other objects than in the encoding")
		}
	}
	return d.bodies()
}

func (d *decoder) bodies() error {
	for len(d.queue) > 0 {
		o := d.queue[0]
		d.queue = d.queue[1:]
		d.path = path{base: o.base, steps: d.path.steps[:0]}
		var err error
		if o.block != nil {
			err = d.block(o.block)
		} else {
			err = d.entries(o.dict)
		}
		if err = errors.Join(err, d.err); err != nil {
			return err
		}
	}
	return nil
}

// block reads the visible elements and clears the others.
func (d *decoder) block(b *block) error {
	spans, err := d.spans(b.n)
	if err != nil {
		return err
	}
	at := 0
	for _, sp := range append(spans, span{b.n, b.n}) {
		for ; at < sp.lo; at++ {
			b.at(at).SetZero()
		}
		if err := d.elements(b, sp); err != nil {
			return err
		}
		at = sp.hi
	}
	return nil
}

func (d *decoder) spans(n int) ([]span, error) {
	count := d.uint()
	if count == 0 {
		return []span{{0, n}}, d.err
	}
	var spans []span
	for last := 0; count > 1 && d.err == nil; count-- {
		sp := span{int(d.uint()), int(d.uint())}
		if sp.lo < last || sp.hi < sp.lo || sp.hi > n {
			return nil, errFormat
		}
		last = sp.hi
		spans = append(spans, sp)
	}
	return spans, d.err
}

func (d *decoder) elements(b *block, sp span) error {
	if b.elem == byteType {
		copy(b.bytes(sp), d.take(uint64(sp.hi-sp.lo)))
		return d.err
	}
	for i := sp.lo; i < sp.hi; i++ {
		if b.n > 1 {
			d.path.index(i)
		}
		if err := d.value(b.at(i)); err != nil {
			return err
		}
		if b.n > 1 {
			d.path.pop()
		}
	}
	return nil
}

// value reads into v, which is addressable and holds what is there now.
func (d *decoder) value(v reflect.Value) error {
	if d.err != nil {
		return d.err
	}
	l := layoutOf(v.Type())
	switch l.class {
	case ignored, opaque:
	case refused:
		v.SetZero()
	case coded:
		return l.codec.decode(&d.reader, v.Addr().Interface())
	case boolean, signed, unsigned, float, imaginary, text:
		d.scalar(v, l.class)
	case pointer:
		return d.pointer(word(v), v.Type().Elem())
	case atomicPointer:
		held := heldPointer(v)
		return d.pointer(word(held), held.Type().Elem())
	case slice:
		return d.slice(v)
	case array:
		return d.array(v)
	case structure, message:
		return d.fields(v, l)
	case dict:
		return d.dict(v)
	case syncMap:
		m := syncMapContent(v)
		if err := d.entries(m); err != nil {
			return err
		}
		setSyncMap(v, m)
	case iface:
		return d.iface(v, l)
	case handle:
		return d.handle(v)
	}
	return nil
}

func (d *decoder) scalar(v reflect.Value, c class) {
	switch c {
	case boolean:
		v.SetBool(d.uint() == 1)
	case signed:
		v.SetInt(d.int())
	case unsigned:
		v.SetUint(d.uint())
	case float:
		v.SetFloat(math.Float64frombits(d.word()))
	case imaginary:
		re := math.Float64frombits(d.word())
		v.SetComplex(complex(re, math.Float64frombits(d.word())))
	case text:
		v.SetString(d.string())
	}
}

func (d *decoder) array(v reflect.Value) error {
	if v.Type().Elem() == byteType {
		copy(v.Bytes(), d.take(uint64(v.Len())))
		return d.err
	}
	for i := range v.Len() {
		d.path.index(i)
		if err := d.value(v.Index(i)); err != nil {
			return err
		}
		d.path.pop()
	}
	return nil
}

func (d *decoder) fields(v reflect.Value, l *layout) error {
	for _, f := range l.fields {
		d.path.field(nil, f.name)
		if err := d.value(exposed(v.Field(f.index))); err != nil {
			return err
		}
		d.path.pop()
	}
	return nil
}

// iface reads an interface. Its content is written from what is there, if that has the same type, so that pointers in it are kept.
func (d *decoder) iface(v reflect.Value, l *layout) error {
	switch d.uint() {
	case refNil:
		v.SetZero()
		return d.err
	case refNamed:
		return d.sentinel(v)
	}
	if l.sealed {
		return d.keep(v)
	}
	t, err := d.types.decode(&d.reader)
	if err != nil {
		return err
	}
	if t.Kind() == reflect.Interface || !t.AssignableTo(v.Type()) {
		return fmt.Errorf("%w: a %s in a %s", errFormat, t, v.Type())
	}
	if err := d.charge(uint64(t.Size())); err != nil {
		return err
	}
	if d.nested++; d.nested > maxNesting {
		return errNesting
	}
	defer func() { d.nested-- }()
	c := reflect.New(t).Elem()
	if !v.IsNil() && v.Elem().Type() == t {
		c.Set(v.Elem())
	} else if layoutOf(t).class == opaque {
		return d.keep(v)
	}
	if err := d.value(c); err != nil {
		return err
	}
	v.Set(c)
	return nil
}

func (d *decoder) sentinel(v reflect.Value) error {
	i := d.uint()
	if i >= uint64(len(sentinels)) || !reflect.TypeOf(sentinels[i]).AssignableTo(v.Type()) {
		return errors.Join(d.err, errFormat)
	}
	v.Set(reflect.ValueOf(sentinels[i]))
	return nil
}

// keep leaves alone what cannot be made, if it is there.
func (d *decoder) keep(v reflect.Value) error {
	if v.IsNil() {
		return fmt.Errorf("cannot make a %s: it exists only where the program made it", v.Type())
	}
	return nil
}

package compensate

import (
	"errors"
	"fmt"
	"reflect"
	"unsafe"
)

// pointer reads into *p, a variable that points to a value of type elem.
func (d *decoder) pointer(p *unsafe.Pointer, elem reflect.Type) error {
	ref := d.uint()
	switch ref {
	case refNil:
		*p = nil
		return d.err
	case refEmpty:
		if elem.Size() > 0 {
			return errFormat
		}
		if *p == nil {
			*p = reflect.New(elem).UnsafePointer()
		}
		return d.err
	}
	elem, n := elements(elem)
	q, err := d.reference(ref, *p, elem, n)
	if err == nil {
		*p = q
	}
	return err
}

// reference reads where n values in an object are. live is where they are now, or nil.
func (d *decoder) reference(ref uint64, live unsafe.Pointer, elem reflect.Type, n int) (unsafe.Pointer, error) {
	name := ""
	if ref == refNamed {
		name = d.string()
	}
	off := uintptr(d.uint())
	o, first, err := d.mentioned(ref, name)
	if err == nil && first {
		o, err = d.object(live, off, elem)
	}
	switch {
	case err != nil:
		return nil, err
	case !holds(o.typ, o.n, off, elem, n):
		return nil, errFormat
	}
	return unsafe.Add(o.ptr, off), nil
}

// mentioned finds the object of a reference, unless this is its first mention.
func (d *decoder) mentioned(ref uint64, name string) (o made, first bool, err error) {
	switch id := ref - refFirst; {
	case d.err != nil:
		return o, false, d.err
	case ref == refNamed:
		o, err = d.known(name)
		return o, false, err
	case ref < refFirst || id > uint64(len(d.objects)):
		return o, false, errFormat
	case id == uint64(len(d.objects)):
		return o, true, nil
	default:
		return d.objects[id], false, nil
	}
}

// object reads the making of a block: the live one at this place, if it has the same making, or a fresh one.
func (d *decoder) object(live unsafe.Pointer, off uintptr, elem reflect.Type) (made, error) {
	if d.uint() != 0 {
		var err error
		if elem, err = d.types.decode(&d.reader); err != nil {
			return made{}, err
		}
	}
	n := d.uint()
	if d.err != nil || elem.Size() == 0 || n == 0 || n > maxObject {
		return made{}, errors.Join(d.err, errFormat)
	}
	b := d.reuse(live, off, elem, int(n))
	if b == nil {
		if err := d.charge(n * uint64(elem.Size())); err != nil {
			return made{}, err
		}
	}
	if elem == errorString {
		return d.frozen(b, &block{elem: elem, n: int(n), ptr: allocate(elem, int(n))})
	}
	switch {
	case b != nil && !frozen(elem):
	case layoutOf(elem).class == opaque:
		return made{}, fmt.Errorf("cannot make a %s: it exists only where the program made it", elem)
	default:
		b = &block{elem: elem, n: int(n), ptr: allocate(elem, int(n))}
	}
	d.claimed[b.ptr] = true
	o := made{b.ptr, b.elem, b.n}
	d.objects = append(d.objects, o)
	d.enqueue(object{block: b}, off != 0)
	return o, nil
}

// frozen reads an object whose body follows at once, so that the live one can stay if it is equal: a sentinel error keeps its identity.
func (d *decoder) frozen(live, fresh *block) (made, error) {
	err := d.block(fresh)
	if live != nil && live.n == 1 && live.at(0).Equal(fresh.at(0)) {
		fresh = live
	}
	d.claimed[fresh.ptr] = true
	o := made{fresh.ptr, fresh.elem, fresh.n}
	d.objects = append(d.objects, o)
	return o, err
}

func (d *decoder) reuse(live unsafe.Pointer, off uintptr, elem reflect.Type, n int) *block {
	if live == nil {
		return nil
	}
	b, at := d.live.find(live)
	if b == nil || at != off || b.elem != elem || b.n != n || d.claimed[b.ptr] {
		return nil
	}
	return b
}

func allocate(elem reflect.Type, n int) unsafe.Pointer {
	if n == 1 {
		return reflect.New(elem).UnsafePointer()
	}
	return reflect.MakeSlice(reflect.SliceOf(elem), n, n).UnsafePointer()
}

func (d *decoder) enqueue(o object, inner bool) {
	o.base = d.path.String()
	if inner {
		o.base = aroundOpen + o.base + ")"
	}
	d.queue = append(d.queue, o)
}

func (d *decoder) slice(v reflect.Value) error {
	h := headerOf(v)
	n := d.uint()
	if n == refNil {
		*h = sliceHeader{}
		return d.err
	}
	c := d.uint()
	n--
	if d.err != nil || n > c || c > maxObject {
		return errors.Join(d.err, errFormat)
	}
	elem := v.Type().Elem()
	if c == 0 || elem.Size() == 0 {
		v.Set(reflect.MakeSlice(v.Type(), int(n), int(c)))
		return nil
	}
	live := h.ptr
	if h.cap == 0 {
		live = nil
	}
	p, err := d.reference(d.uint(), live, elem, int(c))
	if err == nil {
		*h = sliceHeader{p, int(n), int(c)}
	}
	return err
}

func (d *decoder) dict(v reflect.Value) error {
	ref := d.uint()
	if ref == refNil {
		v.SetZero()
		return d.err
	}
	o, first, err := d.mentionedWord(ref, v.Type())
	if err != nil {
		return err
	}
	if !first {
		*word(v) = o.ptr
		return nil
	}
	if v.IsNil() || d.claimed[v.UnsafePointer()] {
		v.Set(reflect.MakeMap(v.Type()))
	}
	m := reflect.New(v.Type()).Elem()
	m.Set(v)
	d.claimed[m.UnsafePointer()] = true
	d.objects = append(d.objects, made{ptr: m.UnsafePointer(), typ: m.Type()})
	d.enqueue(object{dict: m}, false)
	return nil
}

// handle keeps the channel or function that is there, or takes one that was met elsewhere in the state.
func (d *decoder) handle(v reflect.Value) error {
	ref := d.uint()
	if ref == refNil {
		v.SetZero()
		return d.err
	}
	o, first, err := d.mentionedWord(ref, v.Type())
	if err != nil {
		return err
	}
	if !first {
		*word(v) = o.ptr
		return nil
	}
	if v.IsNil() {
		return fmt.Errorf("cannot encode %s of an operation: it exists only where the program made it", v.Kind())
	}
	d.objects = append(d.objects, made{ptr: *word(v), typ: v.Type()})
	return nil
}

// mentionedWord is mentioned for maps, channels and functions, which have no offsets.
func (d *decoder) mentionedWord(ref uint64, t reflect.Type) (o made, first bool, err error) {
	name := ""
	if ref == refNamed {
		name = d.string()
	}
	o, first, err = d.mentioned(ref, name)
	if err == nil && !first && (o.n > 0 || !o.typ.ConvertibleTo(t) && !t.ConvertibleTo(o.typ)) {
		err = errFormat
	}
	return o, first, err
}

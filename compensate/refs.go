package compensate

import (
	"fmt"
	"reflect"
	"strings"
	"unsafe"
)

// number returns the object's number and whether this is its first mention.
func (w *walk) number(p unsafe.Pointer) (id uint64, first bool) {
	if id, ok := w.lookup(p); ok {
		return id, false
	}
	id = w.count()
	w.ids[p] = id
	return id, true
}

func (w *walk) lookup(p unsafe.Pointer) (uint64, bool) {
	if id, ok := w.ids[p]; ok || w.parent == nil {
		return id, ok
	}
	return w.parent.lookup(p)
}

func (w *walk) count() uint64 {
	n := uint64(len(w.ids))
	if w.parent != nil {
		n += w.parent.count()
	}
	return n
}

// target names the object, or the part of n elements of it, that a second pointer leads to.
func (w *walk) target(p unsafe.Pointer, off uintptr, n int) string {
	if !w.dump {
		return ""
	}
	part := ""
	if n > 1 {
		part = fmt.Sprintf("[:%d]", n)
	}
	return "-> " + w.names[p] + offsetText(off) + part
}

func offsetText(off uintptr) string {
	if off == 0 {
		return ""
	}
	return fmt.Sprintf("+%d", off)
}

// named writes the name of an object outside the copied fields, if it is one.
func (w *walk) named(p unsafe.Pointer) bool {
	name, ok := w.outside[p]
	if ok {
		w.out.uint(refNamed)
		w.out.string(name)
	}
	return ok
}

// name names an object by the path of its first mention, with a star for each object that the same path led to before: a variable and
// what it points to.
func (w *walk) name(p unsafe.Pointer, base string) {
	w.taken[base]++
	w.names[p] = base + strings.Repeat("*", w.taken[base]-1)
}

// pointer writes a pointer to a value of type elem.
func (w *walk) pointer(p unsafe.Pointer, elem reflect.Type) error {
	switch {
	case !w.capacities && layoutOf(elem).class == opaque:
		return nil
	case p == nil:
		w.out.uint(refNil)
		w.leaf("nil")
		return nil
	case elem.Size() == 0:
		w.out.uint(refEmpty)
		w.leaf("&" + elem.String() + "{}")
		return nil
	}
	elem, n := elements(elem)
	return w.reference(p, elem, n, n > 1)
}

// reference writes which block p points into and where. The block's making goes with its first mention; elem and n are what the place
// itself says about it, list whether the elements have indexes there.
func (w *walk) reference(p unsafe.Pointer, elem reflect.Type, n int, list bool) error {
	b, off := w.scan.find(p)
	if b == nil {
		return fmt.Errorf("no scan met this %s: the state changes while it is read", elem)
	}
	if w.named(b.ptr) {
		w.out.uint(uint64(off))
		return nil
	}
	id, first := w.number(b.ptr)
	w.out.uint(id + refFirst)
	w.out.uint(uint64(off))
	if !first {
		w.leaf(w.target(b.ptr, off, n))
		return nil
	}
	if b.elem == elem {
		w.out.uint(0)
	} else {
		w.out.uint(1)
		if err := w.types.encode(&w.out, b.elem); err != nil {
			return err
		}
	}
	w.out.uint(uint64(b.n))
	o := object{block: b, list: list || b.n > 1}
	if b.elem == errorString {
		return w.block(o)
	}
	w.enqueue(o, off != 0)
	if off != 0 || n != b.n || elem != b.elem {
		w.leaf(w.target(b.ptr, off, n))
	}
	return nil
}

// enqueue notes that the object's body is to be written.
func (w *walk) enqueue(o object, inner bool) {
	if w.paths {
		o.base = w.path.String()
		if inner {
			o.base = aroundOpen + o.base + ")"
		}
		if w.ways {
			o.trail = w.path.way(inner)
		}
		w.name(o.ptr(), o.base)
	}
	if o.block == nil {
		w.words[o.ptr()] = o.dict.Type()
	}
	w.queue = append(w.queue, o)
}

// slice writes length, capacity and place of a slice.
func (w *walk) slice(v reflect.Value) error {
	if v.IsNil() {
		w.out.uint(refNil)
		w.leaf("nil")
		return nil
	}
	w.out.uint(uint64(v.Len()) + 1)
	n := v.Len()
	if w.capacities {
		n = v.Cap()
		w.out.uint(uint64(n))
	}
	if v.Len() == 0 {
		w.leaf("[]")
	}
	elem := v.Type().Elem()
	if n == 0 || elem.Size() == 0 {
		return nil
	}
	return w.reference(v.UnsafePointer(), elem, v.Len(), true)
}

func (w *walk) dict(v reflect.Value) {
	if v.IsNil() {
		w.out.uint(refNil)
		w.leaf("nil")
		return
	}
	if w.named(v.UnsafePointer()) {
		return
	}
	id, first := w.number(v.UnsafePointer())
	w.out.uint(id + refFirst)
	if !first {
		w.leaf(w.target(v.UnsafePointer(), 0, 1))
		return
	}
	if v.Len() == 0 {
		w.leaf("map[]")
	}
	w.enqueue(object{dict: v}, false)
}

// handle writes the identity of a channel or function. The normal form has only whether there is one: which functions are the same
// value is the compiler's business.
func (w *walk) handle(v reflect.Value) {
	switch {
	case v.IsNil():
		w.out.uint(refNil)
		w.leaf("nil")
	case !w.capacities:
		w.out.uint(refFirst)
		w.leaf(v.Kind().String())
	case w.named(*word(v)):
	default:
		id, first := w.number(*word(v))
		w.out.uint(id + refFirst)
		if first && w.paths {
			w.words[*word(v)] = v.Type()
			w.name(*word(v), w.path.String())
		}
	}
}

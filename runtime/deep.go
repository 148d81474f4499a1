package midasrt

import (
	"bytes"
	"maps"
	"reflect"
	"sync"
	"unsafe"
)

// Deep touches all memory that is reachable from its arguments, which are pointers, maps and slices: emitted before the call of a library
// function that mutates them. It costs time and memory in proportion to what is reachable.
//
// It goes through pointers, slices up to their capacity, maps, interfaces, atomic.Pointer and sync.Map, and through unexported fields. It
// stops at channels, functions, locks, unsafe.Pointer, and at connections, files, loggers and the like (isOpaque).
func Deep(ptrs ...any) {
	o := touching()
	if o == nil {
		return
	}
	im := &image{seen: map[block]bool{}}
	for i := range ptrs {
		im.follow(reflect.ValueOf(&ptrs[i]).Elem())
	}
	o.touch(im)
}

// image is a copy of memory, allocation by allocation.
type image struct {
	seen map[block]bool
	old  []touch
}

// block is where a piece of memory is and as what it was reached: a struct and its first field share an address.
type block struct {
	at  unsafe.Pointer
	t   reflect.Type
	len int
}

func (im *image) undo() {
	for i := len(im.old) - 1; i >= 0; i-- {
		im.old[i].undo()
	}
}

// first says that the block has not been visited.
func (im *image) first(b block) bool {
	if b.at == nil || im.seen[b] {
		return false
	}
	im.seen[b] = true
	return true
}

// follow copies what v, an addressable value, leads to; v itself is the caller's to copy.
func (im *image) follow(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		im.pointer(v)
	case reflect.Slice:
		im.slice(v)
	case reflect.Map:
		im.mapping(v)
	case reflect.Interface:
		if !v.IsNil() {
			im.follow(addressable(v.Elem()))
		}
	case reflect.Array:
		for i := 0; i < v.Len() && leads(v.Type().Elem()); i++ {
			im.follow(v.Index(i))
		}
	case reflect.Struct:
		im.fields(v)
	}
}

func (im *image) pointer(v reflect.Value) {
	t := v.Type().Elem()
	if isOpaque(t) || t.Size() == 0 || !im.first(block{v.UnsafePointer(), t, 1}) {
		return
	}
	im.copy(v.Elem())
	im.follow(v.Elem())
}

func (im *image) slice(v reflect.Value) {
	t := v.Type().Elem()
	if t.Size() == 0 || !im.first(block{v.UnsafePointer(), t, v.Cap()}) {
		return
	}
	all := reflect.SliceAt(t, v.UnsafePointer(), v.Cap())
	old := reflect.MakeSlice(all.Type(), v.Cap(), v.Cap())
	reflect.Copy(old, all)
	for i := range all.Len() {
		if hasHole(t) {
			im.old = append(im.old, &memory{all.Index(i), old.Index(i)})
		}
		if leads(t) {
			im.follow(all.Index(i))
		}
	}
	if !hasHole(t) {
		im.old = append(im.old, &elements{all, old})
	}
}

func (im *image) mapping(v reflect.Value) {
	if !im.first(block{v.UnsafePointer(), v.Type(), 1}) {
		return
	}
	old := &entries{m: v}
	for it := v.MapRange(); it.Next(); {
		key, elem := addressable(it.Key()), addressable(it.Value())
		old.keys, old.elems = append(old.keys, key), append(old.elems, elem)
		im.follow(key)
		im.follow(elem)
	}
	im.old = append(im.old, old)
}

func (im *image) fields(v reflect.Value) {
	t := v.Type()
	switch {
	case isLock(t) || isOpaque(t):
	case t == typeSyncMap:
		im.syncMap(v.Addr().Interface().(*sync.Map))
	case isAtomicPointer(t):
		im.follow(reflect.NewAt(t.Field(0).Type.Elem(), v.Addr().UnsafePointer()).Elem())
	default:
		for i := range v.NumField() {
			if leads(t.Field(i).Type) {
				im.follow(field(v, i))
			}
		}
	}
}

// copy notes the allocation, or part of one, that v is.
func (im *image) copy(v reflect.Value) {
	im.old = append(im.old, &memory{v, addressable(v)})
}

// syncMap notes the entries: they live in a tree whose nodes no type leads to.
func (im *image) syncMap(m *sync.Map) {
	old := &syncEntries{m: m, old: map[any]any{}}
	m.Range(func(k, v any) bool {
		old.old[k] = v
		im.follow(reflect.ValueOf(&k).Elem())
		im.follow(reflect.ValueOf(&v).Elem())
		return true
	})
	im.old = append(im.old, old)
}

type memory struct{ v, old reflect.Value }

// undo leaves alone what has not changed: it may be shared with goroutines that only read it.
func (m *memory) undo() {
	if !bytes.Equal(raw(m.v), raw(m.old)) {
		restoreValue(m.v, m.old)
	}
}

func raw(v reflect.Value) []byte {
	return unsafe.Slice((*byte)(v.Addr().UnsafePointer()), v.Type().Size())
}

type elements struct{ all, old reflect.Value }

func (e *elements) undo() { reflect.Copy(e.all, e.old) }

type entries struct {
	m           reflect.Value
	keys, elems []reflect.Value
}

func (e *entries) undo() {
	e.m.Clear()
	for i := range e.keys {
		e.m.SetMapIndex(e.keys[i], e.elems[i])
	}
}

type syncEntries struct {
	m   *sync.Map
	old map[any]any
}

func (e *syncEntries) undo() {
	e.m.Clear()
	for k, v := range maps.All(e.old) {
		e.m.Store(k, v)
	}
}

package compensate

import (
	"reflect"
	"sync"
	"unsafe"
)

// exposed gives access to an unexported field: v, addressable, without the mark that forbids it.
func exposed(v reflect.Value) reflect.Value { return reflect.NewAt(v.Type(), addressOf(v)).Elem() }

func addressOf(v reflect.Value) unsafe.Pointer { return unsafe.Pointer(v.UnsafeAddr()) }

// copied is an addressable copy of a map's key or element, or of an interface's content.
func copied(v reflect.Value) reflect.Value {
	c := reflect.New(v.Type()).Elem()
	c.Set(v)
	return c
}

// word is the memory of a pointer, map, channel or function variable: the address of what it refers to.
func word(v reflect.Value) *unsafe.Pointer { return (*unsafe.Pointer)(addressOf(v)) }

// sliceHeader is the memory of a slice variable.
type sliceHeader struct {
	ptr      unsafe.Pointer
	len, cap int
}

func headerOf(v reflect.Value) *sliceHeader { return (*sliceHeader)(addressOf(v)) }

// heldPointer is the pointer in an atomic.Pointer[T] as a variable of type *T. The type has it untyped, after an empty array of *T.
func heldPointer(v reflect.Value) reflect.Value {
	t := v.Type()
	held, _ := t.FieldByName("v")
	return reflect.NewAt(t.Field(0).Type.Elem(), unsafe.Add(addressOf(v), held.Offset)).Elem()
}

// syncMapContent is a copy of a sync.Map's entries.
func syncMapContent(v reflect.Value) reflect.Value {
	m := map[any]any{}
	v.Addr().Interface().(*sync.Map).Range(func(k, e any) bool { m[k] = e; return true })
	return reflect.ValueOf(m)
}

// setSyncMap makes the sync.Map hold exactly the entries of m, a map[any]any.
func setSyncMap(v reflect.Value, m reflect.Value) {
	sm, want := v.Addr().Interface().(*sync.Map), m.Interface().(map[any]any)
	sm.Range(func(k, _ any) bool {
		if _, ok := want[k]; !ok {
			sm.Delete(k)
		}
		return true
	})
	for k, e := range want {
		sm.Store(k, e)
	}
}

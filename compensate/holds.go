package compensate

import "reflect"

// holds says that memory made as n values of type t has, at off, m values of type elem in a row. The decoder asks before it makes a
// pointer: one to the wrong type would break the program's memory.
func holds(t reflect.Type, n int, off uintptr, elem reflect.Type, m int) bool {
	size := t.Size()
	if size == 0 || off >= size*uintptr(n) {
		return false
	}
	at, in := off/size, off%size
	switch {
	case sameLayout(t, elem):
		return in == 0 && uint64(m) <= uint64(n)-uint64(at)
	case t.Kind() == reflect.Array:
		return holds(t.Elem(), t.Len(), in, elem, m)
	case t.Kind() == reflect.Struct:
		for i := range t.NumField() {
			if f := t.Field(i); f.Offset <= in && in < f.Offset+f.Type.Size() {
				return holds(f.Type, 1, in-f.Offset, elem, m)
			}
		}
	}
	return false
}

// sameLayout says that a program can have one value as both types, by converting a pointer to it.
func sameLayout(t, u reflect.Type) bool {
	return t == u || t.Kind() == u.Kind() && reflect.PointerTo(t).ConvertibleTo(reflect.PointerTo(u))
}

package midasrt

import (
	"reflect"
	"sync"
)

// Locks hold no data: who holds one now is a fact about goroutines, not about state, so it neither travels nor is put back.
var locks = map[reflect.Type]bool{
	reflect.TypeFor[sync.Mutex]():     true,
	reflect.TypeFor[sync.RWMutex]():   true,
	reflect.TypeFor[sync.WaitGroup](): true,
	reflect.TypeFor[sync.Cond]():      true,
	reflect.TypeFor[sync.Pool]():      true,
}

func isLock(t reflect.Type) bool { return locks[t] }

// isHole says that the memory of a t is not to be put back: locks, and sync.Map, whose entries are put back by its methods.
func isHole(t reflect.Type) bool { return isLock(t) || t == typeSyncMap }

var holed sync.Map // reflect.Type to bool

// hasHole says that a value of type t is one or has one in it, not counting what it points to.
func hasHole(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Array:
		return hasHole(t.Elem())
	case reflect.Struct:
	default:
		return false
	}
	if h, ok := holed.Load(t); ok {
		return h.(bool)
	}
	h := isHole(t)
	for i := 0; i < t.NumField() && !h; i++ {
		h = hasHole(t.Field(i).Type)
	}
	holed.Store(t, h)
	return h
}

// restore sets *p to *old, except for holes.
func restore[T any](p, old *T) {
	if t := reflect.TypeFor[T](); hasHole(t) {
		restoreValue(reflect.ValueOf(p).Elem(), reflect.ValueOf(old).Elem())
		return
	}
	*p = *old
}

// restoreValue is restore for addressable values of one type.
func restoreValue(v, old reflect.Value) {
	t := v.Type()
	switch {
	case isHole(t):
	case !hasHole(t):
		v.Set(old)
	case t.Kind() == reflect.Array:
		for i := range v.Len() {
			restoreValue(v.Index(i), old.Index(i))
		}
	default:
		for i := range v.NumField() {
			restoreValue(field(v, i), field(old, i))
		}
	}
}

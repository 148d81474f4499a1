package compensate

import (
	"fmt"
	"reflect"
	"sync"
)

// Restore is Decode for a replica whose operations in flight were abandoned: it also frees the locks of the state that their
// goroutines, which never go on, may hold. No goroutine that goes on may hold one.
func (s *State) Restore(b []byte) error {
	if err := s.Decode(b); err != nil {
		return err
	}
	sc := newScan(s.types, true)
	if err := sc.run(s.roots); err != nil {
		return fmt.Errorf("free locks: %w", err)
	}
	for i := range sc.blocks {
		b := &sc.blocks[i]
		if !holdsLock(b.elem) {
			continue
		}
		for k := range b.n {
			freeLocks(b.at(k))
		}
	}
	return nil
}

var locks = map[reflect.Type]bool{
	reflect.TypeFor[sync.Mutex](): true, reflect.TypeFor[sync.RWMutex](): true, reflect.TypeFor[sync.WaitGroup](): true,
}

// holdsLock says that values of type t have a lock of the program's in their own memory.
func holdsLock(t reflect.Type) bool {
	switch {
	case locks[t]:
		return true
	case layoutOf(t).class == opaque:
		return false
	case t.Kind() == reflect.Array:
		return holdsLock(t.Elem())
	case t.Kind() == reflect.Struct && t.PkgPath() != "sync":
		for i := range t.NumField() {
			if holdsLock(t.Field(i).Type) {
				return true
			}
		}
	}
	return false
}

func freeLocks(v reflect.Value) {
	switch {
	case locks[v.Type()]:
		v.SetZero()
	case !holdsLock(v.Type()):
	case v.Kind() == reflect.Array:
		for i := range v.Len() {
			freeLocks(v.Index(i))
		}
	default:
		for i := range v.NumField() {
			freeLocks(exposed(v.Field(i)))
		}
	}
}

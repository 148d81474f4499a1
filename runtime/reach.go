package midasrt

import (
	"reflect"
	"strings"
	"sync"
)

var typeSyncMap = reflect.TypeFor[sync.Map]()

// isAtomicPointer recognises atomic.Pointer[T]; its first field is an empty array of *T, its memory a *T.
func isAtomicPointer(t reflect.Type) bool {
	return t.PkgPath() == "sync/atomic" && strings.HasPrefix(t.Name(), "Pointer[")
}

// opaque packages own memory that is not the service's state: connections, files, loggers, clocks, and the language's own descriptors.
var opaque = map[string]bool{
	"context": true, "crypto/tls": true, "database/sql": true, "expvar": true, "internal/abi": true, "internal/poll": true,
	"log": true, "log/slog": true, "net": true, "net/http": true, "os": true, "reflect": true, "runtime": true, "testing": true,
	"time": true, "unique": true, "weak": true,
}

// isOpaque says that Deep does not enter values of type t: structs of those packages, unless they are plain data with exported fields
// only, such as net.IPNet.
func isOpaque(t reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	p := t.PkgPath()
	if !opaque[p] && !strings.HasPrefix(p, "google.golang.org/grpc") && !strings.HasPrefix(p, "google.golang.org/protobuf/internal") {
		return false
	}
	for i := range t.NumField() {
		if !t.Field(i).IsExported() {
			return true
		}
	}
	return false
}

var leaders sync.Map // reflect.Type to bool

// leads says that a value of type t can lead to other memory.
func leads(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Interface:
		return true
	case reflect.Array:
		return t.Len() > 0 && leads(t.Elem())
	case reflect.Struct:
	default:
		return false
	}
	if l, ok := leaders.Load(t); ok {
		return l.(bool)
	}
	l := t == typeSyncMap || isAtomicPointer(t)
	for i := 0; i < t.NumField() && !l; i++ {
		l = leads(t.Field(i).Type)
	}
	leaders.Store(t, l)
	return l
}

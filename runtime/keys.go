package midasrt

import (
	"bytes"
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Keys returns m's keys in an order that depends on the keys alone: their own order for numbers and strings, that of their encodings for
// everything else. Pointers are compared by what they point to; keys that cannot be told apart fail the op. Emitted for map ranges whose
// order matters; one canonical order is among those that the language allows.
func Keys[K comparable, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	if len(keys) > 1 {
		sortKeys(keys)
	}
	return keys
}

func sortKeys[K comparable](keys []K) {
	switch ks := any(keys).(type) {
	case []string:
		slices.Sort(ks)
		return
	case []int:
		slices.Sort(ks)
		return
	}
	if less := ordered(reflect.TypeFor[K]().Kind()); less != nil {
		slices.SortFunc(keys, func(a, b K) int { return less(reflect.ValueOf(a), reflect.ValueOf(b)) })
		return
	}
	if err := sortEncoded(keys); err != nil {
		if o := Here(); o != nil {
			o.fail(fmt.Errorf("midasrt: op %s: map keys of type %v have no canonical order: %w", o.id, reflect.TypeFor[K](), err))
		}
	}
}

func ordered(k reflect.Kind) func(a, b reflect.Value) int {
	switch k {
	case reflect.String:
		return func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) }
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return func(a, b reflect.Value) int { return cmp.Compare(a.Int(), b.Int()) }
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return func(a, b reflect.Value) int { return cmp.Compare(a.Uint(), b.Uint()) }
	case reflect.Float32, reflect.Float64:
		return func(a, b reflect.Value) int { return cmp.Compare(a.Float(), b.Float()) }
	}
	return nil
}

func sortEncoded[K comparable](keys []K) error {
	type coded struct {
		key  K
		code []byte
	}
	all := make([]coded, len(keys))
	for i := range keys {
		code, err := encode(nil, reflect.ValueOf(&keys[i]).Elem())
		if err != nil {
			return err
		}
		all[i] = coded{keys[i], code}
	}
	slices.SortFunc(all, func(a, b coded) int { return bytes.Compare(a.code, b.code) })
	for i, c := range all {
		if i > 0 && bytes.Equal(all[i-1].code, c.code) {
			return fmt.Errorf("two keys have the same content")
		}
		keys[i] = c.key
	}
	return nil
}

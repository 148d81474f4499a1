package tiers

import (
	"context"
	"errors"
	"hash/maphash"
	"reflect"
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/midas-tiers/midas/tiers/core"
)

// mapKeys are the map keys that the requests of ops in flight determine, so that each request is decoded for them once. The zero value is
// ready. What it says is a function of method and request: that the cache is there changes nothing.
type mapKeys struct {
	seed  maphash.Seed
	known map[core.OpID]requestKeys
}

// requestKeys are the keys of one request, as text, by the path of fields that leads to each.
type requestKeys struct {
	request uint64 // hash: two requests may come under one op id
	keys    map[string]string
}

// maxKeys bounds the requests that are known: not every op that is asked about begins.
const maxKeys = 1 << 14

func (k *mapKeys) of(s *services, begin *core.Entry) map[string]string {
	if k.known == nil {
		k.known, k.seed = make(map[core.OpID]requestKeys), maphash.MakeSeed()
	}
	hash := maphash.Bytes(k.seed, begin.Request)
	if r, ok := k.known[begin.Op]; ok && r.request == hash {
		return r.keys
	}
	if len(k.known) >= maxKeys {
		clear(k.known)
	}
	r := requestKeys{request: hash, keys: s.keysIn(begin)}
	k.known[begin.Op] = r
	return r.keys
}

func (k *mapKeys) forget(op core.OpID) { delete(k.known, op) }

// keysIn decodes the request for the keys that the method's places name. What it does not hold is left out.
func (s *services) keysIn(begin *core.Entry) map[string]string {
	m := s.methods[begin.Method]
	if m == nil {
		return nil
	}
	message := m.message(begin.Request)
	if !message.IsValid() {
		return nil
	}
	keys := make(map[string]string)
	for _, path := range keyPaths(s.table[begin.Method]) {
		if text, ok := keyAt(message, path); ok {
			keys[path] = text
		}
	}
	return keys
}

// message decodes a request into the method's own type, which only its handler knows. The zero Value says that it cannot be decoded.
func (m *method) message(request []byte) reflect.Value {
	var message reflect.Value
	decoded := errors.New("decoded")
	m.handle(m.impl, context.Background(), func(v any) error {
		if p := messageOf(v); p != nil && proto.Unmarshal(request, p) == nil {
			message = reflect.ValueOf(v)
		}
		return decoded
	}, nil)
	return message
}

// keyAt follows a path of Go fields and writes the value there as a key: two texts are equal if the values are. A nil message on the way
// has the zero value in every field, as its getters say.
func keyAt(v reflect.Value, path string) (string, bool) {
	for name := range strings.SplitSeq(path, ".") {
		v = target(v)
		if v.Kind() != reflect.Struct {
			return "", false
		}
		if v = v.FieldByName(name); !v.IsValid() {
			return "", false
		}
	}
	switch v = target(v); {
	case v.Kind() == reflect.String:
		return strconv.Quote(v.String()), true
	case v.Kind() == reflect.Bool:
		return strconv.FormatBool(v.Bool()), true
	case v.CanInt():
		return strconv.FormatInt(v.Int(), 10), true
	case v.CanUint():
		return strconv.FormatUint(v.Uint(), 10), true
	}
	return "", false
}

// target is what v points to: the zero value if v is nil.
func target(v reflect.Value) reflect.Value {
	switch {
	case v.Kind() != reflect.Pointer:
		return v
	case v.IsNil():
		return reflect.Zero(v.Type().Elem())
	}
	return v.Elem()
}

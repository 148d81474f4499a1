package compensate

import (
	"context"
	"fmt"
	"log/slog"
	"reflect"
	"sync"
	"testing"
	"time"
	"unsafe"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

func TestDigestIgnoresWhatIsNoState(t *testing.T) {
	type server struct {
		mu     sync.RWMutex
		once   sync.Once
		pool   sync.Pool
		log    *slog.Logger
		ctx    context.Context
		items  []int
		at     time.Time
		stamp  *timestamppb.Timestamp
		list   *structpb.ListValue
		index  map[int]int
		timers map[string]*time.Timer
	}
	now := time.Now()
	build := func() *server {
		return &server{items: []int{1, 2}, at: now, stamp: &timestamppb.Timestamp{Seconds: 5}, list: &structpb.ListValue{},
			index: map[int]int{1: 1, 2: 2}, timers: map[string]*time.Timer{"a": time.NewTimer(0)}, ctx: context.Background()}
	}
	want := digest(t, stateOf(build()))
	for name, change := range map[string]func(s *server){
		"lock":            func(s *server) { s.mu.Lock() },
		"once":            func(s *server) { s.once.Do(func() {}) },
		"pool":            func(s *server) { s.pool.Put(s) },
		"logger":          func(s *server) { s.log = slog.Default() },
		"context":         func(s *server) { s.ctx = context.WithoutCancel(s.ctx) },
		"capacity":        func(s *server) { s.items = append(make([]int, 0, 100), s.items...) },
		"behind length":   func(s *server) { s.items = []int{1, 2, 3}[:2] },
		"monotonic time":  func(s *server) { s.at = s.at.Round(0) },
		"message caches":  func(s *server) { _ = proto.Size(s.stamp); _ = s.stamp.ProtoReflect() },
		"message's empty": func(s *server) { s.list.Values = []*structpb.Value{} },
		"map order":       func(s *server) { s.index = map[int]int{2: 2, 1: 1} },
		"timer":           func(s *server) { s.timers["a"] = time.NewTimer(time.Hour) },
	} {
		s := build()
		change(s)
		if digest(t, stateOf(s)) != want {
			t.Errorf("%s changes the digest", name)
		}
	}
}

// TestDigestSeesEveryLeaf changes every plain value of a state with everything, one at a time.
func TestDigestSeesEveryLeaf(t *testing.T) {
	for name, root := range map[string]any{"everything": full(), "graph": graph(5, 8), "zero": new(everything)} {
		m := &mutator{state: stateOf(root), seen: map[site]bool{}}
		m.want = digest(t, m.state)
		m.walk(t, "r", reflect.ValueOf(root).Elem())
		if digest(t, m.state) != m.want {
			t.Fatalf("%s: a change was not taken back", name)
		}
		if m.n < 20 {
			t.Errorf("%s: only %d leaves found", name, m.n)
		}
	}
}

type mutator struct {
	state *State
	want  [32]byte
	seen  map[site]bool
	n     int
}

// with applies a change, expects another digest, and takes it back.
func (m *mutator) with(t *testing.T, path string, v reflect.Value, change func()) {
	t.Helper()
	old := reflect.New(v.Type()).Elem()
	old.Set(v)
	change()
	d, err := m.state.Digest()
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if d == m.want {
		t.Errorf("%s: %v and %v have one digest", path, old, v)
	}
	v.Set(old)
	m.n++
}

func (m *mutator) walk(t *testing.T, path string, v reflect.Value) {
	t.Helper()
	v = reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem()
	if v.Type().PkgPath() == "sync" || v.Type().PkgPath() == "math/big" || v.Type().PkgPath() == "net/netip" {
		return
	}
	if v.Type() == reflect.TypeFor[time.Time]() {
		m.with(t, path, v, func() { v.Set(reflect.ValueOf(v.Interface().(time.Time).Add(1))) })
		return
	}
	s := site{unsafe.Pointer(v.UnsafeAddr()), v.Type()}
	if m.seen[s] {
		return
	}
	m.seen[s] = true
	m.change(t, path, v)
}

func (m *mutator) change(t *testing.T, path string, v reflect.Value) {
	t.Helper()
	switch v.Kind() {
	case reflect.Bool:
		m.with(t, path, v, func() { v.SetBool(!v.Bool()) })
	case reflect.Int, reflect.Int8, reflect.Int32, reflect.Int64:
		m.with(t, path, v, func() { v.SetInt(v.Int() + 1) })
	case reflect.Uint64, reflect.Uint8:
		m.with(t, path, v, func() { v.SetUint(v.Uint() + 1) })
	case reflect.Float64:
		m.with(t, path, v, func() { v.SetFloat(v.Float() + 1) })
	case reflect.Complex128:
		m.with(t, path, v, func() { v.SetComplex(v.Complex() + 1i) })
	case reflect.String:
		m.with(t, path, v, func() { v.SetString(v.String() + "!") })
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.Name != "_" && f.Type.Size() > 0 && !(isMessage(v.Type()) && internalField(f)) {
				m.walk(t, path+"."+f.Name, v.Field(i))
			}
		}
	case reflect.Array:
		for i := range v.Len() {
			m.walk(t, fmt.Sprintf("%s[%d]", path, i), v.Index(i))
		}
	case reflect.Slice, reflect.Map, reflect.Pointer, reflect.Interface:
		m.changeReference(t, path, v)
	}
}

func (m *mutator) changeReference(t *testing.T, path string, v reflect.Value) {
	t.Helper()
	if v.IsNil() {
		return
	}
	m.with(t, path, v, func() { v.SetZero() })
	switch v.Kind() {
	case reflect.Slice:
		if v.Len() > 0 {
			m.with(t, path+"[:len-1]", v, func() { v.SetLen(v.Len() - 1) })
		}
		for i := range v.Len() {
			m.walk(t, fmt.Sprintf("%s[%d]", path, i), v.Index(i))
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			old := v.MapIndex(k)
			if !old.IsValid() {
				continue // NaN
			}
			m.with(t, path+"[delete]", v, func() { v.SetMapIndex(k, reflect.Value{}) })
			v.SetMapIndex(k, old)
		}
	case reflect.Pointer:
		m.walk(t, path, v.Elem())
	}
}

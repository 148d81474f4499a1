package compensate

import (
	"container/list"
	"math"
	"math/big"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// stateOf is a state with one root.
func stateOf(ptr any) *State {
	s := NewState()
	s.Add("r", ptr)
	return s
}

func encode(t *testing.T, s *State) []byte {
	t.Helper()
	b, err := s.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func digest(t *testing.T, s *State) [32]byte {
	t.Helper()
	d, err := s.Digest()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// transfer decodes the state of from into to and checks that both are the same afterwards.
func transfer(t *testing.T, from, to any) {
	t.Helper()
	a, b := stateOf(from), stateOf(to)
	form := encode(t, a)
	if err := b.Decode(form); err != nil {
		t.Fatal(err)
	}
	if got := encode(t, b); string(got) != string(form) {
		t.Errorf("encoded again:\n%q\nwant\n%q", got, form)
	}
	if digest(t, a) != digest(t, b) {
		da, _ := a.Dump()
		db, _ := b.Dump()
		t.Errorf("digests differ: %v", Diff(da, db))
	}
}

type inner struct {
	A, B int
	c    string
}

type everything struct {
	b      bool
	i      int
	i8     int8
	u      uint64
	f      float64
	c      complex128
	s      string
	raw    []byte
	id     [16]byte
	in     inner
	ins    []inner
	p      *inner
	pp     **inner
	m      map[string]*inner
	mv     map[inner]inner
	any    any
	err    error
	t      time.Time
	n      *big.Int
	addr   netip.Addr
	mu     *sync.Mutex
	count  atomic.Int64
	ptr    atomic.Pointer[inner]
	val    atomic.Value
	sm     sync.Map
	l      list.List
	lp     *list.List
	stamp  *timestamppb.Timestamp
	pb     *structpb.Struct
	f64s   map[float64]string
	anys   map[any]any
	nested map[string]map[int][]string
	gen    pair[string, *inner]
	locks  struct {
		sync.Mutex
		sync.Once
		*sync.WaitGroup
	}
}

type pair[A, B any] struct {
	a A
	b B
}

func full() *everything {
	e := &everything{
		b: true, i: -3, i8: 7, u: math.MaxUint64, f: math.Pi, c: complex(1, -2), s: "text", raw: []byte("raw"), id: [16]byte{1, 2},
		in: inner{1, 2, "x"}, ins: []inner{{1, 2, "y"}, {}}, p: &inner{c: "p"}, m: map[string]*inner{"a": {A: 1}, "b": nil},
		mv: map[inner]inner{{A: 1}: {B: 2}, {A: 2}: {}}, any: []int{1}, err: errFormat, t: time.Now(), n: big.NewInt(-77),
		addr: netip.MustParseAddr("fe80::1%eth0"), lp: list.New(), stamp: timestamppb.New(time.Unix(3, 4)),
		f64s: map[float64]string{math.NaN(): "nan", 1: "one"}, anys: map[any]any{1: "a", "b": 2, inner{}: nil},
		nested: map[string]map[int][]string{"a": {1: {"x"}, 2: nil, 3: {}}},
	}
	e.pp, e.mu = &e.p, &e.locks.Mutex
	e.gen = pair[string, *inner]{"g", e.p}
	e.pb, _ = structpb.NewStruct(map[string]any{"k": []any{1.0, "s", nil, map[string]any{"z": true}}})
	e.count.Store(9)
	e.ptr.Store(e.p)
	e.val.Store("v")
	e.sm.Store("k", e.p)
	e.sm.Store(3, inner{A: 3})
	e.l.PushBack(1)
	e.l.PushBack("two")
	e.lp.PushBack(e)
	return e
}

func TestEverythingMakesTheRoundTrip(t *testing.T) {
	t.Run("into the zero value", func(t *testing.T) { transfer(t, full(), new(everything)) })
	t.Run("into a full one", func(t *testing.T) {
		to := full()
		to.m["c"], to.m["a"] = &inner{A: 5}, to.p
		to.sm.Store("gone", 1)
		to.any, to.l = "else", list.List{}
		to.nested["a"][9] = []string{"gone"}
		transfer(t, full(), to)
	})
	t.Run("of the zero value into a full one", func(t *testing.T) { transfer(t, new(everything), full()) })
}

func TestAliasesAreKept(t *testing.T) {
	type node struct {
		items []int
		tail  []int
		elem  *int
		part  *string
		whole *inner
		self  *node
		arr   [4]int
		mid   []int
		maps  []map[string]int
	}
	from := &node{items: []int{1, 2, 3, 4}, whole: &inner{c: "w"}}
	from.tail, from.elem, from.part, from.self = from.items[2:], &from.items[1], &from.whole.c, from
	from.mid = from.arr[1:3]
	m := map[string]int{"a": 1}
	from.maps = []map[string]int{m, m}
	to := new(node)
	transfer(t, from, to)
	to.tail[0], *to.elem, *to.part, to.mid[0] = 30, 20, "changed", 7
	to.maps[0]["b"] = 2
	if diff := cmp.Diff([]int{1, 20, 30, 4}, to.items); diff != "" {
		t.Error(diff)
	}
	if to.whole.c != "changed" || to.self != to || to.arr[1] != 7 || to.maps[1]["b"] != 2 {
		t.Errorf("an alias is lost: %+v", to)
	}
}

func TestOverlappingSlicesShareAnArray(t *testing.T) {
	type holder struct{ first, second []int }
	array := []int{1, 2, 3, 4, 5}
	from, to := &holder{first: array[:3:3], second: array[2:]}, new(holder)
	transfer(t, from, to)
	to.second[0] = 30
	if to.first[2] != 30 {
		t.Errorf("%v and %v share nothing", to.first, to.second)
	}
}

func TestObjectsThatWereSharedAreTakenApart(t *testing.T) {
	type holder struct {
		m, n map[string]int
		p, q *int
	}
	x, y, z := 1, 2, 9
	m := map[string]int{"old": 1}
	to := &holder{m: m, n: m, p: &z, q: &z}
	transfer(t, &holder{m: map[string]int{"a": 1}, n: map[string]int{"b": 2}, p: &x, q: &y}, to)
	if len(to.m) != 1 || len(to.n) != 1 || to.m["a"] != 1 || to.n["b"] != 2 || *to.p != 1 || *to.q != 2 {
		t.Errorf("%v %v %d %d", to.m, to.n, *to.p, *to.q)
	}
}

func TestCellsBehindTheLengthAreCleared(t *testing.T) {
	from, to := []int{1, 2, 3, 4}[:2], []int{5, 6, 7, 8}
	transfer(t, &from, &to)
	if diff := cmp.Diff([]int{1, 2, 0, 0}, to[:4]); diff != "" {
		t.Error(diff)
	}
}

func TestDecodeKeepsIdentity(t *testing.T) {
	type server struct {
		orders map[string]*inner
		first  *inner
		list   []inner
		label  any
		log    func()
		ch     chan int
	}
	build := func(a int) *server {
		s := &server{orders: map[string]*inner{"a": {A: a}, "b": {A: a}}, first: &inner{}, list: []inner{{A: a}}, label: &inner{A: a}}
		s.log, s.ch = func() {}, make(chan int)
		return s
	}
	from, to := build(1), build(2)
	delete(from.orders, "b")
	m, a, first, elem, label, ch := to.orders, to.orders["a"], to.first, &to.list[0], to.label, to.ch
	transfer(t, from, to)
	if to.orders["a"] != a || to.first != first || &to.list[0] != elem || to.label != label || to.ch != ch || to.log == nil {
		t.Error("an object was replaced")
	}
	if a.A != 1 || elem.A != 1 || label.(*inner).A != 1 || len(m) != 1 {
		t.Errorf("live pointers see %v %v %v %v", a, elem, label, m)
	}
}

func TestUnencodableValuesNameTheirPath(t *testing.T) {
	type server struct {
		watchers map[string]chan int
		raw      map[string][]func()
		on       *struct{ cb func() }
	}
	for _, c := range []struct {
		from server
		want string
	}{
		{server{watchers: map[string]chan int{"a": make(chan int)}}, `r.watchers["a"]: cannot encode chan of an operation`},
		{server{raw: map[string][]func(){"x": {nil, func() {}}}}, `r.raw["x"][1]: cannot encode func of an operation`},
		{server{on: &struct{ cb func() }{func() {}}}, `r.on.cb: cannot encode func of an operation`},
	} {
		err := stateOf(new(server)).Decode(encode(t, stateOf(&c.from)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v does not say %q", err, c.want)
		}
	}
}

func TestEncodeIsIndependentOfAddressesAndMapOrder(t *testing.T) {
	build := func() *State {
		m := map[*inner]string{}
		ms := map[any]*inner{}
		for i := range 50 {
			p := &inner{A: i}
			m[p], ms[p], ms[i] = "x", &inner{B: i}, p
		}
		return stateOf(&struct {
			m  map[*inner]string
			ms map[any]*inner
		}{m, ms})
	}
	want := encode(t, build())
	for range 20 {
		if string(encode(t, build())) != string(want) {
			t.Fatal("two encodings of equal states differ")
		}
	}
}

package midasrt

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"math/big"
	"net/netip"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/structpb"
)

var errSoldOut = errors.New("sold out")

type money struct{ cents int }

type itself struct{ next *itself }

type mixed struct {
	mu    sync.Mutex
	_     [4]byte
	inner struct {
		p  *int
		m  map[money][]string
		at time.Time
	}
	Any    any
	Err    error
	f      func()
	Bytes  [3]byte
	nested [2][]money
}

var _ = Types(money{}, &money{})
var _ = Globals(Global{"midasrt.errSoldOut", &errSoldOut})

// roundTrip encodes v as the type that T is.
func roundTrip[T any](v T) (T, []byte, error) {
	var got T
	b, err := encode(nil, reflect.ValueOf(&v).Elem())
	if err == nil {
		r := &reader{b: b}
		if err = decode(r, reflect.ValueOf(&got).Elem()); err == nil && len(r.b) > 0 {
			err = fmt.Errorf("%d bytes left over", len(r.b))
		}
	}
	return got, b, err
}

var exportAll = cmp.Exporter(func(reflect.Type) bool { return true })

func same[T any](t *testing.T, v T) {
	t.Helper()
	got, _, err := roundTrip(v)
	if err != nil {
		t.Errorf("%T %v: %v", v, v, err)
		return
	}
	if d := cmp.Diff(v, got, exportAll, cmp.Comparer(proto.Equal)); d != "" {
		t.Errorf("%T changed (-want +got):\n%s", v, d)
	}
}

func TestCodecKeepsPlainValues(t *testing.T) {
	same(t, true)
	same(t, -5)
	same(t, int8(-128))
	same(t, uint8(200))
	same(t, uint64(math.MaxUint64))
	same(t, uintptr(7))
	same(t, 1.5)
	same(t, float32(-0.25))
	same(t, complex(1, -2))
	same(t, complex64(complex(3, 4)))
	same(t, "text \x00\xff")
	same(t, []byte{1, 2})
	same(t, []byte(nil))
	same(t, []byte{})
	same(t, []int{})
	same(t, []string(nil))
	same(t, map[string]int(nil))
	same(t, map[string]int{})
	same(t, map[money]*money{{1}: {2}, {3}: nil})
	same(t, [][2]int{{1, 2}, {3, 4}})
	same(t, [16]byte{1, 2, 3})
	same(t, []struct{}{{}, {}})
	same(t, time.Minute)
	same(t, pair[int, []byte]{1, nil})
	same(t, any(money{3}))
	same(t, any(&money{3}))
	same(t, any([]any{1, "x", nil, 2.5, map[string]any{"k": true}}))
	same(t, *big.NewInt(-1 << 40))
	same(t, big.NewRat(3, 7))
	same(t, uuid.MustParse("6ba7b810-9dad-11d1-80b4-00c04fd430c8"))
	same(t, &url.URL{Scheme: "https", Host: "example.com", Path: "/x"})
	same(t, (chan int)(nil))
	same(t, durationpb.New(time.Hour))
	same(t, (*durationpb.Duration)(nil))
	same(t, proto.Message(durationpb.New(time.Hour)))
	same(t, any(structpb.NewStringValue("s")))
	x := 4
	m := mixed{Any: int16(3), Bytes: [3]byte{1, 2, 3}}
	m.inner.p, m.inner.m, m.nested[1] = &x, map[money][]string{{1}: {"a"}, {2}: nil}, []money{{9}}
	same(t, &m)
	m.mu.Lock()
	if got, _, err := roundTrip(&m); err != nil || !got.mu.TryLock() || got.f != nil {
		t.Errorf("a lock travelled: %v", err)
	}
}

func TestCodecIsCanonical(t *testing.T) {
	m := map[string]int{}
	for i := range 50 {
		m[fmt.Sprint(i)] = i
	}
	_, want, _ := roundTrip(m)
	for range 5 {
		if _, got, _ := roundTrip(m); string(got) != string(want) {
			t.Fatal("one map has two encodings")
		}
	}
}

func TestCodecKeepsAddresses(t *testing.T) {
	a := netip.MustParseAddr("fe80::1%eth0")
	if got, _, err := roundTrip(a); err != nil || got != a {
		t.Errorf("%v became %v, %v", a, got, err)
	}
}

func TestCodecKeepsNaNs(t *testing.T) {
	for _, bits := range []uint64{0x7ff8000000000001, 0x7ff0000000000dead >> 4, 0xfff8000000000000, 1 << 63} {
		got, _, err := roundTrip(math.Float64frombits(bits))
		if err != nil || math.Float64bits(got) != bits {
			t.Errorf("%x became %x, %v", bits, math.Float64bits(got), err)
		}
	}
	signalling := math.Float32frombits(0x7f800001)
	if got, _, err := roundTrip(struct{ f float32 }{signalling}); err != nil || math.Float32bits(got.f) != 0x7f800001 {
		t.Errorf("%x, %v", math.Float32bits(got.f), err)
	}
}

func TestCodecTimes(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip(err)
	}
	at := time.Date(2026, 7, 1, 12, 30, 0, 123456789, time.UTC)
	for _, want := range []time.Time{
		{}, at, at.In(berlin), at.Local(), at.In(time.FixedZone("X", -3600)), at.In(time.FixedZone("Europe/Berlin", 60)),
		time.Date(9999, 1, 1, 0, 0, 0, 1, time.UTC), time.Date(-5, 1, 1, 0, 0, 0, 1, time.UTC),
	} {
		got, _, err := roundTrip(want)
		if err != nil || !got.Equal(want) || got.Format(time.RFC3339Nano+" MST") != want.Format(time.RFC3339Nano+" MST") {
			t.Errorf("%v became %v, %v", want, got, err)
		}
		again, _, _ := roundTrip(got)
		if again != got && !reflect.DeepEqual(again, got) {
			t.Errorf("%#v is decoded as %#v the second time", got, again)
		}
	}
	if now, _, _ := roundTrip(time.Now()); strings.Contains(now.String(), "m=") || now.Location() != time.Local {
		t.Errorf("now became %v in %v", now, now.Location())
	}
}

func TestCodecErrors(t *testing.T) {
	for _, want := range []error{nil, io.EOF, context.Canceled, context.DeadlineExceeded, os.ErrNotExist, sql.ErrNoRows, errSoldOut} {
		if got, _, err := roundTrip(want); err != nil || got != want {
			t.Errorf("%v became %v, %v", want, got, err)
		}
	}
	wrapped := fmt.Errorf("read: %w and %w", &fs.PathError{Op: "open", Path: "/x", Err: os.ErrNotExist}, errSoldOut)
	got, _, err := roundTrip(error(wrapped))
	var path *fs.PathError
	if err != nil || got.Error() != wrapped.Error() || !errors.Is(got, os.ErrNotExist) || !errors.Is(got, errSoldOut) ||
		!errors.As(got, &path) || path.Path != "/x" {
		t.Errorf("%v became %#v, %v", wrapped, got, err)
	}
	if again, _, err := roundTrip(got); err != nil || again.Error() != got.Error() || !errors.Is(again, errSoldOut) {
		t.Errorf("a decoded error became %v, %v", again, err)
	}
	if got, _, err := roundTrip(errors.New("plain")); err != nil || got.Error() != "plain" {
		t.Errorf("%v, %v", got, err)
	}
}

func TestCodecRefuses(t *testing.T) {
	loop := &itself{}
	loop.next = loop
	type unregistered struct{ x int }
	for _, v := range []any{
		&struct{ c chan int }{make(chan int)}, &struct{ f func() }{func() {}}, &struct{ a any }{unregistered{1}}, loop,
	} {
		if _, err := encode(nil, reflect.ValueOf(v).Elem()); err == nil {
			t.Errorf("%T was encoded", v)
		}
	}
}

// Elements of a list that take no room in the encoding, and none that take much room in memory, are asked for by a length alone.
func TestCodecBounds(t *testing.T) {
	same(t, map[struct{}]struct{}{{}: {}})
	if got, _, err := roundTrip(make([]sync.Mutex, 3)); err != nil || len(got) != 3 {
		t.Errorf("%d locks, %v", len(got), err)
	}
	long := binary.AppendUvarint(nil, 1<<30)
	key := binary.AppendUvarint([]byte{2, ifaceType}, uint64(slices.Index(wellKnown, reflect.TypeFor[[]string]())))
	for _, c := range []struct {
		name string
		v    any
		b    []byte
	}{
		{"locks", new([]sync.Mutex), long},
		{"pages", new([][1 << 16]byte), append([]byte{200, 1}, make([]byte, 1000)...)},
		{"entries", new(map[[1 << 16]byte]int), append([]byte{200, 1}, make([]byte, 1000)...)},
		{"a key that cannot be compared", new(map[any]int), append(key, 0, 2)},
	} {
		bounded(t, len(c.b), func() {
			if err := decode(&reader{b: c.b}, reflect.ValueOf(c.v).Elem()); err == nil {
				t.Errorf("%s: decoded", c.name)
			}
		})
	}
}

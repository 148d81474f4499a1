package midasrt

import (
	"bytes"
	"context"
	"io"
	"math/big"
	"reflect"
	"runtime"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
)

// bounded checks that f does not make memory beyond what n bytes of input can stand for.
func bounded(t *testing.T, n int, f func()) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	if made := after.TotalAlloc - before.TotalAlloc; made > 1<<24+1<<12*uint64(n) {
		t.Errorf("%d bytes of memory for %d of input", made, n)
	}
}

func seed(f *testing.F, b []byte) {
	f.Add(b)
	f.Add(b[:len(b)/2])
}

// anything is a value of every making that the codec knows.
type anything struct {
	mixed
	when  time.Time
	big   *big.Float
	many  map[any]any
	pages []([1 << 10]byte)
	locks []sync.Mutex
	blank map[struct{}]struct{}
	pb    *durationpb.Duration
	msg   proto.Message
	loop  *itself
	cs    []complex64
}

func filled() *anything {
	v := &anything{when: time.Unix(1, 2), big: big.NewFloat(2.5), many: map[any]any{1: "x", "k": []any{1, nil}}, cs: []complex64{1}}
	v.Any, v.Err = any([]any{1, "x", money{2}}), io.EOF
	v.pages, v.locks, v.blank = make([][1 << 10]byte, 1), make([]sync.Mutex, 2), map[struct{}]struct{}{{}: {}}
	v.pb, v.loop = durationpb.New(time.Hour), &itself{&itself{}}
	v.msg = v.pb
	return v
}

// Whatever bytes come as a value, reading them is an error at worst; and what was read can be written and is then the same.
func FuzzValue(f *testing.F) {
	b, err := encode(nil, reflect.ValueOf(filled()).Elem())
	if err != nil {
		f.Fatal(err)
	}
	seed(f, b)
	f.Fuzz(func(t *testing.T, b []byte) {
		v, r := new(anything), &reader{b: b}
		var err error
		bounded(t, len(b), func() { err = decode(r, reflect.ValueOf(v).Elem()) })
		if err != nil {
			return
		}
		again, err := encode(nil, reflect.ValueOf(v).Elem())
		if err != nil {
			t.Fatalf("what was decoded cannot be encoded: %v", err)
		}
		w := new(anything)
		if err := decode(&reader{b: again}, reflect.ValueOf(w).Elem()); err != nil {
			t.Fatalf("what was encoded cannot be decoded: %v", err)
		}
		if third, err := encode(nil, reflect.ValueOf(w).Elem()); err != nil || !bytes.Equal(third, again) {
			t.Fatalf("one value has two encodings\n%q\n%q, %v", again, third, err)
		}
	})
}

// Whatever bytes come as the result of an effect, reading them is an error at worst.
func FuzzEffectResult(f *testing.F) {
	p := pair[string, error]{"x", io.EOF}
	b, err := encode(nil, reflect.ValueOf(&p).Elem())
	if err != nil {
		f.Fatal(err)
	}
	seed(f, b)
	f.Fuzz(func(t *testing.T, b []byte) {
		bounded(t, len(b), func() {
			for _, v := range []any{new(pair[string, error]), new(triple[int, []byte, error]), new(time.Time), new(any)} {
				_ = decodeResult(b, reflect.ValueOf(v).Elem())
			}
		})
	})
}

// strands runs a handler with two goroutines under mode.
func strands(t testing.TB, mode Mode) *Op {
	return inOp(t, mode, func(context.Context) {
		x := 0
		Do(func() { *P(&x) = Rec(testSites[0], func() int { return 1 }) })
		var wg sync.WaitGroup
		wg.Go(Strand(func() {
			var at time.Time
			Do(func() { *P(&at) = Rec(testSites[1], time.Now) })
			Do(func() { Rec(testSites[2], func() any { return []string{"s"} }) })
		}))
		wg.Wait()
	})
}

// Whatever bytes come as a trace, replaying them is an error at worst.
func FuzzReplay(f *testing.F) {
	trace, _, err := strands(f, ModeSource).Trace()
	if err != nil {
		f.Fatal(err)
	}
	seed(f, trace)
	seed(f, []byte{0, 0, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		o := strands(t, ModeSource)
		o.Undo()
		bounded(t, len(b), func() { _ = o.Replay(b) })
	})
}

// Whatever bytes are given for a sliver, it takes values from them or says that they do not fit. (The strands here are not run: one that
// meets a misfit waits for good.)
func FuzzGive(f *testing.F) {
	trace, _, err := strands(f, ModeRecord).Trace()
	if err != nil {
		f.Fatal(err)
	}
	seed(f, trace)
	seed(f, EmptyTrace())
	f.Fuzz(func(t *testing.T, b []byte) {
		o := NewOp("x", ModeRecord)
		bounded(t, len(b), func() {
			if o.Give(b) != nil {
				return
			}
			for _, r := range o.next {
				var n int
				var at time.Time
				_ = r.next(testSites[0], reflect.ValueOf(&n).Elem())
				_ = r.next(testSites[1], reflect.ValueOf(&at).Elem())
			}
			_ = o.Fits()
		})
	})
}

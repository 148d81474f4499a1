package midasrt

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var testSites = Sites("example.com/t", "t.f random 0 t.go:1", "t.g time 0 t.go:2", "t.h cut 0 t.go:3")

func TestSlivers(t *testing.T) {
	o := NewOp("c/1", ModeSource)
	o.Start(context.Background(), func(ctx context.Context) []byte {
		one, err := FromContext(ctx).Park(&Call{Tier: "b", Method: "/b/Do", Request: []byte("first")})
		if err != nil {
			t.Error(err)
		}
		two, err := Here().Park(&Call{Method: "/b/Do", Request: one})
		if err != nil {
			t.Error(err)
		}
		return append(one, two...)
	})
	for i, want := range []string{"first", "re1"} {
		stop := o.Wait()
		if stop.Done || len(stop.Calls) != 1 || stop.Calls[0].ID != fmt.Sprint(i+1) || string(stop.Calls[0].Request) != want {
			t.Fatalf("sliver %d: %+v", i, stop)
		}
		o.Resume(stop.Calls[0].ID, fmt.Appendf(nil, "re%d", i+1))
	}
	if stop := o.Wait(); !stop.Done || string(stop.Reply) != "re1re2" || len(stop.Calls) > 0 {
		t.Fatalf("last sliver: %+v", stop)
	}
	if trace, drew, err := o.Trace(); len(trace) > 0 || drew || err != nil || o.Err() != nil {
		t.Errorf("nothing was drawn: %v %v %v %v", trace, drew, err, o.Err())
	}
}

// Resume closes the sliver before: its writes and its values are none of the next one's.
func TestResumeDropsSliver(t *testing.T) {
	var x, y int
	o := NewOp("c/1", ModeSource)
	o.Start(context.Background(), func(context.Context) []byte {
		Do(func() { *P(&x) = Rec(testSites[0], func() int { return 1 }) })
		_, _ = Here().Park(&Call{})
		Do(func() { *P(&y) = 1 })
		return nil
	})
	o.Resume(o.Wait().Calls[0].ID, nil)
	o.Wait()
	if trace, drew, _ := o.Trace(); drew || len(trace) > 0 {
		t.Errorf("the second sliver has the trace %v", trace)
	}
	o.Undo()
	if x != 1 || y != 0 {
		t.Errorf("undo leaves x = %d, y = %d", x, y)
	}
}

func TestWaitCountsStrands(t *testing.T) {
	gate, ended := make(chan bool), false
	o := NewOp("c/1", ModeSource)
	o.Start(context.Background(), func(context.Context) []byte {
		Go(func() { <-gate; ended = true })
		return []byte("reply")
	})
	time.AfterFunc(20*time.Millisecond, func() { close(gate) })
	if stop := o.Wait(); !stop.Done || !ended {
		t.Errorf("the sliver ended before its goroutine: %+v", stop)
	}
}

func TestStrandPaths(t *testing.T) {
	var mu sync.Mutex
	var got []string
	note := func() {
		mu.Lock()
		defer mu.Unlock()
		got = append(got, current().path)
	}
	inOp(t, ModeSource, func(context.Context) {
		note()
		Go(func() { note(); Go(note) })
		Strand(func() { note(); Go(note); Go(note) })()
		if err := StrandErr(func() error { note(); return context.Canceled })(); err != context.Canceled {
			t.Errorf("StrandErr returned %v", err)
		}
		note()
	})
	slices.Sort(got)
	if d := cmp.Diff([]string{"", "", "a", "aa", "b", "ba", "bb", "c"}, got); d != "" {
		t.Error(d)
	}
}

// Letters are a prefix code: no letter begins another one, so paths are unambiguous.
func TestLetters(t *testing.T) {
	want := map[int]string{0: "a", 25: "z", 26: "Aa", 51: "Az", 52: "Ba", 701: "Zz", 702: "AAa"}
	seen := map[string]bool{}
	for n := range 3000 {
		l := letter(n)
		if w, ok := want[n]; ok && w != l {
			t.Errorf("letter %d is %q, want %q", n, l, w)
		}
		if last := len(l) - 1; seen[l] || strings.ToUpper(l[:last]) != l[:last] || strings.ToLower(l[last:]) != l[last:] {
			t.Errorf("letter %d is %q", n, l)
		}
		seen[l] = true
	}
}

func TestRefusedCalls(t *testing.T) {
	returned := false
	o := inOp(t, ModeSource, func(context.Context) {
		Go(func() {
			defer func() { returned = true }()
			if _, err := Here().Park(&Call{Method: "/b/Do"}); err == nil || !strings.Contains(err.Error(), `/b/Do on goroutine "a"`) {
				t.Errorf("call on a child strand: %v", err)
			}
		})
	})
	if o.Err() != nil || !returned {
		t.Errorf("fault %v, returned %t", o.Err(), returned)
	}
	o = inOp(t, ModeSource, func(context.Context) {
		Do(func() {
			if _, err := Here().Park(&Call{Method: "/b/Do"}); err == nil {
				t.Error("call inside a closure of the tape")
			}
		})
	})
	if o.Err() == nil {
		t.Error("a call inside a closure of the tape is no fault")
	}
}

func TestAbandon(t *testing.T) {
	o := NewOp("c/1", ModeSource)
	woke := make(chan bool, 1)
	o.Start(context.Background(), func(context.Context) []byte {
		_, _ = Here().Park(&Call{})
		woke <- true
		return nil
	})
	stop := o.Wait()
	o.Abandon()
	o.Resume(stop.Calls[0].ID, nil)
	select {
	case <-woke:
		t.Error("an abandoned op went on")
	case <-time.After(20 * time.Millisecond):
	}
}

// Closures of several strands are replayed in the order of the replica whose execution stands, even if no value was drawn.
func TestTapeOrderTravels(t *testing.T) {
	run := func(order []int) (*Op, *[]int) {
		var list []int
		turn := []chan bool{make(chan bool), make(chan bool), make(chan bool)}
		return inOp(t, ModeSource, func(context.Context) {
			var mu sync.Mutex
			for i := range turn {
				Go(func() {
					<-turn[i]
					mu.Lock()
					Do(func() { *P(&list) = Append(list, i) })
					mu.Unlock()
					turn[i] <- true
				})
			}
			for _, i := range order {
				turn[i] <- true
				<-turn[i]
			}
		}), &list
	}
	chosen, want := run([]int{2, 0, 1})
	other, got := run([]int{0, 1, 2})
	trace, drew, err := chosen.Trace()
	if err != nil || !drew {
		t.Fatal(drew, err)
	}
	other.Undo()
	if len(*got) != 0 {
		t.Errorf("undo leaves %v", *got)
	}
	if err := other.Replay(trace); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(*want, *got); d != "" {
		t.Error(d)
	}
}

func TestPanics(t *testing.T) {
	x := 0
	run := func(v int) *Op {
		return inOp(t, ModeSource, func(context.Context) {
			defer func() { _ = recover() }()
			Do(func() {
				*P(&x) = Rec(testSites[0], func() int { return v })
				if v := x; v > 10 {
					panic(v)
				}
			})
		})
	}
	trace := func(o *Op) []byte { b, _, _ := o.Trace(); return b }
	high, higher, low := run(20), run(30), run(1)
	if err := high.Replay(trace(higher)); err != nil || x != 30 {
		t.Errorf("a closure that panics in both executions: x = %d, %v", x, err)
	}
	if err := higher.Replay(trace(low)); err == nil {
		t.Error("a closure that panicked in one execution only was accepted")
	}
	if err := low.Replay(trace(high)); err == nil {
		t.Error("a closure that panics in replay only was accepted")
	}
}

// A panic of user code in a goroutine of the op still ends the sliver for the recovery handler above it.
func TestDepthSurvivesPanic(t *testing.T) {
	o := inOp(t, ModeSource, func(context.Context) {
		func() {
			defer func() { _ = recover() }()
			Do(func() { Rec(testSites[0], func() int { panic("source") }) })
		}()
		if s := current(); s.depth != 0 || s.cuts != 0 {
			t.Errorf("depth %d, cuts %d after a panic", s.depth, s.cuts)
		}
		Do(func() { Rec(testSites[0], func() int { return 1 }) })
	})
	if len(o.root.trace) != 2 || o.Err() != nil {
		t.Error(o.root.trace, o.Err())
	}
}

package midasrt

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// given runs f in an op that takes its values from trace.
func given(t testing.TB, m Mode, trace []byte, f func(ctx context.Context)) *Op {
	t.Helper()
	o := NewOp("follower", m)
	if err := o.Give(trace); err != nil {
		t.Fatal(err)
	}
	o.Start(context.Background(), func(ctx context.Context) []byte { f(ctx); return nil })
	o.Wait()
	return o
}

func counter() func() int {
	n := 0
	return func() int { n++; return n }
}

func never[T any]() (v T) { panic("a source was drawn from where a value was given") }

// Sources on and off the tape, in cuts and without, in two slivers and on two goroutines: a follower gets the leader's values.
func TestGive(t *testing.T) {
	handler := func(source func() int, got *[]int) func(context.Context) []byte {
		return func(context.Context) []byte {
			rec := func() int { return Rec(testSites[0], source) }
			add := func(v int) { *P(got) = Append(*got, v) }
			add(rec())
			Do(func() { add(rec()) })
			Do(func() { add(Cut(testSites[2], func() int { return rec()*10 + rec() })) })
			add(Cut(testSites[2], func() int { return rec() * 100 }))
			done := make(chan int)
			Go(func() { done <- rec() })
			add(<-done)
			_, _ = Here().Park(&Call{})
			Do(func() { add(Rec(testSites[1], source)) })
			return nil
		}
	}
	for _, mode := range []Mode{ModeRecord, ModeRecordCut} {
		var want, got []int
		leader, follower := NewOp("leader", mode), NewOp("follower", mode)
		for sliver := range 2 {
			if sliver == 0 {
				leader.Start(context.Background(), handler(counter(), &want))
			} else {
				leader.Resume("1", nil)
			}
			leader.Wait()
			trace, drew, err := leader.Trace()
			if err != nil || !drew || leader.Err() != nil {
				t.Fatal(drew, err, leader.Err())
			}
			if err := follower.Give(trace); err != nil {
				t.Fatal(err)
			}
			if sliver == 0 {
				follower.Start(context.Background(), handler(never[int], &got))
			} else {
				follower.Resume("1", nil)
			}
			follower.Wait()
			if err := errors.Join(follower.Fits(), follower.Err()); err != nil {
				t.Errorf("mode %d, sliver %d: %v", mode, sliver, err)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("mode %d, sliver %d: %s", mode, sliver, d)
			}
		}
		if len(leader.tape)+len(leader.touches) > 0 {
			t.Errorf("mode %d keeps %d closures and %d touches", mode, len(leader.tape), len(leader.touches))
		}
	}
}

// A sliver that draws nothing has cuts that mean nothing: they are not in the trace, and a follower runs them.
func TestGiveNothing(t *testing.T) {
	x := 0
	f := func(context.Context) { Do(func() { x = Cut(testSites[2], func() int { return 4 }) }) }
	if trace, drew, err := inOp(t, ModeRecordCut, f).Trace(); len(trace) > 0 || drew || err != nil {
		t.Fatal(trace, drew, err)
	}
	for _, mode := range []Mode{ModeRecord, ModeRecordCut} {
		x = 0
		if err := given(t, mode, nil, f).Fits(); err != nil || x != 4 {
			t.Errorf("mode %d: x = %d, %v", mode, x, err)
		}
	}
	if err := given(t, ModeRecord, EmptyTrace(), f).Fits(); err != nil {
		t.Error(err)
	}
	if err := given(t, ModeRecord, nil, func(context.Context) { Rec(testSites[0], counter()) }).Fits(); err == nil {
		t.Error("a source drew where nothing was to be drawn")
	}
}

// A misfit unwinds no user code, ends the sliver although other strands wait for the one that met it, and says what did not fit.
func TestGiveMisfits(t *testing.T) {
	draw := func(sites ...Site) func(context.Context) {
		return func(context.Context) {
			defer func() {
				if recover() != nil {
					t.Error("a misfit panics")
				}
			}()
			for _, s := range sites {
				Do(func() { Rec(s, func() int { return 1 }) })
			}
		}
	}
	child := func(site Site) func(context.Context) {
		return func(context.Context) {
			var wg sync.WaitGroup
			wg.Add(1)
			Go(func() { defer wg.Done(); Rec(site, func() int { return 1 }) })
			wg.Wait()
		}
	}
	for _, c := range []struct {
		name             string
		leader, follower func(context.Context)
		want             string
	}{
		{"left over", draw(0, 0), draw(0), `2 bytes of strand "" are left over`},
		{"exhausted", draw(0), draw(0, 0), "exhausted"},
		{"other site", draw(0), draw(1), "has a value of source t.f random 0 (t.go:1) where t.g time 0 (t.go:2) draws"},
		{"child", child(0), child(1), `strand "a": has a value of source`},
		{"no child", child(0), draw(), `2 bytes of strand "a" are left over`},
	} {
		trace, _, err := inOp(t, ModeRecord, c.leader).Trace()
		if err != nil {
			t.Fatal(err)
		}
		if err := given(t, ModeRecord, trace, c.leader).Fits(); err != nil {
			t.Errorf("%s: the same program: %v", c.name, err)
		}
		if err := given(t, ModeRecord, trace, c.follower).Fits(); !errors.Is(err, errMisfit) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

func TestGiveRefuses(t *testing.T) {
	if err := NewOp("x", ModeSource).Give(nil); err == nil {
		t.Error("an op with a tape was given a trace")
	}
	taped, _, err := inOp(t, ModeSource, func(context.Context) {
		done := make(chan bool)
		Go(func() { defer close(done); Do(func() { Rec(testSites[0], func() int { return 1 }) }) })
		<-done
	}).Trace()
	if err != nil {
		t.Fatal(err)
	}
	for name, trace := range map[string][]byte{"torn": {2, 1}, "order of a tape": taped, "strands out of order": {2, 1, 'a', 0, 0, 0}} {
		if err := NewOp("x", ModeRecord).Give(trace); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// Locks, effects and calls inside closures are as in any first run.
func TestGivenRunIsLive(t *testing.T) {
	live := 0
	f := func(context.Context) {
		Do(func() {
			Live(func() { live++ })
			if _, err := Here().Park(&Call{}); err != nil {
				t.Error(err)
			}
			Rec(testSites[0], func() int { return 1 })
		})
	}
	o := given(t, ModeRecordCut, nil, f)
	if live != 1 || o.Err() != nil {
		t.Error(live, o.Err())
	}
	if err := o.Give([]byte{0, byte(testSites[0]), 2}); err != nil {
		t.Fatal(err)
	}
	o.Resume("1", nil)
	if stop := o.Wait(); !stop.Done || o.Fits() != nil {
		t.Error(stop, o.Fits())
	}
}

// A goroutine that has outlived its op draws a value that nobody would get.
func TestDrawAfterTheSliver(t *testing.T) {
	Activate()
	defer activated.Store(false)
	late, drew := make(chan bool), make(chan bool)
	gone := inOp(t, ModeRecord, func(context.Context) {
		go func() { <-late; Rec(testSites[1], time.Now); close(drew) }()
	})
	o := inOp(t, ModeRecord, func(context.Context) { close(late); <-drew })
	if gone.Err() == nil || o.Err() == nil || !strings.Contains(o.Err().Error(), "stands outside every sliver") {
		t.Error(gone.Err(), o.Err())
	}
}

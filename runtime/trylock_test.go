package midasrt

import (
	"context"
	"sync"
	"testing"
)

// A follower that takes from the trace that a lock was taken has taken it, so that it can unlock it; one that was not, it leaves alone.
func TestRecLock(t *testing.T) {
	handler := func(mu *sync.Mutex, taken *bool) func(context.Context) {
		return func(context.Context) {
			if *taken = RecLock(testSites[0], mu.TryLock, mu.Lock); *taken {
				defer mu.Unlock()
			}
		}
	}
	for _, free := range []bool{true, false} {
		var there, here sync.Mutex
		if !free {
			there.Lock()
		}
		var led, followed bool
		leader := NewOp("leader", ModeRecord)
		leader.Start(context.Background(), func(ctx context.Context) []byte { handler(&there, &led)(ctx); return nil })
		leader.Wait()
		trace, _, err := leader.Trace()
		if err != nil {
			t.Fatal(err)
		}
		o := given(t, ModeRecord, trace, handler(&here, &followed))
		if err := o.Fits(); err != nil || led != free || followed != free || !here.TryLock() {
			t.Errorf("free %v: taken at the leader %v, at the follower %v, still held there %v, %v", free, led, followed, !here.TryLock(), err)
		}
	}
}

// What is taken from a semaphore in place of its TryAcquire is the same number.
func TestAcquire(t *testing.T) {
	var got int64
	Acquire(func(ctx context.Context, n int64) error { got = n; return ctx.Err() }, 3)()
	if got != 3 {
		t.Errorf("acquired %d", got)
	}
}

// In an op a singleflight.Group's function runs however busy the group is; elsewhere the group decides.
func TestSingle(t *testing.T) {
	shares := func(string, func() (any, error)) (any, error, bool) { return "another's", nil, true }
	var in any
	o := NewOp("op", ModeRecord)
	o.Start(context.Background(), func(context.Context) []byte {
		in, _, _ = Single(shares)("k", func() (any, error) { return "own", nil })
		return nil
	})
	o.Wait()
	if out, _, shared := Single(shares)("k", nil); in != "own" || out != "another's" || !shared {
		t.Errorf("in an op %v, outside %v", in, out)
	}
}

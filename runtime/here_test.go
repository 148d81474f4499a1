package midasrt

import (
	"context"
	"runtime"
	"runtime/pprof"
	"testing"
)

// inOp runs f as the root strand of an op and returns the op once it is quiet.
func inOp(t testing.TB, m Mode, f func(ctx context.Context)) *Op {
	t.Helper()
	o := NewOp("test", m)
	o.Start(context.Background(), func(ctx context.Context) []byte { f(ctx); return nil })
	if !o.Wait().Done {
		t.Fatal("the op waits in a call")
	}
	return o
}

func TestHere(t *testing.T) {
	if Here() != nil || FromContext(context.Background()) != nil {
		t.Fatal("an op outside every op")
	}
	var ctx context.Context
	o := inOp(t, ModeSource, func(c context.Context) {
		ctx = c
		me := Here()
		if me == nil || FromContext(context.Background()) != me || FromContext(c) != me {
			t.Error("the root strand does not find its op")
		}
		inherited := make(chan *Op)
		go func() { inherited <- Here() }()
		if <-inherited != me {
			t.Error("a goroutine does not inherit the op")
		}
		pprof.Do(c, pprof.Labels("a", "1", "midas-op", "mine", "z", "2"), func(c context.Context) {
			if Here() != nil {
				t.Error("a label of the same name and another address counts as ours")
			}
		})
		pprof.Do(c, pprof.Labels("a", "1", "z", "2"), func(context.Context) {
			if Here() != me {
				t.Error("pprof.Do with the op's context hides the op")
			}
		})
		pprof.Do(context.Background(), pprof.Labels("a", "1"), func(context.Context) {
			if Here() != nil || FromContext(c) != me {
				t.Error("pprof.Do with another context: only the op's context should lead to the op")
			}
			leave := Enter(c)
			if Here() != me {
				t.Error("Enter does not adopt the context's op")
			}
			leave()
			if v, _ := pprof.Label(c, "a"); Here() != nil || v == "1" {
				t.Error("leave does not give the labels back")
			}
		})
	})
	if FromContext(ctx) != o || Here() != nil {
		t.Error("the context leads elsewhere")
	}
}

func TestEnterOnForeignGoroutine(t *testing.T) {
	work := make(chan func())
	go func() {
		for f := range work {
			f()
		}
	}()
	defer close(work)
	inOp(t, ModeSource, func(ctx context.Context) {
		me, done := Here(), make(chan bool)
		work <- func() {
			defer close(done)
			if Here() != nil {
				t.Error("the worker has an op")
			}
			leave := Enter(ctx)
			inner := Enter(ctx)
			if Here() != me {
				t.Error("Enter does not adopt the context's op")
			}
			inner()
			if Here() != me {
				t.Error("an inner leave ends the outer stay")
			}
			leave()
			if Here() != nil {
				t.Error("the worker keeps the op")
			}
		}
		<-done
	})
}

// The label alone must keep the strand alive.
func TestLabelKeepsStrand(t *testing.T) {
	done := make(chan bool)
	func() {
		o := NewOp("kept", ModeSource)
		o.Start(context.Background(), func(context.Context) []byte {
			go func() {
				defer close(done)
				for range 20 {
					runtime.GC()
					_ = make([]byte, 1<<16)
				}
				if id := Here().id; id != "kept" {
					t.Errorf("the label leads to op %q", id)
				}
			}()
			return nil
		})
		o.Wait()
	}()
	<-done
}

// TestLabelLayout fails on a Go release that lays the label slot out differently.
func TestLabelLayout(t *testing.T) {
	pprof.Do(context.Background(), pprof.Labels("k", "v", "l", "w"), func(context.Context) {
		set := (*labelSet)(getProfLabel())
		if len(set.list) != 2 || set.list[0] != (profLabel{"k", "v"}) || set.list[1] != (profLabel{"l", "w"}) {
			t.Errorf("labels are %v", set.list)
		}
	})
	if getProfLabel() != nil {
		t.Error("labels remain")
	}
}

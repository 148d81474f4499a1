package midasrt

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

func TestOutsideOps(t *testing.T) {
	if v := Rec(testSites[0], func() int { return 4 }); v != 4 {
		t.Errorf("Rec = %d", v)
	}
	if a, b := Rec2(testSites[0], func() (int, string) { return 1, "x" }); a != 1 || b != "x" {
		t.Error(a, b)
	}
	if a, b, c := Try3(testSites[0], func() (int, string, error) { return 1, "x", io.EOF }); a != 1 || b != "x" || c != io.EOF {
		t.Error(a, b, c)
	}
	if v := Cut(testSites[0], func() int { return 4 }); v != 4 {
		t.Errorf("Cut = %d", v)
	}
	now := Try(testSites[1], time.Now)
	if !strings.Contains(now.String(), "m=") {
		t.Error("a time outside every op lost its monotonic reading")
	}
	x, m := 1, map[string]int{}
	Do(func() { *P(&x) = 2 })
	Key(m, "k")
	m["k"] = 1
	Delete(m, "k")
	Deep(&x, m)
	Live(func() { x++ })
	ran := make(chan bool)
	Go(func() { close(ran) })
	<-ran
	if x != 3 || len(m) != 0 || Strand(nil) != nil {
		t.Error(x, m)
	}
}

func TestValueIsThatOfTheTrace(t *testing.T) {
	kept := []byte("kept by the source")
	var now time.Time
	inOp(t, ModeSource, func(context.Context) {
		Do(func() {
			b := Rec(testSites[0], func() []byte { return kept })
			b[0] = 'K'
			*P(&now) = Rec(testSites[1], time.Now)
		})
	})
	if kept[0] != 'k' {
		t.Error("the recorded slice shares memory with the source")
	}
	if strings.Contains(now.String(), "m=") || now.IsZero() {
		t.Errorf("the recorded time is %v", now)
	}
}

func TestFill(t *testing.T) {
	buf := make([]byte, 4)
	source := func(s string, err error) func([]byte) (int, error) {
		return func(p []byte) (int, error) { return copy(p, s), err }
	}
	run := func(s string) *Op {
		return inOp(t, ModeSource, func(context.Context) {
			Do(func() {
				if n, err := Fill(testSites[0], buf, source(s, io.ErrUnexpectedEOF)); n != 3 || err != io.ErrUnexpectedEOF {
					t.Errorf("Fill = %d, %v", n, err)
				}
			})
		})
	}
	chosen := run("abc")
	other := run("xyz")
	trace, _, err := chosen.Trace()
	if err != nil {
		t.Fatal(err)
	}
	other.Undo()
	if string(buf) != "abc\x00" {
		t.Errorf("undo leaves %q", buf)
	}
	if err := other.Replay(trace); err != nil || string(buf) != "abc\x00" {
		t.Errorf("replay leaves %q, %v", buf, err)
	}
}

func TestFaults(t *testing.T) {
	t.Run("outside the tape", func(t *testing.T) {
		o := inOp(t, ModeSource, func(context.Context) { Rec(testSites[1], time.Now) })
		if err := o.Err(); err == nil || !strings.Contains(err.Error(), "source t.g time 0 (t.go:2) stands outside the tape") {
			t.Errorf("fault %v", err)
		}
	})
	t.Run("cut outside the tape", func(t *testing.T) {
		for _, mode := range []Mode{ModeCut, ModeSource} {
			if err := inOp(t, mode, func(context.Context) { Cut(testSites[2], func() int { return 1 }) }).Err(); err != nil {
				t.Errorf("mode %d: a cut without a source: %v", mode, err)
			}
			o := inOp(t, mode, func(context.Context) {
				Cut(testSites[2], func() time.Time { return Rec(testSites[1], time.Now) })
			})
			if err := o.Err(); err == nil || !strings.Contains(err.Error(), "source t.g time 0 (t.go:2) stands outside the tape") {
				t.Errorf("mode %d: fault %v", mode, err)
			}
		}
	})
	t.Run("a cut without a source draws nothing", func(t *testing.T) {
		o := inOp(t, ModeCut, func(context.Context) { Do(func() { Cut(testSites[2], func() int { return 1 }) }) })
		if trace, drew, err := o.Trace(); len(trace) > 0 || drew || err != nil {
			t.Error(trace, drew, err)
		}
		o = inOp(t, ModeCut, func(context.Context) {
			Do(func() { Cut(testSites[2], func() int64 { return Rec(testSites[1], time.Now).Unix() }) })
		})
		if trace, drew, err := o.Trace(); len(trace) == 0 || !drew || err != nil {
			t.Error(trace, drew, err)
		}
	})
	t.Run("vanilla has no tape", func(t *testing.T) {
		o := inOp(t, ModeVanilla, func(context.Context) { Rec(testSites[1], time.Now) })
		if trace, drew, err := o.Trace(); len(trace) > 0 || !drew || err != nil || o.Err() != nil {
			t.Error(trace, drew, err, o.Err())
		}
	})
	t.Run("no op", func(t *testing.T) {
		Activate()
		defer activated.Store(false)
		foreign, did := make(chan bool), make(chan bool)
		go func() { <-foreign; Rec(testSites[1], time.Now); close(did) }()
		o := inOp(t, ModeSource, func(context.Context) {
			close(foreign)
			<-did
		})
		if err := o.Err(); err == nil || !strings.Contains(err.Error(), "t.g time 0 (t.go:2) reached on a goroutine that belongs to no operation") {
			t.Errorf("fault %v", err)
		}
		Rec(testSites[1], time.Now) // nobody runs: the original call
	})
	t.Run("no op, while several run", func(t *testing.T) {
		Activate()
		defer activated.Store(false)
		ops := []*Op{NewOp("one", ModeRecord), NewOp("two", ModeSource)}
		end := make(chan bool)
		for _, o := range ops {
			o.Start(context.Background(), func(context.Context) []byte { <-end; return nil })
		}
		Rec(testSites[1], time.Now)
		close(end)
		for _, o := range ops {
			o.Wait()
			if err := o.Err(); err == nil || !strings.Contains(err.Error(), "while several operations ran: one, two") {
				t.Errorf("fault %v", err)
			}
		}
	})
	t.Run("cannot be encoded", func(t *testing.T) {
		o := inOp(t, ModeSource, func(context.Context) {
			Do(func() { Rec(testSites[0], func() chan int { return make(chan int) }) })
		})
		_, drew, err := o.Trace()
		if err == nil || !drew || !strings.Contains(err.Error(), "t.f random 0 (t.go:1), type chan int") {
			t.Errorf("drew %t, %v", drew, err)
		}
		if o.Err() != nil {
			t.Errorf("it is no fault: %v", o.Err())
		}
	})
}

func TestNestedRecordsOnce(t *testing.T) {
	o := inOp(t, ModeSource, func(context.Context) {
		Do(func() {
			Rec(testSites[0], func() int { return Rec(testSites[1], func() int { return 1 }) + 1 })
		})
	})
	if got := len(o.root.trace); got != 2 {
		t.Errorf("trace of %d bytes, want site and value", got)
	}
}

func TestLive(t *testing.T) {
	live, always := 0, 0
	o := inOp(t, ModeSource, func(context.Context) {
		Live(func() { live++ })
		Do(func() { Live(func() { live++ }); always++ })
	})
	o.Undo()
	if err := o.Replay(nil); err != nil || live != 2 || always != 2 {
		t.Errorf("%d live runs, %d runs, %v", live, always, err)
	}
}

func TestMisfits(t *testing.T) {
	run := func(f func()) *Op { return inOp(t, ModeSource, func(context.Context) { Do(f) }) }
	one := run(func() { Rec(testSites[0], func() int { return 1 }) })
	two := run(func() { Rec(testSites[0], func() int { return 1 }); Rec(testSites[0], func() int { return 1 }) })
	other := run(func() { Rec(testSites[1], func() int { return 1 }) })
	swallows := run(func() {
		defer func() { _ = recover() }()
		Rec(testSites[1], func() int { return 1 })
	})
	child := run(func() {
		done := make(chan bool)
		Go(func() { defer close(done); Rec(testSites[1], func() int { return 1 }) })
		<-done
	})
	trace, _, _ := one.Trace()
	for name, o := range map[string]*Op{"exhausted": two, "other site": other, "swallowed": swallows, "in a child": child} {
		if err := o.Replay(trace); !errors.Is(err, errMisfit) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := swallows.Replay([]byte{0}); !errors.Is(err, errMisfit) {
		t.Errorf("swallowed, nothing left over: %v", err)
	}
	trace, _, _ = two.Trace()
	if err := one.Replay(trace); err == nil || !strings.Contains(err.Error(), "left over") {
		t.Errorf("left over: %v", err)
	}
	trace, _, _ = child.Trace()
	if err := child.Replay(trace); err != nil {
		t.Errorf("its own trace: %v", err)
	}
}

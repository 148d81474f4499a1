package midasrt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// mail is a handler with one external effect.
func mail(send func() (int, error), got *int, failed *error) func(context.Context) []byte {
	return func(context.Context) []byte {
		n, err := Effect2("mail.go:7", "smtp send", send)
		*got, *failed = n, err
		return nil
	}
}

type result struct {
	b   []byte
	err error
}

// perform asks o to perform its effect and returns what done gets, or fails if that is not called.
func perform(t *testing.T, o *Op) result {
	t.Helper()
	c := make(chan result, 1)
	o.Perform("1", func(b []byte, err error) { c <- result{b, err} })
	select {
	case r := <-c:
		return r
	case <-time.After(5 * time.Second):
		t.Fatal("the effect was not performed")
		return result{}
	}
}

// The result of one replica's effect is every replica's; and performing it is no part of a sliver.
func TestEffect(t *testing.T) {
	for _, mode := range []Mode{ModeVanilla, ModeSource, ModeCut, ModeRecord, ModeRecordCut} {
		var got [2]int
		var failed [2]error
		var ops [2]*Op
		sent := 0
		for i := range ops {
			ops[i] = NewOp(fmt.Sprint(i), mode)
			ops[i].Start(context.Background(), mail(func() (int, error) {
				sent++
				Do(func() { *P(&sent) = sent })
				return Rec(testSites[0], func() int { return 40 }) + sent, io.EOF
			}, &got[i], &failed[i]))
			stop := ops[i].Wait()
			if stop.Done || len(stop.Calls) != 1 || !stop.Calls[0].Effect || stop.Calls[0].Method != "smtp send" || stop.Calls[0].ID != "1" {
				t.Fatalf("mode %d: %+v", mode, stop)
			}
		}
		if sent != 0 {
			t.Error("the effect was performed before it was asked for")
		}
		r := perform(t, ops[0])
		if again := perform(t, ops[0]); r.err != nil || again.err != nil || sent != 2 {
			t.Error(r.err, again.err, sent)
		}
		for i, o := range ops {
			o.Resume("1", r.b)
			if stop := o.Wait(); !stop.Done || got[i] != 41 || failed[i] != io.EOF || o.Err() != nil {
				t.Errorf("mode %d, replica %d: %+v, %d, %v, %v", mode, i, stop, got[i], failed[i], o.Err())
			}
			if trace, drew, err := o.Trace(); len(trace) > 0 || drew || err != nil || len(o.tape) > 0 {
				t.Errorf("mode %d, replica %d: the effect is in the trace or on the tape: %v %v %v", mode, i, trace, drew, err)
			}
		}
		ops[0].Perform("1", func([]byte, error) { t.Error("an answered effect was performed") })
	}
}

func TestEffectOutsideOps(t *testing.T) {
	if v := Effect("x.go:1", "x", func() int { return 4 }); v != 4 {
		t.Error(v)
	}
	if a, b, c := Effect3("x.go:1", "x", func() (int, string, error) { return 1, "x", io.EOF }); a != 1 || b != "x" || c != io.EOF {
		t.Error(a, b, c)
	}
}

// Another replica's result may come while this one still performs: the sliver waits for that, and its result is dropped. So it is on an
// abandoned op.
func TestEffectOvertaken(t *testing.T) {
	for _, abandon := range []bool{false, true} {
		gate, entered := make(chan bool), make(chan bool)
		got := 0
		o := NewOp("x", ModeRecord)
		o.Start(context.Background(), func(context.Context) []byte {
			got = Effect("x.go:1", "x", func() int { close(entered); <-gate; return 1 })
			return nil
		})
		o.Wait()
		o.Perform("1", func([]byte, error) { t.Error("a result that nobody wants") })
		<-entered
		if abandon {
			o.Abandon()
		} else {
			o.Resume("1", []byte{4})
		}
		o.Perform("1", func([]byte, error) { t.Error("a result that nobody wants") })
		close(gate)
		if abandon {
			time.Sleep(10 * time.Millisecond)
		} else if stop := o.Wait(); !stop.Done || got != 2 {
			t.Error(stop, got)
		}
	}
}

func TestEffectErrors(t *testing.T) {
	run := func(f func()) *Op {
		o := NewOp("x", ModeRecord)
		o.Start(context.Background(), func(context.Context) []byte { f(); return nil })
		o.Wait()
		return o
	}
	r := perform(t, run(func() { Effect("x.go:1", "open", func() chan int { return make(chan int) }) }))
	if r.err == nil || !strings.Contains(r.err.Error(), "effect open: result of type chan int cannot be encoded") {
		t.Error(r.err)
	}
	r = perform(t, run(func() { Effect("x.go:1", "open", func() int { panic("no disk") }) }))
	if r.err == nil || !strings.Contains(r.err.Error(), "effect open: panic: no disk") {
		t.Error(r.err)
	}
	r = perform(t, run(func() {
		o := Here()
		Effect("x.go:1", "open", func() error { _, err := FromContext(o.root.ctx).Park(&Call{Method: "/b/Do"}); return err })
	}))
	if r.err != nil || !strings.Contains(string(r.b), "nested call /b/Do inside an external effect") {
		t.Error(r)
	}
	o := run(func() { Effect("x.go:1", "open", func() int { return 1 }) })
	o.Resume("1", []byte{1, 2, 3})
	if stop := o.Wait(); stop.Done || o.Err() == nil || !strings.Contains(o.Err().Error(), "effect open at x.go:1: result of type int: 2 bytes left over") {
		t.Error(stop, o.Err())
	}
}

// An effect without a result is an error to a handler that expects one, and a panic to others, at every replica.
func TestResumeFailed(t *testing.T) {
	var got []string
	o := NewOp("x", ModeRecord)
	o.Start(context.Background(), func(context.Context) []byte {
		defer func() { got = append(got, fmt.Sprint("panic: ", recover())) }()
		got = append(got, Effect("x.go:1", "a", func() error { return nil }).Error())
		n, err := Effect2("x.go:2", "b", func() (int, error) { return 1, nil })
		got = append(got, fmt.Sprint(n, err))
		_, _, err = Effect3("x.go:3", "c", func() (int, int, error) { return 1, 2, nil })
		got = append(got, err.Error())
		Effect2("x.go:4", "d", func() (int, string) { return 1, "" })
		return nil
	})
	for i := range 4 {
		o.Wait()
		o.ResumeFailed(fmt.Sprint(i+1), "no disk")
	}
	o.Wait()
	if d := cmp.Diff([]string{"no disk", "0 no disk", "no disk", "panic: no disk"}, got); d != "" || o.Err() != nil {
		t.Error(d, o.Err())
	}
}

// Where an effect cannot be waited for it is not performed either: its strand waits for good, and the fault says why.
func TestMisplacedEffects(t *testing.T) {
	effect := func() { Effect("x.go:1", "open", func() int { t.Error("performed"); return 1 }) }
	for _, c := range []struct {
		want string
		mode Mode
		f    func()
	}{
		{`on goroutine "a"`, ModeRecord, func() {
			done := make(chan bool)
			Go(func() { effect(); close(done) })
			<-done
		}},
		{"inside a closure of the tape", ModeSource, func() { Do(effect) }},
		{"inside the value of a source", ModeRecord, func() { Rec(testSites[0], func() int { effect(); return 1 }) }},
	} {
		o := NewOp("x", c.mode)
		o.Start(context.Background(), func(context.Context) []byte { c.f(); return nil })
		if stop := o.Wait(); stop.Done || o.Err() == nil || !strings.Contains(o.Err().Error(), c.want) {
			t.Errorf("%q: %+v, %v", c.want, stop, o.Err())
		}
	}
	o := NewOp("x", ModeRecord)
	o.Start(context.Background(), func(context.Context) []byte { Do(effect); return nil })
	if stop := o.Wait(); len(stop.Calls) != 1 || o.Err() != nil {
		t.Error(stop, errors.Join(o.Err()))
	}
}

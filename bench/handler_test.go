package bench

import (
	"context"
	"testing"

	"github.com/midas-tiers/midas/compensate"
	midasrt "github.com/midas-tiers/midas/runtime"
)

type handler func(context.Context, *number) (*number, error)

// pay is the request of every operation.
var pay = &number{Value: 3}

// call runs the handler without an op.
func call(h handler) {
	if _, err := h(context.Background(), pay); err != nil {
		panic(err)
	}
}

// run runs the handler in an op until its end, as a tier's replica does, and returns the op with its trace.
func run(mode midasrt.Mode, h handler) (*midasrt.Op, []byte) {
	op := midasrt.NewOp("c/1", mode)
	op.Start(context.Background(), func(ctx context.Context) []byte {
		if _, err := h(ctx, pay); err != nil {
			panic(err)
		}
		return nil
	})
	op.Wait()
	trace, _, err := op.Trace()
	if err != nil {
		panic(err)
	}
	return op, trace
}

// chosen is run at the replica whose execution stands.
func chosen(mode midasrt.Mode, h handler) {
	op, _ := run(mode, h)
	op.Keep()
}

// compensated is run at a replica that follows trace.
func compensated(mode midasrt.Mode, h handler, trace []byte) {
	op, _ := run(mode, h)
	op.Undo()
	if err := op.Replay(trace); err != nil {
		panic(err)
	}
}

// modes are the techniques that keep a tape.
var modes = []struct {
	technique compensate.Technique
	mode      midasrt.Mode
}{
	{compensate.Reexecute, midasrt.ModeSource},
	{compensate.Contaminated, midasrt.ModeCut},
}

func BenchmarkHandler(b *testing.B) {
	bare, rewritten := newLedger(), newLedger()
	against := func(name string, subject func()) {
		b.Run(name, func(b *testing.B) {
			turns{baseline: "bare", runs: 200}.measure(b, func() { call(bare.payBare) }, subject)
		})
	}
	against("rewritten", func() { call(rewritten.Pay) })
	against("op/bare", func() { chosen(midasrt.ModeVanilla, rewritten.payBare) })
	for _, m := range modes {
		_, trace := run(m.mode, newLedger().Pay)
		against("op/"+string(m.technique)+"/chosen", func() { chosen(m.mode, rewritten.Pay) })
		against("op/"+string(m.technique)+"/compensated", func() { compensated(m.mode, rewritten.Pay, trace) })
	}
}

// What is measured must also work.
func TestCompensatedEqualsChosen(t *testing.T) {
	for _, m := range modes {
		here, there := newLedger(), newLedger()
		op, trace := run(m.mode, there.Pay)
		op.Keep()
		if digest(t, here) == digest(t, there) {
			t.Fatalf("%s: equal before anything ran here: the digest sees nothing", m.technique)
		}
		compensated(m.mode, here.Pay, trace)
		if digest(t, here) != digest(t, there) {
			t.Errorf("%s: the compensated ledger differs from the chosen one", m.technique)
		}
	}
}

func digest(t *testing.T, l *ledger) [32]byte {
	t.Helper()
	s := compensate.NewState()
	s.Add("ledger", l)
	d, err := s.Digest()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

package compensate

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/midas-tiers/midas/runtime"
)

// lead runs one op at replica 0 and repeats it at replica 1.
func (t *twins) lead(tech Technique, id string, alone bool, handle func(d *desk)) (Result, error) {
	start := func(op *midasrt.Op, d *desk) *midasrt.Op {
		op.Start(context.Background(), func(context.Context) []byte { handle(d); return nil })
		op.Wait()
		return op
	}
	leader := start(midasrt.NewOp(id, tech.Mode(Leader)), t.desks[0])
	r, err := Outcome(tech, leader, t.states[0], Reach{deskFields, alone})
	if err = errors.Join(err, leader.Err()); err != nil {
		return r, err
	}
	if !Repeatable(r.Trace, r.Full) {
		return r, Repeat(tech, nil, t.states[1], r.Full)
	}
	op := midasrt.NewOp(id, tech.Mode(Leader))
	if err := op.Give(r.Trace); err != nil {
		return r, err
	}
	return r, Repeat(tech, start(op, t.desks[1]), t.states[1], r.Full)
}

// superficial draws a value that ends in no state, off the tape.
func (d *desk) superficial(string) { midasrt.Rec(deskSites[0], d.draw) }

func TestFollowersRepeat(t *testing.T) {
	for _, tech := range []Technique{Full, Contaminated, Reexecute, Transparent} {
		t.Run(string(tech), func(t *testing.T) {
			tw := newTwins()
			zoe := tw.desks[1].byID[7]
			copies := tech == Full || tech == Transparent
			for i := range 20 {
				r, err := tw.lead(tech, fmt.Sprint("c/", i), copies, func(d *desk) { d.superficial("x"); d.open(fmt.Sprint("user", i)) })
				if err != nil {
					t.Fatal(err)
				}
				if !tw.equal() {
					t.Fatalf("replicas differ after op %d", i)
				}
				if len(r.Trace) == 0 || (len(r.Full) > 0) != copies {
					t.Fatalf("%d bytes of trace, %d of copy", len(r.Trace), len(r.Full))
				}
			}
			if s := tw.states[1].Stats(); s.Repeated != 20 || s.Compensated != 0 || (s.Installed == 20) != copies {
				t.Errorf("stats %+v", s)
			}
			if tw.desks[1].byID[7] != zoe {
				t.Error("an object that no op touched was replaced")
			}
		})
	}
}

// A sliver that draws nothing ships nothing, but where nobody has analysed it.
func TestLeaderDrawsNothing(t *testing.T) {
	for _, tech := range []Technique{Full, Contaminated, Reexecute, Transparent} {
		tw := newTwins()
		r, err := tw.lead(tech, "c/1", tech == Transparent, func(d *desk) { d.heads = append(d.heads, "x") })
		if err != nil || !tw.equal() || len(tw.desks[1].heads) != 1 {
			t.Errorf("%s: %v, %v", tech, err, tw.desks[1].heads)
		}
		if ships := r.Drew || len(r.Trace)+len(r.Full) > 0; ships != (tech == Transparent) {
			t.Errorf("%s ships %+v", tech, r)
		}
	}
}

func TestLeaderFallsBack(t *testing.T) {
	for _, tech := range []Technique{Full, Contaminated, Reexecute, Transparent} {
		tw := newTwins()
		r, err := tw.lead(tech, "c/1", true, func(d *desk) { d.heads = append(d.heads, "x"); d.odd("ann") })
		if err != nil || !tw.equal() || !r.FellBack || Repeatable(r.Trace, r.Full) {
			t.Errorf("%s: %v, %+v", tech, err, r)
		}
		if a, b := tw.states[0].Stats(), tw.states[1].Stats(); a.FellBack != 1 || b.Repeated != 0 || b.Installed != 1 {
			t.Errorf("%s: stats %+v %+v", tech, a, b)
		}
		if _, err := tw.lead(tech, "c/2", false, func(d *desk) { d.odd("ann") }); !errors.Is(err, errNotAlone) {
			t.Errorf("%s: a copy while other operations run: %v", tech, err)
		}
	}
}

func TestRepeatFindsMisfits(t *testing.T) {
	tw := newTwins()
	n := 0
	_, err := tw.lead(Reexecute, "c/1", false, func(d *desk) {
		if n++; n == 1 {
			d.superficial("more at the leader")
		}
		d.open("ann")
	})
	if err == nil || !strings.Contains(err.Error(), "repeat by reexecute: ") || !strings.Contains(err.Error(), "left over") {
		t.Error(err)
	}
	if tw.states[1].Stats().Repeated != 0 {
		t.Error("counted all the same")
	}
}

// Outcomes without copies of ops that run at once need no turns.
func TestOutcomesInParallel(t *testing.T) {
	state := NewState()
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			d := newDesk(uint64(i))
			for range 20 {
				op := midasrt.NewOp(fmt.Sprint(i), midasrt.ModeRecord)
				op.Start(context.Background(), func(context.Context) []byte { d.open("ann"); return nil })
				op.Wait()
				if r, err := Outcome(Reexecute, op, state, Reach{}); err != nil || len(r.Trace) == 0 {
					t.Error(r, err)
				}
				if err := Repeat(Reexecute, op, state, nil); err != nil {
					t.Error(err)
				}
				state.Stats()
			}
		})
	}
	wg.Wait()
	if n := state.Stats().Repeated; n != 80 {
		t.Errorf("%d repeats counted", n)
	}
}

func TestModes(t *testing.T) {
	for tech, want := range map[Technique][2]midasrt.Mode{
		Vanilla:      {midasrt.ModeVanilla, midasrt.ModeVanilla},
		Full:         {midasrt.ModeRecord, midasrt.ModeSource},
		Contaminated: {midasrt.ModeRecordCut, midasrt.ModeCut},
		Reexecute:    {midasrt.ModeRecord, midasrt.ModeSource},
	} {
		if got := [2]midasrt.Mode{tech.Mode(Leader), tech.Mode(Active)}; got != want {
			t.Errorf("%s: modes %v, want %v", tech, got, want)
		}
	}
	if Transparent.Mode(Leader) != midasrt.ModeRecord {
		t.Error("transparent does not record at the sources")
	}
	for _, bad := range []func(){func() { Auto.Mode(Leader) }, func() { Transparent.Mode(Active) }} {
		func() {
			defer func() { _ = recover() }()
			bad()
			t.Error("a technique that has no mode got one")
		}()
	}
}

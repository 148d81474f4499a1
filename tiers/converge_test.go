package tiers

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/midas-tiers/midas/compensate"
	"github.com/midas-tiers/midas/tiers/core"
	"github.com/midas-tiers/midas/tiers/wire"
	"github.com/midas-tiers/midas/tiers/wire/wiretest"
)

var compensating = []compensate.Technique{compensate.Full, compensate.Contaminated, compensate.Reexecute}

func eachTechnique(t *testing.T, f func(*testing.T, compensate.Technique)) {
	for _, technique := range compensating {
		t.Run(string(technique), func(t *testing.T) { f(t, technique) })
	}
}

// related checks the relations that the example's source states, and that the tiers agree on what crossed between them.
func (s *system) related() {
	s.t.Helper()
	foo := s.impls[wire.ID{Tier: "tier2", Replica: 1}].(*fooService)
	bar := s.impls[wire.ID{Tier: "tier3", Replica: 1}].(*barService)
	want := []int64{foo.A + 5, foo.C * 60, foo.A + 5, bar.E}
	if d := cmp.Diff(want, []int64{foo.B, foo.D, bar.F, foo.G}); d != "" {
		s.t.Errorf("b, d, f, g (-want +got):\n%s", d)
	}
}

func TestSlidesConverge(t *testing.T) {
	eachTechnique(t, func(t *testing.T, technique compensate.Technique) {
		s := newSystem(t, technique, nil)
		s.startAll()
		for i := 1; i <= 10; i++ {
			r := s.call(wire.ID{Tier: "tier2", Replica: 1 + i%3}, fmt.Sprintf("c/%d", i), fooMethod, 0)
			if err := r.err(); err != nil {
				t.Fatal(err)
			}
		}
		s.settle()
		s.wantEqual()
		s.wantCounts(10)
		s.related()
	})
}

func TestWithoutOffersConverge(t *testing.T) {
	eachTechnique(t, func(t *testing.T, technique compensate.Technique) {
		s := newSystem(t, technique, func(p *Place) { p.Edges = nil; p.Commit = "fast" })
		s.startAll()
		for i := 1; i <= 5; i++ {
			s.call(wire.ID{Tier: "tier2", Replica: 1 + i%3}, fmt.Sprintf("c/%d", i), fooMethod, 0)
		}
		s.settle()
		s.wantEqual()
		s.wantCounts(5)
		s.related()
	})
}

func TestVanillaDiverges(t *testing.T) {
	s := newSystem(t, compensate.Vanilla, nil)
	s.startAll()
	s.call(wire.ID{Tier: "tier2", Replica: 1}, "c/1", fooMethod, 0)
	s.settle()
	for _, tier := range []string{"tier2", "tier3"} {
		if s.difference(tier) == "" {
			t.Errorf("%s: vanilla replicas are equal: the other tests would prove nothing", tier)
		}
	}
	s.wantCounts(1)
}

// isMessage says that a flight is a core message of the kind.
func isMessage(f wiretest.Flight, kind core.MsgKind) bool {
	var m core.Msg
	return f.Frame.Kind == wire.Message && lenient.Unmarshal(f.Frame.Body, &m) == nil && m.Kind == kind
}

func TestCallbackIsLost(t *testing.T) {
	eachTechnique(t, func(t *testing.T, technique compensate.Technique) {
		s := newSystem(t, technique, nil)
		s.startAll()
		lost := 0
		s.net.Filter(func(f wiretest.Flight) wiretest.Verdict {
			if isMessage(f, core.Callback) && lost < 5 {
				lost++
				return wiretest.Drop
			}
			return wiretest.Pass
		})
		s.call(wire.ID{Tier: "tier2", Replica: 1}, "c/1", fooMethod, 0)
		s.settle()
		if lost == 0 {
			t.Fatal("no callback was lost")
		}
		s.wantEqual()
		s.wantCounts(1)
		s.related()
	})
}

// The callback of the first request is held back while the second, which meets what is unsettled, reaches the callee.
func TestNextRequestOvertakesCallback(t *testing.T) {
	eachTechnique(t, func(t *testing.T, technique compensate.Technique) {
		s := newSystem(t, technique, nil)
		s.startAll()
		open, held := false, 0
		s.net.Filter(func(f wiretest.Flight) wiretest.Verdict {
			if !open && isMessage(f, core.Callback) {
				held++
				return wiretest.Drop
			}
			return wiretest.Pass
		})
		s.call(wire.ID{Tier: "tier2", Replica: 1}, "c/1", fooMethod, 0)
		second := s.send(wire.ID{Tier: "tier2", Replica: 2}, "c/2", fooMethod, 0)
		s.tick(3)
		bar := s.impls[wire.ID{Tier: "tier3", Replica: 2}].(*barService)
		if held == 0 || bar.Calls != 1 {
			t.Fatalf("%d callbacks held back, tier3 ran %d requests; want some and 1: the second waits", held, bar.Calls)
		}
		open = true
		s.await(second)
		s.settle()
		s.wantEqual()
		s.wantCounts(2)
		s.related()
	})
}

func TestConcurrentUnderLossAndReordering(t *testing.T) {
	eachTechnique(t, func(t *testing.T, technique compensate.Technique) {
		for seed := range uint64(5) {
			s := newSystem(t, technique, nil)
			s.net = wiretest.NewNetwork(seed)
			s.startAll()
			s.net.Shuffle(true)
			count := seed
			s.net.Filter(func(wiretest.Flight) wiretest.Verdict {
				count++
				switch count % 7 {
				case 2:
					return wiretest.Drop
				case 5:
					return wiretest.Repeat
				}
				return wiretest.Pass
			})
			var waiting []waiter
			for i := 1; i <= 30; i++ {
				id := wire.ID{Tier: "tier2", Replica: 1 + i%3}
				waiting = append(waiting, s.send(id, fmt.Sprintf("c%d/1", i), fooMethod, 0))
				if i%4 == 0 {
					s.pump()
				}
			}
			for _, w := range waiting {
				s.await(w)
			}
			s.settle()
			s.wantEqual()
			s.wantCounts(30)
			s.related()
		}
	})
}

func TestRetryAtAnotherReplica(t *testing.T) {
	s := newSystem(t, compensate.Reexecute, nil)
	s.startAll()
	first := s.call(wire.ID{Tier: "tier2", Replica: 1}, "c/1", fooMethod, 0)
	again := s.call(wire.ID{Tier: "tier2", Replica: 3}, "c/1", fooMethod, 0)
	if d := cmp.Diff(first, again); d != "" {
		t.Errorf("the retry got another reply (-first +again):\n%s", d)
	}
	s.settle()
	s.wantCounts(1)
}

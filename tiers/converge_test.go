package tiers

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/midas-tiers/midas/tiers/core"
	"github.com/midas-tiers/midas/tiers/wire"
	"github.com/midas-tiers/midas/tiers/wire/wiretest"
)

func TestSlidesConverge(t *testing.T) {
	eachArm(t, func(t *testing.T, a arm) {
		s := newSystem(t, slides, a, nil)
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
		s.wantRelated()
	})
}

func TestWithoutOffersConverge(t *testing.T) {
	eachArm(t, func(t *testing.T, a arm) {
		s := newSystem(t, slides, a, func(p *Place) { p.Edges = nil; p.Commit = "fast" })
		s.startAll()
		for i := 1; i <= 5; i++ {
			s.call(wire.ID{Tier: "tier2", Replica: 1 + i%3}, fmt.Sprintf("c/%d", i), fooMethod, 0)
		}
		s.settle()
		s.wantEqual()
		s.wantCounts(5)
		s.wantRelated()
	})
}

func TestVanillaDiverges(t *testing.T) {
	s := newSystem(t, slides, vanilla, nil)
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

// messageIn returns the core message that a flight carries.
func messageIn(f wiretest.Flight) (*core.Msg, bool) {
	var m core.Msg
	ok := f.Frame.Kind == wire.Message && lenient.Unmarshal(f.Frame.Body, &m) == nil
	return &m, ok
}

func isMessage(f wiretest.Flight, kind core.MsgKind) bool {
	m, ok := messageIn(f)
	return ok && m.Kind == kind
}

func TestCallbackIsLost(t *testing.T) {
	eachActive(t, func(t *testing.T, a arm) {
		s := newSystem(t, slides, a, nil)
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
		s.wantRelated()
	})
}

// The callback of the first request is held back while the second, which meets what is unsettled, reaches the callee.
func TestNextRequestOvertakesCallback(t *testing.T) {
	eachActive(t, func(t *testing.T, a arm) {
		s := newSystem(t, slides, a, nil)
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
		s.wantRelated()
	})
}

func TestConcurrentUnderLossAndReordering(t *testing.T) {
	eachArm(t, func(t *testing.T, a arm) {
		for seed := range uint64(5) {
			s := newSystem(t, slides, a, nil)
			s.net = wiretest.NewNetwork(seed)
			s.startAll()
			s.storm(seed)
			var waiting []*request
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
			s.wantRelated()
		}
	})
}

func TestRetryAtAnotherReplica(t *testing.T) {
	eachStyle(t, func(t *testing.T, a arm) {
		s := newSystem(t, slides, a, nil)
		s.startAll()
		first := s.call(wire.ID{Tier: "tier2", Replica: 1}, "c/1", fooMethod, 0)
		again := s.call(wire.ID{Tier: "tier2", Replica: 3}, "c/1", fooMethod, 0)
		if d := cmp.Diff(first, again); d != "" {
			t.Errorf("the retry got another reply (-first +again):\n%s", d)
		}
		s.settle()
		s.wantCounts(1)
	})
}

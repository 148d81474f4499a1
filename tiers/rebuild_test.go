package tiers

import (
	"fmt"
	"testing"

	"github.com/midas-tiers/midas/tiers/wire"
)

// A leader that is cut off goes on running what its clients ask for. None of it may be acknowledged, and when it is back it holds what the
// others hold.
func TestCutOffLeaderRebuilds(t *testing.T) {
	for _, from := range []string{"beginning", "image"} {
		t.Run(from, func(t *testing.T) {
			eachArm(t, func(t *testing.T, a arm) {
				s := newSystem(t, threeTiers, a, nil)
				s.startAll()
				testRebuild(t, s, from == "image")
			})
		})
	}
}

func testRebuild(t *testing.T, s *system, image bool) {
	c := newClients(s, 1)
	c.send(3)
	s.settle()
	leader := wire.ID{Tier: "tier1", Replica: 1}
	n := s.nodes[leader]
	if image {
		n.askForBarrier()
		s.settle()
	}
	cut := s.cut(leader)
	s.groups["tier1"].Lead(2)
	s.pump()
	for i := range 4 {
		c.asked = append(c.asked, s.send(leader, fmt.Sprintf("cut%d/1", i), enterMethod, 0))
	}
	s.tick(1)
	front := s.impls[leader].(*frontService)
	if front.Begun == 3 {
		t.Fatal("the leader did not run ahead of the log")
	}
	for _, r := range c.asked[3:] {
		if r.answered() {
			t.Errorf("operation %s is answered by a leader that is cut off", r.op)
		}
	}
	c.asked = append(c.asked, s.send(wire.ID{Tier: "tier1", Replica: 2}, "other/1", enterMethod, 0))
	s.tick(1)
	cut.heal()
	c.await()
	if got := n.core.Stats().Rebuilds; got != 1 {
		t.Errorf("the replica rebuilt %d times, want 1", got)
	}
}

// In commit mode fast such a leader does answer; how often it had to take that back, it tells.
func TestFastWindow(t *testing.T) {
	s := newSystem(t, slides, arm{styleLeader, "reexecute"}, func(p *Place) { p.Commit = "fast" })
	s.startAll()
	leader := wire.ID{Tier: "tier2", Replica: 1}
	n := s.nodes[leader]
	window := func() Window {
		t.Helper()
		status, err := n.status(false)
		if err != nil {
			t.Fatal(err)
		}
		return status.Stats.Window
	}
	s.call(leader, "c/1", pureMethod, 0)
	s.settle()
	if w := window(); w.Answered != 1 || w.Lost != 0 || w.Max == 0 || w.P99 < w.P50 || w.P99 > 2*w.Max {
		t.Errorf("after one operation: %+v", w)
	}
	cut := s.cut(leader)
	s.groups["tier2"].Lead(2)
	if r := s.send(leader, "c/2", pureMethod, 0); true {
		s.tick(1)
		if !r.answered() {
			t.Fatal("a fast leader that is cut off does not answer")
		}
	}
	cut.heal()
	s.settle()
	if w := window(); w.Answered != 2 || w.Lost != 1 {
		t.Errorf("after an answer that was taken back: %+v", w)
	}
	s.wantEqual()
}

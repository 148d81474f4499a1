package tiers

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/midas-tiers/midas/compensate"
	"github.com/midas-tiers/midas/tiers/wire"
	"github.com/midas-tiers/midas/tiers/wire/wiretest"
)

func TestReplicaOfEachTierComesBack(t *testing.T) {
	eachArm(t, func(t *testing.T, a arm) {
		s := newSystem(t, slides, a, nil)
		s.startAll()
		seq := 0
		load := func(n int) {
			for range n {
				seq++
				s.call(wire.ID{Tier: "tier2", Replica: 1 + seq%2}, fmt.Sprintf("c/%d", seq), fooMethod, 0)
			}
		}
		load(5)
		waiting := s.send(wire.ID{Tier: "tier2", Replica: 1}, "d/1", fooMethod, 0)
		s.net.Step() // the kill falls into the middle of an operation
		s.kill(wire.ID{Tier: "tier2", Replica: 3})
		s.kill(wire.ID{Tier: "tier3", Replica: 3})
		s.await(waiting)
		load(5)
		s.start(wire.ID{Tier: "tier2", Replica: 3})
		s.start(wire.ID{Tier: "tier3", Replica: 3})
		load(5)
		s.settle()
		s.wantEqual()
		s.wantCounts(seq + 1)
		s.wantRelated()
	})
}

func TestWholeSystemReturns(t *testing.T) {
	eachArm(t, func(t *testing.T, a arm) {
		s := newSystem(t, slides, a, nil)
		s.startAll()
		s.call(wire.ID{Tier: "tier2", Replica: 1}, "c/1", fooMethod, 0)
		s.send(wire.ID{Tier: "tier2", Replica: 2}, "c/2", fooMethod, 0)
		for range 12 { // the second operation is under way
			s.step()
		}
		for _, id := range s.all {
			s.kill(id)
		}
		s.startAll()
		s.call(wire.ID{Tier: "tier2", Replica: 3}, "c/2", fooMethod, 0)
		s.settle()
		s.wantEqual()
		s.wantCounts(2)
		s.wantRelated()
	})
}

// What was proposed while nobody led is proposed again as soon as somebody does, not only when the core's growing pauses end.
func TestElectionSwallowsNoProposal(t *testing.T) {
	eachStyle(t, func(t *testing.T, a arm) {
		s := newSystem(t, slides, a, nil)
		s.startAll()
		s.groups["tier2"].Lead(0)
		s.pump()
		w := s.send(wire.ID{Tier: "tier2", Replica: 1}, "c/1", fooMethod, 0)
		s.tick(8) // the core repeats after 2, 6 and 14 ticks
		foo := s.impls[wire.ID{Tier: "tier2", Replica: 1}].(*fooService)
		if foo.Calls != 0 {
			t.Fatal("an operation began without a leader")
		}
		s.groups["tier2"].Lead(2)
		s.tick(1)
		if foo.Calls != 1 {
			t.Errorf("%d operations began at the first tick after the election, want 1", foo.Calls)
		}
		s.await(w)
		s.settle()
		s.wantEqual()
		s.wantCounts(1)
	})
}

func TestReplicaThatLagsCatchesUp(t *testing.T) {
	eachStyle(t, func(t *testing.T, a arm) {
		s := newSystem(t, slides, a, nil)
		s.startAll()
		s.groups["tier2"].Hold(3)
		s.groups["tier3"].Hold(2)
		for i := 1; i <= 3; i++ {
			s.call(wire.ID{Tier: "tier2", Replica: 1}, fmt.Sprintf("c/%d", i), fooMethod, 0)
		}
		if s.difference("tier2") == "" {
			t.Fatal("the replica that is held back does not lag")
		}
		s.groups["tier2"].Release(3)
		s.groups["tier3"].Release(2)
		s.settle()
		s.wantEqual()
		s.wantCounts(3)
	})
}

func TestImageReplacesTheLogsBeginning(t *testing.T) {
	eachStyle(t, func(t *testing.T, a arm) {
		s := newSystem(t, slides, a, nil)
		s.startAll()
		s.call(wire.ID{Tier: "tier2", Replica: 1}, "c/1", fooMethod, 0)
		s.settle()
		for _, id := range []wire.ID{{Tier: "tier2", Replica: 1}, {Tier: "tier3", Replica: 1}} {
			s.nodes[id].askForBarrier()
		}
		s.settle()
		s.call(wire.ID{Tier: "tier2", Replica: 1}, "c/2", fooMethod, 0)
		for _, id := range []wire.ID{{Tier: "tier2", Replica: 2}, {Tier: "tier3", Replica: 2}} {
			s.kill(id)
			n := s.start(id)
			s.pump()
			if n.stats.ImageInstalls != 1 {
				t.Errorf("%s installed %d images, want 1", id, n.stats.ImageInstalls)
			}
		}
		again := s.call(wire.ID{Tier: "tier2", Replica: 2}, "c/1", fooMethod, 0) // its reply is in the image
		if err := again.err(); err != nil {
			t.Error(err)
		}
		s.settle()
		s.wantEqual()
		s.wantCounts(2)
	})
}

// A replica whose execution cannot be made equal stops, asks its group for an image and goes on from there.
func TestStuckReplicaInstallsImage(t *testing.T) {
	eachStyle(t, func(t *testing.T, a arm) {
		s := newSystem(t, slides, a, nil)
		s.startAll()
		id := wire.ID{Tier: "tier3", Replica: 3}
		n := s.nodes[id]
		n.spoil = func(trace []byte) []byte { return trace[:1] }
		s.call(wire.ID{Tier: "tier2", Replica: 1}, "c/1", fooMethod, 0)
		s.tick(1)
		if n.stats.Stuck != 1 {
			t.Fatalf("the replica was stuck %d times, want 1", n.stats.Stuck)
		}
		n.spoil = nil
		s.call(wire.ID{Tier: "tier2", Replica: 1}, "c/2", fooMethod, 0)
		s.settle()
		if n.stats.ImageInstalls != 1 {
			t.Errorf("the replica installed %d images, want 1", n.stats.ImageInstalls)
		}
		s.wantEqual()
		s.wantCounts(2)
	})
}

// One that cannot follow and is elected hands the lead over: it orders nothing, and the tier would wait.
func TestStuckLeaderYields(t *testing.T) {
	eachStyle(t, func(t *testing.T, a arm) {
		s := newSystem(t, slides, a, nil)
		s.startAll()
		id := wire.ID{Tier: "tier3", Replica: 3}
		n := s.nodes[id]
		n.spoil = func(trace []byte) []byte { return trace[:1] }
		s.net.Filter(func(f wiretest.Flight) wiretest.Verdict {
			if f.Frame.Kind == wire.Image {
				return wiretest.Drop
			}
			return wiretest.Pass
		})
		s.call(wire.ID{Tier: "tier2", Replica: 1}, "c/1", fooMethod, 0)
		s.tick(1)
		if !n.stuck {
			t.Fatal("the replica is not stuck")
		}
		s.groups["tier3"].Lead(3)
		s.call(wire.ID{Tier: "tier2", Replica: 2}, "c/2", fooMethod, 0)
		if s.leader("tier3") == 3 {
			t.Error("the stuck replica leads")
		}
		n.spoil = nil
		s.net.Filter(nil)
		s.settle()
		s.wantEqual()
		s.wantCounts(2)
	})
}

// A follower that comes to something else than the leader, although it has used up the leader's values, is found out.
func TestFollowerThatDrawsItself(t *testing.T) {
	s := newSystem(t, slides, arm{styleLeader, compensate.Reexecute}, nil)
	s.startAll()
	n := s.nodes[wire.ID{Tier: "tier3", Replica: 3}]
	n.spoil = func(trace []byte) []byte {
		trace = slices.Clone(trace)
		trace[len(trace)-1] ^= 1
		return trace
	}
	s.call(wire.ID{Tier: "tier2", Replica: 1}, "c/1", fooMethod, 0)
	s.tick(1)
	if n.stats.Stuck != 1 {
		t.Errorf("the replica was stuck %d times, want 1: it replied something else", n.stats.Stuck)
	}
	n.spoil = nil
	s.settle()
	s.wantEqual()
}

// A method that must not run at a replica does not run for a handler either.
func TestNestedCallOfRefusedMethod(t *testing.T) {
	eachStyle(t, func(t *testing.T, a arm) {
		s := newSystem(t, slides, a, nil)
		s.startAll()
		for _, id := range replicas("tier3") {
			s.nodes[id].services.methods[barMethod].refused = "it reads the stars"
		}
		err := s.call(wire.ID{Tier: "tier2", Replica: 1}, "c/1", fooMethod, 0).err()
		if status.Code(err) != codes.FailedPrecondition || !strings.Contains(err.Error(), "it reads the stars") {
			t.Errorf("got %v, want FAILED_PRECONDITION with the reason", err)
		}
		s.settle()
		s.wantEqual()
	})
}

func TestPanicIsInternal(t *testing.T) {
	eachStyle(t, func(t *testing.T, a arm) {
		s := newSystem(t, slides, a, nil)
		s.startAll()
		err := s.call(wire.ID{Tier: "tier2", Replica: 2}, "c/1", badMethod, 1).err()
		if status.Code(err) != codes.Internal || !strings.Contains(err.Error(), "no such shelf") || !strings.Contains(err.Error(), "slides_test.go:") {
			t.Errorf("got %v, want INTERNAL with the panic's text and position", err)
		}
		s.settle()
		s.wantEqual()
	})
}

// A source that no tape holds ends its operation with an error that names it; the replicas are equal all the same.
func TestBrokenPromiseIsAnError(t *testing.T) {
	eachArm(t, func(t *testing.T, a arm) {
		if a.style == styleLeader || a.technique == compensate.Full {
			t.Skip("nothing is undone, or the state is copied: no tape is needed")
		}
		s := newSystem(t, slides, a, nil)
		s.startAll()
		err := s.call(wire.ID{Tier: "tier2", Replica: 2}, "c/1", badMethod, 2).err()
		if status.Code(err) != codes.Internal || !strings.Contains(err.Error(), "bad random") {
			t.Errorf("got %v, want INTERNAL naming the site", err)
		}
		s.settle()
		s.wantEqual()
	})
}

// What is drawn and cannot be put into words comes to the others as a copy of the state; where not even that will do, as an image.
func TestUnspeakableValues(t *testing.T) {
	for method, stuck := range map[string]bool{oddMethod: false, rogueMethod: true} {
		t.Run(method, func(t *testing.T) {
			eachArm(t, func(t *testing.T, a arm) {
				s := newShelf(t, a, nil)
				err := s.call(s.all[1], "c/1", method, 5).err()
				if refused := status.Code(err) == codes.Internal; refused != stuck {
					t.Errorf("got %v, want INTERNAL: %v", err, stuck)
				}
				s.call(s.all[1], "c/2", putMethod, 6)
				s.settle()
				s.wantEqual()
				var fellBack, hung uint64
				for _, n := range s.nodes {
					fellBack += n.stats.FallBacks
					hung += n.stats.Stuck
				}
				if fellBack == 0 || hung > 0 != stuck {
					t.Errorf("%d fell back and %d were stuck, want some, and stuck: %v", fellBack, hung, stuck)
				}
			})
		})
	}
}

package tiers

import (
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/midas-tiers/midas/tiers/core"
	"github.com/midas-tiers/midas/tiers/wire"
	"github.com/midas-tiers/midas/tiers/wire/wiretest"
)

// A nested call whose deadline passes ends at every replica alike, also if the leader dies meanwhile; what the callee says afterwards is
// told that it is too late.
func TestNestedCallHasItsDeadline(t *testing.T) {
	for _, lost := range []core.MsgKind{core.Request, core.Reply} {
		for _, dies := range []bool{false, true} {
			eachArm(t, func(t *testing.T, a arm) {
				s := newSystem(t, slides, a, nil)
				s.startAll()
				lose := true
				s.net.Filter(func(f wiretest.Flight) wiretest.Verdict {
					if lose && isMessage(f, lost) {
						return wiretest.Drop
					}
					return wiretest.Pass
				})
				r := s.send(wire.ID{Tier: "tier2", Replica: 2}, "c/1", lateMethod, 20)
				s.pump()
				if dies {
					s.lose(wire.ID{Tier: "tier2", Replica: 1})
					s.pump()
				}
				time.Sleep(25 * time.Millisecond)
				answer := s.await(r)
				var got number
				if err := proto.Unmarshal(answer.Message, &got); err != nil || answer.err() != nil || got.Value != 1 {
					t.Errorf("got %v, %v, %v, want 1: the call is late", got.Value, err, answer.err())
				}
				lose = false
				if dies {
					s.start(wire.ID{Tier: "tier2", Replica: 1})
				}
				s.settle()
				s.wantEqual()
			})
		}
	}
}

// A call that is answered in time is not given up.
func TestDeadlineIsMet(t *testing.T) {
	eachArm(t, func(t *testing.T, a arm) {
		s := newSystem(t, slides, a, nil)
		s.startAll()
		answer := s.call(wire.ID{Tier: "tier2", Replica: 2}, "c/1", lateMethod, 5000)
		var got number
		if err := proto.Unmarshal(answer.Message, &got); err != nil || got.Value != 0 {
			t.Errorf("got %v, %v, want 0", got.Value, err)
		}
		s.settle()
		s.wantEqual()
	})
}

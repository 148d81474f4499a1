package tiers

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/midas-tiers/midas/compensate"
	"github.com/midas-tiers/midas/tiers/wire"
)

// movedLink notes who has moved.
type movedLink struct {
	wire.Link
	at map[wire.ID]string
}

func (l movedLink) Move(to wire.ID, addr string) { l.at[to] = addr }

// A replica whose log has taken over tells the other tiers where it is; what an earlier log said does not count any more.
func TestOtherTiersLearnOfMove(t *testing.T) {
	s := newSystem(t, slides, arm{styleLeader, compensate.Reexecute}, nil)
	s.startAll()
	moved, caller := wire.ID{Tier: "tier3", Replica: 2}, s.nodes[wire.ID{Tier: "tier2", Replica: 1}]
	link := movedLink{caller.link, make(map[wire.ID]string)}
	caller.link = link
	s.tick(announceEvery)
	if len(link.at) > 0 {
		t.Errorf("%v are said to have moved", link.at)
	}
	for _, step := range []struct {
		since uint64
		addr  string
		want  string
	}{{7, "a:1", "a:1"}, {9, "b:1", "b:1"}, {7, "a:1", "b:1"}} {
		n := s.nodes[moved]
		n.life.Since, n.place.Tiers = step.since, map[string][]Member{
			"tier2": s.place.Tiers["tier2"], "tier3": {{ID: 1, Peer: "x:1"}, {ID: 2, Peer: step.addr}, {ID: 3, Peer: "x:3"}},
		}
		s.tick(announceEvery)
		if d := cmp.Diff(map[wire.ID]string{moved: step.want}, link.at); d != "" {
			t.Errorf("after a word of %d (-want +got):\n%s", step.since, d)
		}
	}
}

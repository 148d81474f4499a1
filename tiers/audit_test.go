package tiers

import (
	"strings"
	"testing"

	"github.com/midas-tiers/midas/tiers/wire"
)

// A replica whose state differs although it followed every trace has met a source that nobody recorded.
func TestAuditStopsTheOddReplica(t *testing.T) {
	eachStyle(t, func(t *testing.T, a arm) {
		s := newSystem(t, slides, a, nil)
		s.startAll()
		s.call(wire.ID{Tier: "tier2", Replica: 1}, "c/1", fooMethod, 0)
		s.settle()
		odd := wire.ID{Tier: "tier3", Replica: 2}
		s.impls[odd].(*barService).E++
		s.nodes[wire.ID{Tier: "tier3", Replica: 1}].askForBarrier()
		s.pump()
		err := s.fault(odd)
		if err == nil || !strings.Contains(err.Error(), "audit at log entry") || !strings.Contains(err.Error(), "barService.E") {
			t.Errorf("the odd replica's fault is %v, want the audit's, with the path", err)
		}
		for _, id := range s.all {
			if id != odd && s.fault(id) != nil {
				t.Errorf("%s stopped: %v", id, s.fault(id))
			}
		}
	})
}

func TestAuditFindsEqualReplicasEqual(t *testing.T) {
	eachStyle(t, func(t *testing.T, a arm) {
		s := newSystem(t, slides, a, nil)
		s.startAll()
		for _, op := range []string{"c/1", "c/2", "c/3"} {
			s.call(wire.ID{Tier: "tier2", Replica: 1}, op, fooMethod, 0)
		}
		s.settle()
		for _, id := range []wire.ID{{Tier: "tier2", Replica: 1}, {Tier: "tier3", Replica: 1}} {
			s.nodes[id].askForBarrier()
		}
		s.pump()
		for _, id := range s.all {
			n := s.nodes[id]
			if s.fault(id) != nil || n.audit.index == 0 || len(n.audit.heard) != 2 {
				t.Errorf("%s: fault %v, audited at %d, heard %d", id, s.fault(id), n.audit.index, len(n.audit.heard))
			}
		}
	})
}

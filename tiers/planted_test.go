package tiers

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/midas-tiers/midas/tiers/core"
	"github.com/midas-tiers/midas/tiers/wire"
	"github.com/midas-tiers/midas/tiers/wire/wiretest"
)

// bug is one that is planted, with the oracle that is there to catch it.
type bug struct {
	name  string
	plant func(*system)
	run   func(*system) // nil: one operation
	catch func(*system) []string
	want  string
	// active says that only replicas of style active have the bug in them.
	active bool
}

var planted = []bug{
	{
		name: "a replica of tier 2 does more than the others",
		plant: func(s *system) {
			s.impls[wire.ID{Tier: "tier2", Replica: 3}].(*fooService).Heard++
		},
		catch: (*system).differences,
		want:  "tier2 diverged: tier2/3: [tiers.fooService.Heard",
	},
	{
		name: "a replica of tier 1 skips the settle", active: true,
		plant: func(s *system) { s.skipSettle(wire.ID{Tier: "tier1", Replica: 3}) },
		catch: (*system).differences,
		want:  "tier1 diverged: tier1/3: [tiers.frontService.Sent",
	},
	{
		name: "a replica of tier 3 skips the settle", active: true,
		plant: func(s *system) { s.skipSettle(wire.ID{Tier: "tier3", Replica: 2}) },
		catch: (*system).differences,
		want:  "tier3 diverged: tier3/2: [tiers.barService.E",
	},
	{
		name: "tier 2 does not say whose request it took", active: true,
		plant: func(s *system) {
			s.alter(core.Reply, func(m *core.Msg) {
				if m.Fwd != nil {
					m.Fwd.Trace = nil
				}
			})
		},
		catch: (*system).differences,
		want:  "tier1 diverged",
	},
	{
		name: "a request changes between the tiers",
		plant: func(s *system) {
			s.alter(core.Request, func(m *core.Msg) { m.Payload, _ = proto.Marshal(&number{Value: 7}) })
		},
		catch: (*system).mismatches,
		want:  "sum of what tier1 sent and tier2 got",
	},
	{
		name:  "a retry is not recognised",
		plant: func(*system) {},
		run: func(s *system) {
			for _, op := range []string{"c/1", "d/1"} {
				s.call(wire.ID{Tier: "tier1", Replica: 1}, op, enterMethod, 0)
			}
		},
		catch: func(s *system) []string { return s.miscounts(1) },
		want:  "tier3/1 began 2 and ended 2 operations, want 1",
	},
}

func TestOraclesCatchPlantedBugs(t *testing.T) {
	for _, p := range planted {
		eachStyle(t, func(t *testing.T, a arm) {
			if p.active && a.style != styleActive {
				return
			}
			t.Run(p.name, func(t *testing.T) { p.test(t, a) })
		})
	}
}

func (p bug) test(t *testing.T, a arm) {
	s := newSystem(t, threeTiers, a, nil)
	s.startAll()
	p.plant(s)
	if p.run == nil {
		p.run = func(s *system) { s.call(wire.ID{Tier: "tier1", Replica: 1}, "c/1", enterMethod, 0) }
	}
	p.run(s)
	s.settle()
	if found := strings.Join(p.catch(s), "\n"); !strings.Contains(found, p.want) {
		t.Errorf("the oracle says %q, want %q in it", found, p.want)
	}
}

// Without compensation every tier must diverge, or the other tests would prove nothing.
func TestThreeTiersOfVanillaDiverge(t *testing.T) {
	s := newSystem(t, threeTiers, vanilla, nil)
	s.startAll()
	s.call(wire.ID{Tier: "tier1", Replica: 1}, "c/1", enterMethod, 0)
	s.settle()
	for _, tier := range s.tiers {
		if s.difference(tier) == "" {
			t.Errorf("%s: vanilla replicas are equal", tier)
		}
	}
	s.wantCounts(1)
}

// skipSettle makes a replica keep its own execution whatever was chosen.
func (s *system) skipSettle(id wire.ID) {
	s.nodes[id].spoil = func([]byte) []byte { return nil }
}

// alter changes every message of a kind on its way between the clients' tier and the next.
func (s *system) alter(kind core.MsgKind, change func(*core.Msg)) {
	s.net.Filter(func(f wiretest.Flight) wiretest.Verdict {
		m, ok := messageIn(f)
		if !ok || m.Kind != kind || (f.To.Tier != "tier1" && m.FromTier != "tier1") {
			return wiretest.Pass
		}
		change(m)
		f.Frame.Body = must(stable.Marshal(m))
		return wiretest.Pass
	})
}

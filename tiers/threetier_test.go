package tiers

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/midas-tiers/midas/tiers/wire"
	"github.com/midas-tiers/midas/tiers/wire/wiretest"
)

// eachSetting runs f for every technique that compensates, in both commit modes, with networks of several seeds.
func eachSetting(t *testing.T, seeds int, f func(t *testing.T, s *system, seed uint64)) {
	eachArm(t, func(t *testing.T, a arm) {
		for _, commit := range []string{"safe", "fast"} {
			for seed := range uint64(seeds) {
				t.Run(fmt.Sprintf("%s/%d", commit, seed), func(t *testing.T) {
					s := newSystem(t, threeTiers, a, func(p *Place) { p.Commit = commit })
					s.net = wiretest.NewNetwork(seed)
					s.startAll()
					f(t, s, seed)
				})
			}
		}
	})
}

// eachMix runs f for every way to give the three tiers' methods a style each.
func eachMix(t *testing.T, seeds int, f func(t *testing.T, s *system, seed uint64)) {
	for mix := range 8 {
		plans, name := make(map[string]Plan), ""
		for i, method := range []string{enterMethod, fooMethod, barMethod} {
			style := []string{styleLeader, styleActive}[mix>>i&1]
			plans[method] = Plan{Style: style}
			name += style[:1]
		}
		for seed := range uint64(seeds) {
			t.Run(fmt.Sprintf("%s/%d", name, seed), func(t *testing.T) {
				s := newSystem(t, threeTiers, styles[0], func(p *Place) { p.Methods = plans })
				s.net = wiretest.NewNetwork(seed)
				s.startAll()
				f(t, s, seed)
			})
		}
	}
}

// clients send the operations of a three-tier system to random replicas of tier 1, and remember them.
type clients struct {
	s      *system
	rand   *rand.Rand
	asked  []*request
	gained int64 // sum of the replies
}

func newClients(s *system, seed uint64) *clients {
	return &clients{s: s, rand: rand.New(rand.NewPCG(seed, 2))}
}

// send sends n requests, each from a client of its own, with up to 20 steps of the system in between.
func (c *clients) send(n int) {
	c.s.t.Helper()
	for range n {
		at := wire.ID{Tier: "tier1", Replica: 1 + c.rand.IntN(replicasPerTier)}
		for c.s.nodes[at] == nil {
			at.Replica = at.Replica%replicasPerTier + 1
		}
		c.asked = append(c.asked, c.s.send(at, fmt.Sprintf("c%d/1", len(c.asked)+1), enterMethod, 0))
		for range c.rand.IntN(20) {
			c.s.step()
		}
	}
}

// await awaits every reply, then asks the oracles; what the clients were told must be what tier 1 stored.
func (c *clients) await() {
	c.s.t.Helper()
	for _, r := range c.asked {
		answer := c.s.await(r)
		if err := answer.err(); err != nil {
			c.s.t.Fatalf("operation %s: %v", r.op, err)
		}
		var got number
		if err := proto.Unmarshal(answer.Message, &got); err != nil {
			c.s.t.Fatal(err)
		}
		c.gained += got.Value
	}
	c.s.wantRight(len(c.asked))
	if front := c.s.impls[wire.ID{Tier: "tier1", Replica: 1}].(*frontService); front.Got != c.gained {
		c.s.t.Errorf("the replies sum up to %d, tier 1 stored %d", c.gained, front.Got)
	}
}

func TestThreeTiersConverge(t *testing.T) {
	eachSetting(t, 1, func(t *testing.T, s *system, seed uint64) {
		c := newClients(s, seed)
		c.send(12)
		c.await()
		for _, id := range s.all {
			if n := s.nodes[id]; n.stats.Compensations > 0 || n.core.Stats().Repeated > 0 {
				return
			}
		}
		t.Error("no execution was followed: the test proves nothing")
	})
}

func TestThreeTiersInAStorm(t *testing.T) { eachSetting(t, 5, inAStorm) }

func TestMixedStylesInAStorm(t *testing.T) { eachMix(t, 5, inAStorm) }

func inAStorm(t *testing.T, s *system, seed uint64) {
	s.storm(seed)
	c := newClients(s, seed)
	c.send(16)
	c.await()
}

// One replica of every tier, leading or not, dies in the middle of operations and comes back in the middle of others.
func TestThreeTiersLoseAReplicaEach(t *testing.T) { eachSetting(t, 8, losingOneEach) }

func TestMixedStylesLoseAReplicaEach(t *testing.T) { eachMix(t, 10, losingOneEach) }

func losingOneEach(t *testing.T, s *system, seed uint64) {
	s.storm(seed)
	c := newClients(s, seed)
	c.send(6)
	var dead []wire.ID
	for _, tier := range s.tiers {
		id := wire.ID{Tier: tier, Replica: 1 + c.rand.IntN(replicasPerTier)}
		s.lose(id)
		dead = append(dead, id)
		c.send(2)
	}
	s.tick(2)
	c.send(4)
	for _, id := range dead {
		s.start(id)
		c.send(2)
	}
	c.await()
}

// lose kills a replica; if it leads its group, the next one takes over.
func (s *system) lose(id wire.ID) {
	if g := s.groups[id.Tier]; s.leader(id.Tier) == id.Replica {
		g.Lead(id.Replica%replicasPerTier + 1)
	}
	s.kill(id)
}

func (s *system) leader(tier string) int {
	for _, id := range replicas(tier) {
		if n := s.nodes[id]; n != nil && n.running() {
			return (*n.log.Load()).Leader()
		}
	}
	return 0
}

// A retry of an operation that was answered must not reach any tier again.
func TestThreeTiersRunARetryOnce(t *testing.T) {
	eachSetting(t, 1, func(t *testing.T, s *system, _ uint64) {
		for replica := 1; replica <= replicasPerTier; replica++ {
			s.call(wire.ID{Tier: "tier1", Replica: replica}, "c/1", enterMethod, 0)
		}
		s.wantRight(1)
	})
}

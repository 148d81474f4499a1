package tiers

import (
	"fmt"

	"github.com/midas-tiers/midas/compensate"
	"github.com/midas-tiers/midas/tiers/wire"
)

// The oracles return what is wrong, so that tests can also show what each one catches.

// differences compares the states of every tier's replicas, which must be at rest.
func (s *system) differences() []string {
	s.t.Helper()
	var found []string
	for _, tier := range s.tiers {
		if d := s.difference(tier); d != "" {
			found = append(found, fmt.Sprintf("%s diverged: %s", tier, d))
		}
	}
	return found
}

// difference returns the first difference between the states of a tier's replicas, "" if there is none.
func (s *system) difference(tier string) string {
	s.t.Helper()
	first, digest := s.look(replicas(tier)[0])
	for _, id := range replicas(tier)[1:] {
		leaves, d := s.look(id)
		if diff := compensate.Diff(first, leaves); len(diff) > 0 || d != digest {
			return fmt.Sprintf("%s: %v", id, diff)
		}
	}
	return ""
}

// look returns a replica's state.
func (s *system) look(id wire.ID) ([]compensate.Leaf, [32]byte) {
	s.t.Helper()
	leaves, err := s.nodes[id].state.Dump()
	if err != nil {
		s.t.Fatal(err)
	}
	digest, err := s.nodes[id].state.Digest()
	if err != nil {
		s.t.Fatal(err)
	}
	return leaves, digest
}

// miscounts checks that each of the operations ran once at every replica of every tier.
func (s *system) miscounts(ops int) []string {
	var found []string
	for _, id := range s.all {
		if begun, ended := s.impls[id].counts(); begun != ops || ended != ops {
			found = append(found, fmt.Sprintf("%s began %d and ended %d operations, want %d", id, begun, ended, ops))
		}
	}
	return found
}

// mismatches checks the relations that the example's source states, and that the tiers agree on every value that crossed between them.
func (s *system) mismatches() []string {
	var found []string
	equal := func(what string, a, b int64) {
		if a != b {
			found = append(found, fmt.Sprintf("%s: %d and %d", what, a, b))
		}
	}
	for r := 1; r <= replicasPerTier; r++ {
		foo := s.impls[wire.ID{Tier: "tier2", Replica: r}].(*fooService)
		bar := s.impls[wire.ID{Tier: "tier3", Replica: r}].(*barService)
		equal("b = a + 5", foo.B, foo.A+5)
		equal("d = c * 60", foo.D, foo.C*60)
		equal("sum of what tier2 sent and tier3 got", foo.Asked, bar.F)
		equal("sum of what tier3 drew and tier2 got", bar.E, foo.Heard)
		front, ok := s.impls[wire.ID{Tier: "tier1", Replica: r}].(*frontService)
		if !ok {
			continue
		}
		equal("sum of what tier1 sent and tier2 got", front.Sent, foo.Got)
		equal("sum of what tier2 answered and tier1 got", foo.Answered, front.Got)
	}
	return found
}

func (s *system) report(found []string) {
	s.t.Helper()
	for _, f := range found {
		s.t.Error(f)
	}
}

func (s *system) wantEqual() {
	s.t.Helper()
	s.report(s.differences())
}

func (s *system) wantCounts(ops int) {
	s.t.Helper()
	s.report(s.miscounts(ops))
}

func (s *system) wantRelated() {
	s.t.Helper()
	s.report(s.mismatches())
}

// wantRight asks every oracle, once the system is at rest.
func (s *system) wantRight(ops int) {
	s.t.Helper()
	s.settle()
	s.wantEqual()
	s.wantCounts(ops)
	s.wantRelated()
}

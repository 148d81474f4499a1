package tiers

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/midas-tiers/midas/compensate"
	"github.com/midas-tiers/midas/tiers/wire"
)

// refusals are the ways in which replica 3 of tier 2 comes back other than it went.
var refusals = []struct {
	name, want string
	change     func(*Place)
	meanwhile  func(*system)
}{
	{
		name: "initial state differs", want: "its initial state differs from that of replica tier2/",
		meanwhile: func(s *system) {
			s.prime = func(_ wire.ID, impl service) { impl.(*fooService).Pures = 7 }
		},
	},
	{
		name: "initial state differs and names the path", want: "fooService.Pures: 7 here, 0 there",
		meanwhile: func(s *system) {
			s.prime = func(_ wire.ID, impl service) { impl.(*fooService).Pures = 7 }
		},
	},
	{
		name: "log in memory is lost", want: "has lost its log",
		change: func(p *Place) { p.Log = "memory" },
	},
	{
		name: "data folder is lost", want: "has lost its log",
		meanwhile: func(s *system) { s.lives[third] = incarnation{Number: 10} },
	},
	{
		name: "data folder is lost while all are down", want: "has lost its log",
		meanwhile: func(s *system) {
			for _, id := range replicas("tier2")[:2] {
				s.kill(id)
			}
			s.start(wire.ID{Tier: "tier2", Replica: 1})
			s.lives[third] = incarnation{Number: 10}
		},
	},
	{
		name: "another group size", want: "it believes in a group of 5",
		meanwhile: func(s *system) {
			s.place.Tiers = maps.Clone(s.place.Tiers)
			s.place.Tiers["tier2"] = append(slices.Clone(s.place.Tiers["tier2"]), Member{ID: 4}, Member{ID: 5})
		},
	},
}

var third = wire.ID{Tier: "tier2", Replica: 3}

func TestHelloRefuses(t *testing.T) {
	for _, c := range refusals {
		t.Run(c.name, func(t *testing.T) {
			s := newSystem(t, slides, arm{styleLeader, compensate.Reexecute}, c.change)
			s.startAll()
			s.kill(third)
			if c.meanwhile != nil {
				c.meanwhile(s)
			}
			s.start(third)
			s.pump()
			err := s.fault(third)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Fatalf("got %v, want one line with %q", err, c.want)
			}
			if s.nodes[third].running() {
				t.Error("the refused replica runs")
			}
		})
	}
}

// A replica without a memory may have lost it. One that has never met it cannot tell; all together can.
func TestNewReplicaNeedsEverybody(t *testing.T) {
	s := newSystem(t, slides, arm{styleLeader, compensate.Reexecute}, nil)
	first, second := wire.ID{Tier: "tier2", Replica: 1}, wire.ID{Tier: "tier2", Replica: 2}
	s.start(first)
	s.start(second)
	s.tick(3)
	if s.nodes[first].running() || s.nodes[second].running() {
		t.Fatal("two of three new replicas form a group: the third may have formed one before")
	}
	s.start(third)
	s.tick(1)
	for _, id := range replicas("tier2") {
		if !s.nodes[id].running() {
			t.Errorf("%s does not run although all three are there", id)
		}
		s.kill(id)
	}
	s.start(first)
	s.start(second)
	s.pump()
	if !s.nodes[first].running() || !s.nodes[second].running() {
		t.Error("two of three replicas that remember do not go on")
	}
}

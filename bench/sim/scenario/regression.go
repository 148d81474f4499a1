package scenario

import (
	"slices"
	"strings"

	"github.com/midas-tiers/midas/bench/sim/world"
)

// Play runs a regression's events, mends everything and returns what was violated, "" if nothing.
func (s *Scenario) Play(broken bool) string {
	return s.simulation(broken).Play(s.Seed, s.Events)
}

func (s *Scenario) simulation(broken bool) *world.Simulation {
	cfg := s.Runs[0]
	if broken {
		if err := cfg.SetBreak(s.Breaks[0]); err != nil {
			panic(err) // checked when it was read
		}
	}
	return world.NewSimulation(cfg)
}

// Fits says that the violation is of a kind that the regression shows.
func (s *Scenario) Fits(violation string) bool {
	kind, _, _ := strings.Cut(violation, ":")
	return violation != "" && slices.Contains(s.Shows, kind)
}

// Search looks for a seed and a short list of events that show the flaw, and nothing while the rule is kept. It tries so many seeds.
func (s *Scenario) Search(seeds uint64) bool {
	kept, broken := s.simulation(false), s.simulation(true)
	works := func(events []string) bool {
		return s.Fits(broken.Play(s.Seed, events)) && kept.Play(s.Seed, events) == ""
	}
	var best []string
	found := 0
	var at uint64
	for s.Seed = range seeds {
		if !s.Fits(broken.Run(s.Seed)) {
			continue
		}
		events, _ := broken.Trace(s.Seed)
		if !works(events) {
			continue
		}
		events = world.Shrink(events, works)
		if found == 0 || len(events) < len(best) {
			best, at = events, s.Seed
		}
		if found++; found == 3 || len(best) <= 6 {
			break
		}
	}
	s.Seed, s.Events = at, best
	return found > 0
}

package scenario

import (
	"fmt"

	"github.com/midas-tiers/midas/bench/sim/world"
)

// Family runs seeds of a scenario. It is for one goroutine.
type Family struct {
	s    *Scenario
	sims []*world.Simulation
}

// Family prepares a family for one goroutine, with a rule broken if one is named.
func (s *Scenario) Family(broken string) (*Family, error) {
	f := &Family{s: s}
	for _, cfg := range s.Runs {
		if broken != "" {
			if err := cfg.SetBreak(broken); err != nil {
				return nil, fmt.Errorf("scenario %s: %w", s.Name, err)
			}
		}
		f.sims = append(f.sims, world.NewSimulation(cfg))
	}
	return f, nil
}

// Run runs one seed and says what was violated, "" if nothing.
func (f *Family) Run(seed uint64) string { return f.At(seed).Run(seed) }

// At is the simulation that a seed runs in.
func (f *Family) At(seed uint64) *world.Simulation { return f.sims[seed%uint64(len(f.sims))] }

// Configuration is the run line of a seed.
func (f *Family) Configuration(seed uint64) string { return f.s.runText[seed%uint64(len(f.sims))] }

// Cover adds up what the seeds came to.
func (f *Family) Cover() world.Cover {
	var c world.Cover
	for _, s := range f.sims {
		c.Add(&s.Cover)
	}
	return c
}

package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/midas-tiers/midas/bench/sim/scenario"
	"github.com/midas-tiers/midas/bench/sim/world"
)

// breakAll plants each bug in the family that is known to find it, and prints after how many seeds it did.
func (o *options) breakAll(ctx context.Context, w io.Writer, all []*scenario.Scenario) error {
	missed := false
	fmt.Fprintf(w, "%-22s %-14s %8s  %s\n", "broken", "scenario", "seeds", "violation")
	for _, name := range world.Breakable() {
		i := slices.IndexFunc(all, func(s *scenario.Scenario) bool { return !s.Regression() && slices.Contains(s.Breaks, name) })
		if i < 0 {
			fmt.Fprintf(w, "%-22s no family names it\n", name)
			missed = true
			continue
		}
		s := &sweeper{s: all[i], broken: name, workers: 1}
		failed, _, err := s.run(ctx, o.start, o.start+o.seeds)
		switch {
		case err != nil:
			return fmt.Errorf("break %s: %w", name, err)
		case failed == nil:
			fmt.Fprintf(w, "%-22s %-14s   not found in %d\n", name, all[i].Name, o.seeds)
			missed = true
		default:
			fmt.Fprintf(w, "%-22s %-14s %8d  %.80s\n", name, all[i].Name, failed.seed-o.start+1, failed.violation)
		}
	}
	if missed {
		return errViolation
	}
	return nil
}

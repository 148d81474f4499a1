package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/midas-tiers/midas/bench/sim/scenario"
	"github.com/midas-tiers/midas/bench/sim/world"
)

// breakAll plants each bug in the family that is known to find it, and prints after how many seeds it did. A bug that needs more luck than
// seeds have is shown by its regression.
func (o *options) breakAll(ctx context.Context, w io.Writer, all []*scenario.Scenario) error {
	missed := false
	fmt.Fprintf(w, "%-22s %-14s %8s  %s\n", "broken", "scenario", "seeds", "violation")
	for _, name := range world.Breakable() {
		s := breaks(all, name, false)
		if s == nil {
			s = breaks(all, name, true)
		}
		if s == nil {
			fmt.Fprintf(w, "%-22s no scenario breaks it\n", name)
			missed = true
			continue
		}
		seeds, violation, err := o.find(ctx, s, name)
		if err != nil {
			return fmt.Errorf("break %s: %w", name, err)
		}
		missed = missed || violation == ""
		fmt.Fprintf(w, "%-22s %-14s %8s  %.80s\n", name, s.Name, seeds, clean(violation))
	}
	if missed {
		return errViolation
	}
	return nil
}

// breaks is the first family, or regression, that names a bug.
func breaks(all []*scenario.Scenario, name string, regression bool) *scenario.Scenario {
	for _, s := range all {
		if s.Regression() == regression && slices.Contains(s.Breaks, name) {
			return s
		}
	}
	return nil
}

// find says how many seeds it takes to find a bug.
func (o *options) find(ctx context.Context, s *scenario.Scenario, name string) (seeds, violation string, err error) {
	if s.Regression() {
		return "events", s.Play(true), nil
	}
	sw := &sweeper{s: s, broken: name, workers: 1}
	failed, _, err := sw.run(ctx, o.start, o.start+o.seeds)
	if err != nil || failed == nil {
		return fmt.Sprintf(">%d", o.seeds), "", err
	}
	return fmt.Sprint(failed.seed - o.start + 1), failed.violation, nil
}

package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/midas-tiers/midas/bench/sim/world"
)

// report prints how a scenario went and what it reached.
func report(w io.Writer, name string, start uint64, c *world.Cover, took time.Duration) {
	n := max(c.Seeds, 1)
	fmt.Fprintf(w, "%-13s seeds %d to %d, %.0f a second: each at least %d operations over all tiers and %d faults\n",
		name, start, start+uint64(n)-1, float64(c.Seeds)/took.Seconds(), c.MinOps, c.MinFaults)
	fmt.Fprintf(w, "  a seed: %.1f operations, %.1f acknowledged, %.1f log entries, %.0f events, %.1f states compared, %.1f reads\n",
		per(c.Ops, n), per(c.Acked, n), per(c.Entries, n), per(c.Steps, n), per(c.Compared, n), per(c.Reads, n))
	var faults []string
	for i, f := range c.Faults {
		faults = append(faults, fmt.Sprintf("%s %d", world.FaultNames[i], f))
	}
	fmt.Fprintf(w, "  faults: %s\n", strings.Join(faults, ", "))
	s := &c.Core
	fmt.Fprintf(w, "  branches: ran %d (%d without a draw), repeated %d, kept %d, followed %d, waits %d, callbacks %d, closed %d, refused %d, "+
		"forgotten %d, too old %d, images %d, stuck %d, void %d, epochs %d, rebuilds %d, appends lost %d, effects %d, given up %d\n",
		s.Runs, s.Deterministic, s.Repeated, s.Kept, s.Followed, s.Waits, s.Callbacks, s.Closed, s.Refused, s.Forgotten, c.TooOld,
		s.Captures, c.Stuck, s.Void, s.Led, s.Rebuilds, c.LostAppends, c.Performed, c.Expired)
}

func per(x, n int) float64 { return float64(x) / float64(n) }

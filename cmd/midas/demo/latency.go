package demo

import (
	"slices"
	"time"

	"github.com/midas-tiers/midas/cmd/midas/demo/oracle"
)

// latencies returns the acknowledged operations' durations, sorted.
func latencies(rec oracle.Record) []time.Duration {
	var all []time.Duration
	for _, op := range rec {
		if op.Acknowledged {
			all = append(all, op.Return-op.Call)
		}
	}
	slices.Sort(all)
	return all
}

// quantile returns the smallest duration that a share q of all, which are sorted, do not exceed; 0 if there are none.
func quantile(sorted []time.Duration, q float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	i := int(q * float64(len(sorted)))
	if float64(i) == q*float64(len(sorted)) {
		i--
	}
	return sorted[min(max(i, 0), len(sorted)-1)]
}

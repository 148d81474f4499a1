package bench

import (
	"slices"
	"testing"
	"time"
)

// turns times a subject and its baseline in turns, so that both meet the same load of the machine.
type turns struct {
	baseline string // its name in the metric ratio-to-NAME
	runs     int    // of each in one turn: enough that reading the clock does not count
}

// measure reports the subject's median time per run and its ratio to the baseline's.
func (t turns) measure(b *testing.B, baseline, subject func()) {
	b.Helper()
	var base, sub []time.Duration
	for b.Loop() {
		base = append(base, t.time(baseline))
		sub = append(sub, t.time(subject))
	}
	x, y := median(base), median(sub)
	b.ReportMetric(float64(y)/float64(t.runs), "ns/op") // in place of the time of both
	b.ReportMetric(float64(x)/float64(t.runs), t.baseline+"-ns")
	b.ReportMetric(float64(y)/float64(x), "ratio-to-"+t.baseline)
}

func (t turns) time(f func()) time.Duration {
	start := time.Now()
	for range t.runs {
		f()
	}
	return time.Since(start)
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

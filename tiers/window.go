package tiers

import (
	"math/bits"
	"time"

	"github.com/midas-tiers/midas/tiers/core"
)

// Window tells of the replies that a leader in commit mode fast has given to clients before they were in the log. Should it have died
// in between, such a reply could have been contradicted: the operation then runs anew under the next leader, or not at all.
type Window struct {
	Answered uint64        // replies given ahead of the log
	Lost     uint64        // of them, replies to operations that this leader has had to take back, having lost the lead
	P50, P99 time.Duration // from the reply to its entry in the log, rounded up to a power of two microseconds
	Max      time.Duration
}

// window measures how long replies are ahead of the log. What was ordered after a reply, but before the core spoke of it, counts as
// if the reply rested on it: the figures are not too small.
type window struct {
	Window
	open  []ahead
	sizes [40]uint64 // by the number of bits of the microseconds
}

// ahead is a reply that is not in the log.
type ahead struct {
	upTo uint64 // it is in the log when that many entries that this leader has ordered are
	at   time.Time
}

// answered notes a reply that may be ahead of the log.
func (w *window) answered(s core.Stats, at time.Time) {
	if s.Ahead > 0 {
		w.Answered++
		w.open = append(w.open, ahead{s.Ordered, at})
	}
}

// waits says that a reply is not in the log.
func (w *window) waits() bool { return len(w.open) > 0 }

// returned notes that entries have come back from the log.
func (w *window) returned(s core.Stats) {
	n := 0
	for n < len(w.open) && w.open[n].upTo <= s.Ordered-uint64(s.Ahead) {
		d := time.Since(w.open[n].at)
		w.Max = max(w.Max, d)
		w.sizes[min(bits.Len64(uint64(d.Microseconds())), len(w.sizes)-1)]++
		n++
	}
	w.open = w.open[n:]
}

// rebuilt notes that what is not in the log never will be.
func (w *window) rebuilt() {
	w.Lost += uint64(len(w.open))
	w.open = nil
}

// figures are the window's so far.
func (w *window) figures() Window {
	f := w.Window
	f.P50, f.P99 = w.quantile(50), w.quantile(99)
	return f
}

// quantile bounds the least duration that percent of them do not exceed.
func (w *window) quantile(percent uint64) time.Duration {
	var all, sum uint64
	for _, n := range w.sizes {
		all += n
	}
	for size, n := range w.sizes {
		if sum += n; n > 0 && sum*100 >= all*percent {
			return time.Microsecond << size
		}
	}
	return 0
}

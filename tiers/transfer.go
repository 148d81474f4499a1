package tiers

import (
	"time"

	"github.com/midas-tiers/midas/tiers/core"
)

// transfer estimates what a byte in an entry costs: the slope of a line through the sizes of entries and the times from appending each
// to seeing it in the log. Both averages forget. Where entries are of a size, so that nothing can be told, a byte costs what is usual.
type transfer struct {
	sent                   []appended
	size, took             mean // bytes, nanoseconds
	variance, togetherness mean // of the size; of size and time
}

// appended is an entry that this leader has appended.
type appended struct {
	epoch, number uint64
	bytes         int
	at            time.Time
}

const (
	usualPerByte = 10.0    // nanoseconds: a hundred megabytes a second, for network and disk
	usualWeight  = 1 << 20 // square bytes: sizes that vary by a kilobyte tell as much as what is usual
	dearest      = 1000.0
)

func (t *transfer) appended(e *core.Entry, bytes int) {
	t.sent = append(t.sent, appended{e.Epoch, e.Number, bytes, time.Now()})
}

// returned notes that an entry is in the log.
func (t *transfer) returned(e *core.Entry) {
	for len(t.sent) > 0 {
		s := t.sent[0]
		if s.epoch > e.Epoch || s.epoch == e.Epoch && s.number > e.Number {
			return
		}
		t.sent = t.sent[1:]
		if s.epoch == e.Epoch && s.number == e.Number {
			t.learn(float64(s.bytes), float64(time.Since(s.at)))
		}
	}
}

func (t *transfer) learn(bytes, took float64) {
	t.size.add(bytes)
	t.took.add(took)
	off := bytes - t.size.Value
	t.variance.add(off * off)
	t.togetherness.Value += (off*(took-t.took.Value) - t.togetherness.Value) * weight
}

// perByte is in nanoseconds.
func (t *transfer) perByte() float64 {
	slope := (t.togetherness.Value + usualPerByte*usualWeight) / (t.variance.Value + usualWeight)
	return min(max(slope, usualPerByte/10), dearest)
}

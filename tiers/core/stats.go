package core

// Stats counts what a core has done since it was made, and what it holds now.
type Stats struct {
	Runs          uint64 // slivers run
	Deterministic uint64 // of them, without a draw
	Kept          uint64 // slivers whose own execution stands
	Followed      uint64 // slivers made equal to another's execution
	Waits         uint64 // times that a due sliver was passed over because of an unsettled footprint
	Refused       uint64 // requests below a mark
	Forgotten     uint64 // ops
	Captures      uint64
	Proposed      uint64 // entries
	Sent          uint64 // messages

	Ops, Live, Unsettled, Waiting, Owing int // now
}

// Stats returns the counters.
func (c *Core) Stats() Stats {
	s := c.stats
	s.Ops, s.Live, s.Unsettled, s.Waiting, s.Owing = len(c.ops), len(c.live), len(c.unsettled), len(c.waiting), len(c.owing)
	return s
}

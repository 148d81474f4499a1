package core

// Stats counts what a core has done since it was made, and what it holds now.
type Stats struct {
	Runs          uint64 // slivers run live
	Deterministic uint64 // of them, without a draw
	Repeated      uint64 // slivers run with the values that the log gives
	Kept          uint64 // slivers of style active whose own execution stands
	Followed      uint64 // slivers made equal to another's execution
	Waits         uint64 // times that a due sliver was passed over because of an unsettled footprint
	Refused       uint64 // requests below a mark or floor
	Forgotten     uint64 // ops
	Captures      uint64
	Ordered       uint64 // entries, as leader
	Proposed      uint64 // entries, to the leader
	Sent          uint64 // messages to other tiers
	Callbacks     uint64
	Closed        uint64 // offered replies to calls that were given up
	Void          uint64 // entries that count nowhere
	Led           uint64 // epochs
	Rebuilds      uint64

	Ops, Clients, Live, Unsettled, Waiting, Running, Owing, Ahead, Queue int // now; Ahead: entries ordered and not in the log yet; Queue: entries of the log not applied yet
}

// Stats returns the counters.
func (c *Core) Stats() Stats {
	s := c.stats
	s.Ops, s.Clients, s.Live, s.Unsettled, s.Waiting = len(c.ops), len(c.clients), len(c.live), len(c.unsettled), len(c.waiting)+len(c.ready)
	s.Running, s.Owing, s.Ahead, s.Queue = len(c.running), len(c.owing), len(c.ordered), len(c.queue)
	return s
}

// Check says what is wrong with the table of a core at rest, "" if nothing.
func (c *Core) Check() string {
	for id := range c.ops {
		if c.below(id) {
			return "op " + string(id) + " is below its client's mark and kept"
		}
	}
	return ""
}

package core

// slot is an entry that this replica has ordered and that has not come back from the log. The table holds what it does already.
type slot struct {
	entry *Entry
	ready bool      // its sliver has run, so that it can be appended
	held  []Output  // what waits until it is in the log
	asks  []*waiter // local clients whose answers are among that: should it be void, they wait again
}

// enter gives the entry the next place in the log. It is appended when it is ready and all before it were.
func (c *Core) enter(e *Entry, ready bool) *slot {
	e.Epoch, e.Number = c.epoch, c.number+uint64(len(c.ordered))+1
	s := &slot{entry: e, ready: ready}
	c.ordered = append(c.ordered, s)
	c.stats.Ordered++
	c.flush()
	return s
}

// flush appends what is ready.
func (c *Core) flush() {
	for c.sent < len(c.ordered) && c.ordered[c.sent].ready {
		if c.sent == 0 {
			c.heard = c.tick
		}
		c.out(Append{Entry: c.ordered[c.sent].entry})
		c.sent++
	}
}

// leave lets out what others see, as soon as everything that it may rest upon is in the log.
func (c *Core) leave(o Output) {
	if n := len(c.ordered); n > 0 && !c.broken(RuleHold) {
		s := c.ordered[n-1]
		s.held = append(s.held, o)
		return
	}
	c.out(o)
}

// returned says that the entry is the next that this replica waits to see in the log.
func (c *Core) returned(e *Entry) bool {
	return c.sent > 0 && e.Kind != Lead && e.Epoch == c.epoch && e.Number == c.ordered[0].entry.Number
}

// confirm notes that the first ordered entry is in the log, and lets out what waited for it.
func (c *Core) confirm() {
	s := c.ordered[0]
	c.ordered = c.ordered[1:]
	c.sent--
	c.number = s.entry.Number
	c.heard = c.tick
	for _, o := range s.held {
		c.out(o)
	}
	if s.entry.Kind == Checkpoint && c.drain != nil {
		c.drain.back = true
	}
}

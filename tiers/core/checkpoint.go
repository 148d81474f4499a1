package core

// drain is a leader's wait for the ops in flight to end.
type drain struct {
	since   uint64 // tick
	ordered bool   // they have ended, and the Checkpoint is ordered: nothing runs until the image is taken
	back    bool   // the Checkpoint is in the log
}

// Barrier asks for an image: the leader begins nothing but descendants of ops in flight until these have ended, and orders a
// Checkpoint, at which every replica gets a Capture. If they do not end in time the leader gives up; asked again, it tries again.
func (c *Core) Barrier() []Output {
	switch {
	case c.halted():
		return nil
	case c.leads():
		c.startDrain()
	default:
		c.propose(&Entry{Kind: Checkpoint})
	}
	return c.advance()
}

func (c *Core) startDrain() {
	if c.drain == nil {
		c.drain = &drain{since: c.tick}
	}
}

// checkpoint moves a draining leader on: it orders the Checkpoint when nothing is in flight, and takes the image when that is in the
// log. In between nothing is ordered, so that the state is that of the Checkpoint.
func (c *Core) checkpoint() bool {
	d := c.drain
	switch {
	case d == nil || len(c.running) > 0:
		return false
	case d.back:
		c.drain = nil
		c.capture()
		return true
	case d.ordered || !c.leads() || len(c.live)+len(c.waiting)+len(c.ready) > 0 || c.follow != nil:
		return false
	}
	d.ordered = true
	c.enter(&Entry{Kind: Checkpoint}, true)
	return true
}

// drainEnds gives up a drain that takes too long: it holds new ops.
func (c *Core) drainEnds() {
	if d := c.drain; d != nil && !d.ordered && c.tick-d.since >= drainTicks && !c.broken(RuleDrainEnds) && !c.broken(RuleDrainFamily) {
		c.drain = nil
	}
}

// capture takes the image. Every replica does so at the same index.
func (c *Core) capture() {
	c.image = c.encode()
	c.stats.Captures++
	c.out(Capture{Index: c.index})
}

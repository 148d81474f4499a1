package core

// barrier is a snapshot barrier that has been applied and not yet drained.
type barrier struct {
	index uint64
	since uint64 // volatile: tick
}

// Barrier proposes a snapshot barrier. Capture follows once the operations in flight have ended, unless the barrier is abandoned.
func (c *Core) Barrier() []Output {
	c.mustBeFree("Barrier")
	if c.barrier == nil && !c.stuck {
		c.propose(&Entry{Kind: Barrier})
	}
	return c.take()
}

func (c *Core) applyBarrier() {
	if c.barrier == nil {
		c.barrier = &barrier{index: c.index, since: c.tick}
	}
}

func (c *Core) applyUnbarrier(e *Entry) {
	if c.barrier != nil && c.barrier.index == e.Ref {
		c.lift()
	}
}

func (c *Core) lift() {
	c.barrier = nil
	for _, t := range c.waiting {
		t.held = false
	}
}

// holds says that a new op must stay behind the barrier. A descendant of an op in flight passes: its ancestor waits for it.
func (c *Core) holds(o *op) bool {
	return c.barrier != nil && (!c.inFamily(o.id) || c.broken(bugBarrierHoldsFamily))
}

// capture takes the image if a barrier has been drained. Every replica does so at the same index.
func (c *Core) capture() bool {
	if c.barrier == nil {
		return false
	}
	held := 0
	for _, t := range c.waiting {
		if t.held {
			held++
		}
	}
	if held < len(c.live) {
		return false
	}
	c.lift()
	c.image = c.encode()
	c.stats.Captures++
	c.out(Capture{Index: c.index})
	return true
}

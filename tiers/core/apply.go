package core

// apply takes one log entry. Everything it decides is a function of the log prefix.
func (c *Core) apply(e *Entry) {
	mine := c.landed(e)
	switch e.Kind {
	case Begin:
		c.applyBegin(e, mine)
	case Resume:
		c.applyResume(e, mine)
	case Settle:
		c.applySettle(e, mine)
	case Barrier:
		c.applyBarrier()
	case Unbarrier:
		c.applyUnbarrier(e)
	}
}

// applyBegin starts an op, unless it is known or below its client's mark.
func (c *Core) applyBegin(e *Entry, mine bool) {
	name, _, ok := e.Op.Root()
	if !ok {
		return
	}
	if o := c.ops[e.Op]; o != nil && !c.broken(bugForgetDedup) {
		c.mark(name, e.Mark)
		return
	}
	if c.below(e.Op) && !c.broken(bugNoMark) {
		c.refuseWaiter(e.Op)
		return
	}
	c.mark(name, e.Mark)
	o := c.add(e)
	c.live = append(c.live, o)
	s := c.newSliver(o, "", "", "", nil)
	s.speaks = mine
	c.waiting = append(c.waiting, &task{sliver: s, held: c.holds(o)})
}

// applyResume answers an open call: the sliver that issued it settles if the callee decided it, and the next one is due.
func (c *Core) applyResume(e *Entry, mine bool) {
	o := c.ops[e.Op]
	if o == nil || o.done {
		return
	}
	issuer := o.open[e.Call]
	if issuer == nil {
		return
	}
	if e.Fwd == nil && !issuer.settled {
		// The others found that the sliver draws nothing, or settled it, and sent its request as final; here it drew and is not settled.
		// The states differ.
		c.stick()
		return
	}
	c.settle(issuer, e.Fwd, func() { c.resume(o, issuer, e, mine) })
}

func (c *Core) resume(o *op, issuer *sliver, e *Entry, mine bool) {
	var from, tier string
	for _, out := range issuer.own.Outs {
		if out.Call == e.Call {
			from, tier = out.Method, out.Tier
		}
	}
	delete(o.open, e.Call)
	s := c.newSliver(o, e.Call, from, tier, e.Reply)
	s.speaks = mine
	if e.Cb != nil && (mine || !c.broken(bugResumeNoOutcome)) {
		c.owe(s, e.Cb)
	}
	c.waiting = append(c.waiting, &task{sliver: s})
}

// applySettle lets the outcome stand, if it is the first for its sliver.
func (c *Core) applySettle(e *Entry, mine bool) {
	o := c.ops[e.Op]
	if o == nil || e.Out == nil {
		return
	}
	s := o.sliver(e.Call)
	if s == nil || !s.ran || s.settled {
		return
	}
	c.settle(s, e.Out, func() {
		if offersReply(o, e.Out) {
			c.acknowledge(o) // the caller, whose log chose, has the reply
			return
		}
		s.speaks = mine
		c.speak(s)
	})
}

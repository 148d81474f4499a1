package core

// apply takes one log entry. What is valid has been checked by the leader that ordered it, against the same table: the log decides
// nothing twice.
func (c *Core) apply(e *Entry) {
	switch {
	case e.Kind == Lead:
		c.applyLead(e)
		return
	case c.returned(e):
		c.confirm()
		return
	case !c.valid(e):
		c.passOver(e)
		return
	}
	c.number = max(c.number, e.Number)
	delete(c.proposed, keyOf(e))
	switch e.Kind {
	case Begin:
		c.applyBegin(e)
	case Resume:
		c.applyResume(e)
	case Settle:
		c.applySettle(e)
	case Checkpoint:
		c.capture()
	}
}

// valid says that the entry is another replica's, and the next of the epoch in force. One of another epoch was ordered by a replica that
// does not lead any more; one out of sequence rests on an entry that the log does not hold.
func (c *Core) valid(e *Entry) bool {
	if e.Kind == Lead || len(c.ordered) > 0 {
		return false
	}
	return e.Epoch == c.epoch && c.epoch > 0 && e.Number == c.number+1 || c.broken(RuleFence)
}

// passOver counts a void entry. If this replica ordered it, one before it is lost, and what it has ordered since is void.
func (c *Core) passOver(e *Entry) {
	c.stats.Void++
	if c.leading && e.Epoch == c.epoch && len(c.ordered) > 0 && e.Number > c.ordered[0].entry.Number {
		c.resign()
	}
}

// applyBegin starts an op.
func (c *Core) applyBegin(e *Entry) {
	o := newOp(e)
	s := c.newSliver(o, "", "", "", nil)
	c.begun(o, s)
	c.starts(s, e)
}

// starts makes a sliver of the log due: to be run here, or to be repeated if the entry says how it went. If a leader has yet to say so, by
// a Settle, it is not.
func (c *Core) starts(s *sliver, e *Entry) {
	switch {
	case s.op.begin.Active:
		c.due(s, nil)
	case e.Out != nil:
		c.due(s, e.Out)
		c.given(s, e.Out)
	}
}

// applyResume answers an open call: the sliver that issued it settles if the callee decided it, and the next one is due.
func (c *Core) applyResume(e *Entry) {
	o, issuer := c.open(e)
	if issuer == nil || e.Fwd == nil && !issuer.settled && !c.broken(RuleExpireSettled) {
		// The others found that the sliver draws nothing, or settled it, and sent its request as final; here it drew and is not settled.
		// The states differ.
		c.stick()
		return
	}
	next := func() {
		s := c.resumed(o, issuer, e)
		c.answer(o, s, e)
		c.starts(s, e)
	}
	if e.Fwd == nil {
		next()
		return
	}
	c.settle(issuer, e.Fwd, next)
}

// open finds the op whose call the Resume answers and the sliver that issued the call, nil if the call is not open.
func (c *Core) open(e *Entry) (*op, *sliver) {
	o := c.ops[e.Op]
	if o == nil || o.done {
		return nil, nil
	}
	return o, o.open[e.Call]
}

// resumed makes the sliver that a Resume starts.
func (c *Core) resumed(o *op, issuer *sliver, e *Entry) *sliver {
	var from, tier string
	for _, out := range issuer.own.Outs {
		if out.Call == e.Call {
			from, tier = out.Method, out.Tier
		}
	}
	s := c.newSliver(o, e.Call, from, tier, e.Reply)
	s.expired = e.Given
	return s
}

// answer closes the call that the sliver resumes from, and notes what is owed for the reply.
func (c *Core) answer(o *op, s *sliver, e *Entry) {
	delete(o.open, e.Call)
	o.slivers = append(o.slivers, s)
	if e.Cb != nil {
		c.owe(s, e.Cb)
	}
}

// applySettle lets the outcome stand.
func (c *Core) applySettle(e *Entry) {
	o := c.ops[e.Op]
	if o == nil || e.Out == nil || o.sliver(e.Call) == nil {
		c.stick()
		return
	}
	s := o.sliver(e.Call)
	switch {
	case !o.begin.Active:
		c.starts(s, e)
		return
	case !s.ran:
		c.stick()
		return
	}
	c.settle(s, e.Out, func() {
		if offersReply(o, e.Out) {
			c.acknowledge(o) // the caller, whose log chose, has the reply
			return
		}
		c.speak(s)
	})
}

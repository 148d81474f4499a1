package core

import "slices"

// order notes that the leader is to order the entry, once.
func (c *Core) order(e *Entry) {
	if k := keyOf(e); !c.named[k] {
		c.named[k] = true
		c.todo = append(c.todo, e)
	}
}

// orderNext orders the first entry that can be, in the order in which they came.
func (c *Core) orderNext() bool {
	if !c.leads() || len(c.ordered) >= maxAhead || c.follow != nil || c.stalled {
		return false
	}
	for i, e := range c.todo {
		if c.postponed(e) {
			continue
		}
		c.todo = slices.Delete(c.todo, i, i+1)
		if !c.begins(e) {
			delete(c.named, keyOf(e))
		}
		return true
	}
	return false
}

// postponed says that the entry cannot be ordered yet.
func (c *Core) postponed(e *Entry) bool {
	switch {
	case c.drain != nil && c.drain.ordered:
		return true
	case e.Kind == Begin:
		return c.drain != nil && (!c.inFamily(e.Op) || c.broken(RuleDrainFamily))
	}
	return c.busy(e.Op)
}

// begins orders the entry, or makes it a candidate that is ordered when its sliver runs; then it returns true. An entry that asks for
// nothing any more is dropped.
func (c *Core) begins(e *Entry) bool {
	switch e.Kind {
	case Begin:
		return c.orderBegin(e)
	case Resume:
		return c.orderResume(e)
	case Settle:
		if o := c.ops[e.Op]; o != nil {
			if s := o.sliver(e.Call); s != nil && s.ran && !s.settled {
				c.enter(e, true)
				c.applySettle(e)
				return false
			}
		}
	}
	return false
}

func (c *Core) orderBegin(e *Entry) bool {
	if c.ops[e.Op] != nil && !c.broken(RuleDedup) {
		c.serveOp(e.Op)
		return false
	}
	if c.refuses(e) {
		return false
	}
	e.Technique, e.Active = c.cfg.Plan(e)
	if e.Technique == Vanilla {
		e.Active = true
	}
	if e.From == "" {
		e.Floor = c.raised(e.Op)
	}
	o := newOp(e)
	s := c.newSliver(o, "", "", "", nil)
	if !e.Active {
		c.candidate(s, e)
		return true
	}
	c.enter(e, true)
	c.begun(o, s)
	c.due(s, nil)
	return false
}

func (c *Core) orderResume(e *Entry) bool {
	o, issuer := c.open(e)
	if issuer == nil {
		return false
	}
	if e.Fwd == nil && !issuer.settled && !c.broken(RuleExpireSettled) {
		if !e.Given {
			c.stick()
		}
		return false
	}
	if !o.begin.Active {
		c.candidate(c.resumed(o, issuer, e), e)
		return true
	}
	c.enter(e, true)
	c.applyResume(e)
	return false
}

// candidate makes the first sliver of an op, or the next one, due before its entry is ordered: style leader.
func (c *Core) candidate(s *sliver, e *Entry) {
	t := newTask(s)
	t.entry = e
	c.waiting = append(c.waiting, t)
}

// splits orders a Resume that took an offered reply, or gave up the call, although its sliver must wait: the callee waits to hear of it,
// and the sliver may wait for the callee. How the sliver went is a Settle of its own then.
func (c *Core) splits(t *task) bool {
	if t.entry == nil || t.entry.Kind != Resume || t.entry.Cb == nil && !t.entry.Given || len(c.ordered) >= maxAhead || c.broken(RuleSplit) {
		return false
	}
	c.waiting = remove(c.waiting, t)
	delete(c.named, keyOf(t.entry))
	if c.stale(t) {
		return true
	}
	c.enter(t.entry, true)
	c.answer(t.sliver.op, t.sliver, t.entry)
	c.pending(t.sliver)
	return true
}

// pending has a sliver of style leader run that the log has started and not said how it went.
func (c *Core) pending(s *sliver) {
	e := &Entry{Kind: Settle, Op: s.op.id, Call: s.call}
	if !s.op.begin.Active && !s.ran && !c.named[keyOf(e)] {
		c.named[keyOf(e)] = true
		c.candidate(s, e)
	}
}

// stale says that a candidate asks for nothing any more.
func (c *Core) stale(t *task) bool {
	switch t.entry.Kind {
	case Begin:
		return c.ops[t.entry.Op] != nil && !c.broken(RuleDedup) || c.refuses(t.entry)
	case Settle:
		return t.sliver.ran
	}
	_, issuer := c.open(t.entry)
	return issuer == nil
}

// elect orders a candidate whose sliver runs next.
func (c *Core) elect(t *task) {
	delete(c.named, keyOf(t.entry))
	t.slot = c.enter(t.entry, false)
	switch t.entry.Kind {
	case Begin:
		c.begun(t.sliver.op, t.sliver)
	case Resume:
		c.answer(t.sliver.op, t.sliver, t.entry)
	}
}

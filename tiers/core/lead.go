package core

import "slices"

// slot is an entry that this replica has ordered and that has not come back from the log. The table holds what it does already.
type slot struct {
	entry *Entry
	ready bool      // its sliver has run, so that it can be appended
	sent  bool      // it was appended
	held  []Output  // what waits until it is in the log
	asks  []*waiter // local clients whose answers are among that: should it be void, they wait again
}

// drain is a leader's wait for the ops in flight to end.
type drain struct {
	since   uint64 // tick
	ordered bool   // they have ended, and the Checkpoint is ordered: nothing runs until the image is taken
	back    bool   // the Checkpoint is in the log
}

// leads says that this replica orders the log.
func (c *Core) leads() bool { return c.leading && c.believed == c.cfg.Replica }

// Leader tells the core whom the host believes to lead the tier, 0 if it does not know. A replica that is elected again, in another term, is
// told 0 before: what it ordered in the earlier one is not known to be all that was.
func (c *Core) Leader(replica int) []Output {
	if replica == c.believed {
		return nil
	}
	c.believed = replica
	c.proposed = map[key]uint64{}
	c.leadSaid = pace{}
	if c.halted() {
		return nil
	}
	early := c.early
	if replica != c.cfg.Replica {
		if !c.broken(RuleLeadAnew) {
			c.leading = false // should it be elected again, others may have led in between
		}
		c.unqueue()
	}
	c.claim()
	if replica != 0 {
		c.serveAll()
	}
	if replica != 0 && replica != c.cfg.Replica {
		for _, e := range early {
			c.propose(e)
		}
	}
	return c.advance()
}

// claim appends this replica's Lead entry if it is believed to lead and does not. Only the latest claim counts: of an earlier one it is
// not known any more what was ordered under it.
func (c *Core) claim() {
	if c.believed != c.cfg.Replica || c.leading || !c.leadSaid.due(c.tick) {
		return
	}
	c.claims++
	c.out(Append{Entry: &Entry{Kind: Lead, Replica: c.cfg.Replica, Incarnation: c.cfg.Incarnation, Number: c.claims}})
	if c.broken(RuleLeadApplied) {
		c.leading, c.epoch, c.number = true, c.index, 0
	}
}

// applyLead begins an epoch. What this replica ordered in an earlier one and has not seen in the log never will be valid: what it ran
// ahead is void.
func (c *Core) applyLead(e *Entry) {
	c.epoch, c.number = c.index, 0
	mine := e.Replica == c.cfg.Replica && e.Incarnation == c.cfg.Incarnation && e.Number == c.claims
	if len(c.ordered) > 0 && !c.broken(RuleRebuild) {
		c.rebuild()
		return
	}
	c.ordered = nil
	c.leading = mine
	if !c.leading {
		c.unqueue()
		return
	}
	c.stats.Led++
	c.heard = c.tick
	c.restartReads()
	for _, e := range c.early {
		c.order(e)
	}
	c.early = nil
	c.serveAll()
	for _, o := range c.live {
		for _, s := range o.slivers {
			if c.pending(s); s.ran {
				c.emit(s, toAll)
			}
		}
	}
}

// rebuild gives up the table: it holds what the log will never hold.
func (c *Core) rebuild() {
	c.void = true
	c.stats.Rebuilds++
	c.out(Rebuild{})
}

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
		c.todo = append(c.todo[:i:i], c.todo[i+1:]...)
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

// unqueue drops what this replica has not ordered yet: another one is to be asked.
func (c *Core) unqueue() {
	c.todo, c.early, c.named = nil, nil, map[key]bool{}
	c.waiting = slices.DeleteFunc(c.waiting, func(t *task) bool { return t.entry != nil })
	c.waiters.dropRemote()
	c.restartReads()
	if c.drain != nil && !c.drain.ordered {
		c.drain = nil
	}
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
	for i, s := range c.ordered {
		if !s.ready {
			return
		}
		if !s.sent {
			s.sent = true
			c.out(Append{Entry: s.entry})
			if i == 0 {
				c.heard = c.tick
			}
		}
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
	return len(c.ordered) > 0 && e.Kind != Lead && e.Epoch == c.epoch && e.Number == c.ordered[0].entry.Number && c.ordered[0].sent
}

// confirm notes that the first ordered entry is in the log, and lets out what waited for it.
func (c *Core) confirm() {
	s := c.ordered[0]
	c.ordered = c.ordered[1:]
	c.number = s.entry.Number
	c.heard = c.tick
	for _, o := range s.held {
		c.out(o)
	}
	if s.entry.Kind == Checkpoint && c.drain != nil {
		c.drain.back = true
	}
}

// watch appends a new Lead entry when what this replica has ordered does not come back: a part of it is lost, and the rest is void.
func (c *Core) watch() {
	if c.leading && len(c.ordered) > 0 && c.ordered[0].sent && c.tick-c.heard >= lostTicks {
		c.resign()
	}
	c.claim()
}

func (c *Core) resign() {
	c.leading, c.leadSaid = false, pace{}
	c.unqueue()
}

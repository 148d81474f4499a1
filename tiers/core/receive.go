package core

// Receive takes a message from another replica. Messages may be lost, repeated, late and out of order.
func (c *Core) Receive(m *Msg) []Output {
	if c.halted() {
		return nil
	}
	switch _, _, ok := m.Op.Root(); {
	case m.FromTier == c.cfg.Tier && m.Kind >= Proposal:
		c.receiveOwn(m)
	case !ok:
	case m.Kind == Request:
		c.receiveRequest(m)
	case m.Kind == Reply:
		c.receiveReply(m)
	case m.Kind == Callback:
		c.receiveCallback(m)
	case m.Kind == Ack:
		c.receiveAck(m)
	case m.Kind == Refused:
		c.receiveRefused(m)
	}
	return c.advance()
}

// receiveOwn takes a message from a replica of the own tier.
func (c *Core) receiveOwn(m *Msg) {
	switch m.Kind {
	case Proposal:
		c.receiveProposal(m)
	case Answered:
		c.receiveAnswered(m)
	case ReadAsk:
		c.receiveReadAsk(m)
	case ReadIndex:
		c.receiveReadIndex(m)
	}
}

// receiveProposal orders what another replica asks for, if this one leads. A client's request also waits here, in its replica's name.
func (c *Core) receiveProposal(m *Msg) {
	e := m.Entry
	if e == nil || c.believed != c.cfg.Replica {
		return
	}
	if e.Kind == Checkpoint {
		if c.leads() {
			c.startDrain()
		}
		return
	}
	if _, _, ok := e.Op.Root(); !ok {
		return
	}
	if e.Kind != Begin || e.From != "" {
		c.propose(e)
		return
	}
	w := c.waiters.add(c, &ClientRequest{
		Op: e.Op, Mark: e.Mark, Method: e.Method, Request: e.Request, Meta: e.Meta, Technique: e.Technique,
	})
	w.from = append(remove(w.from, m.FromReplica), m.FromReplica)
	c.serve(w)
}

// receiveAnswered takes the leader's answer to a client that waits here: the log may bring it here later.
func (c *Core) receiveAnswered(m *Msg) {
	w := c.waiters.byOp[m.Op]
	if w == nil || !w.local {
		return
	}
	c.waiters.remove(w)
	if m.Refusal != nil {
		c.out(*m.Refusal)
		return
	}
	c.out(Answer{Op: m.Op, Payload: m.Payload, Durable: !c.cfg.Fast})
}

// receiveRequest begins an op, or answers for one that is known.
func (c *Core) receiveRequest(m *Msg) {
	if o := c.ops[m.Op]; o != nil {
		if s := o.replied(); s != nil {
			c.emit(s, m.FromReplica)
		}
		return
	}
	e := &Entry{
		Kind: Begin, Op: m.Op, From: m.FromTier, Method: m.Method, Request: m.Payload, Meta: m.Meta,
		Technique: m.Technique, Mark: m.Mark, Floor: m.Floor, Fwd: m.Fwd,
	}
	if !c.refuses(e) {
		c.propose(e)
	}
}

// receiveReply proposes the Resume of an open call. An offer for a call that is closed gets to hear what was chosen.
func (c *Core) receiveReply(m *Msg) {
	id, call, nested := m.Op.Parent()
	if !nested {
		return
	}
	o := c.ops[id]
	switch {
	case o == nil:
		if m.Out != nil && (c.below(id) || c.forgotten(id)) {
			c.close(m)
		}
	case o.open[call] != nil && !o.done:
		c.propose(&Entry{Kind: Resume, Op: id, Call: call, Reply: m.Payload, Fwd: m.Fwd, Cb: m.Out})
	case m.Out != nil:
		s := o.sliver(call)
		switch {
		case s == nil && o.done: // out of an image, which holds what is owed: the call was given up, or the choice is in the callee's log
			c.close(m)
		case s == nil:
		case s.owed != nil:
			if s.told.due(c.tick) {
				c.callback(s, m.FromReplica)
			}
		case s.expired && !c.broken(RuleExpireCloses):
			c.close(m)
		}
	}
}

// close says that none of the offered replies to a call was taken.
func (c *Core) close(m *Msg) {
	c.stats.Closed++
	c.send(m.FromTier, m.FromReplica, &Msg{Kind: Callback, Op: m.Op, Closed: true})
}

// receiveCallback orders the caller's choice in the own log.
func (c *Core) receiveCallback(m *Msg) {
	o := c.ops[m.Op]
	if o == nil {
		if c.below(m.Op) || c.forgotten(m.Op) {
			c.ack(m.Op, m.FromTier, m.FromReplica)
		}
		return
	}
	if o.done {
		c.ack(m.Op, m.FromTier, m.FromReplica)
		return
	}
	s := o.replied()
	if s == nil || s.settled || !offersReply(o, &s.own) {
		return
	}
	o.ackDue = !m.Closed
	out := s.own
	if m.Out != nil {
		out = *m.Out.whole(m.Payload)
	}
	c.propose(&Entry{Kind: Settle, Op: o.id, Call: s.call, Out: &out})
}

func (c *Core) receiveAck(m *Msg) {
	id, call, nested := m.Op.Parent()
	if !nested {
		return
	}
	if o := c.ops[id]; o != nil {
		if s := o.sliver(call); s != nil {
			c.paid(s)
		}
	}
}

// receiveRefused has a call answered that its callee refuses, for good.
func (c *Core) receiveRefused(m *Msg) {
	c.stats.Refused++
	id, call, nested := m.Op.Parent()
	if o := c.ops[id]; nested && o != nil && !o.done && o.open[call] != nil {
		c.leave(CallRefused{Op: id, Call: call})
	}
}

package core

// Receive takes a message from another tier. Messages may be lost, repeated, late and out of order.
func (c *Core) Receive(m *Msg) []Output {
	c.mustBeFree("Receive")
	if c.stuck {
		return nil
	}
	if _, _, ok := m.Op.Root(); !ok {
		return nil
	}
	switch m.Kind {
	case Request:
		c.receiveRequest(m)
	case Reply:
		c.receiveReply(m)
	case Callback:
		c.receiveCallback(m)
	case Ack:
		c.receiveAck(m)
	case Refused:
		c.stats.Refused++
	}
	return c.take()
}

// receiveRequest begins an op, or answers for one that is known.
func (c *Core) receiveRequest(m *Msg) {
	if o := c.ops[m.Op]; o != nil {
		if s := o.replied(); s != nil {
			c.emit(s, m.FromReplica)
		}
		return
	}
	if c.below(m.Op) {
		c.send(m.FromTier, m.FromReplica, &Msg{Kind: Refused, Op: m.Op})
		return
	}
	c.propose(&Entry{
		Kind: Begin, Op: m.Op, From: m.FromTier, Method: m.Method, Request: m.Payload, Meta: m.Meta,
		Technique: m.Technique, Mark: m.Mark, Fwd: m.Fwd,
	})
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
		if m.Out != nil && c.below(id) {
			c.send(m.FromTier, m.FromReplica, &Msg{Kind: Callback, Op: m.Op, Closed: true})
		}
	case o.open[call] != nil && !o.done:
		c.propose(&Entry{Kind: Resume, Op: id, Call: call, Reply: m.Payload, Fwd: m.Fwd, Cb: m.Out})
	case m.Out != nil:
		if s := o.sliver(call); s != nil && s.owed != nil && s.told.due(c.tick) {
			c.callback(s, m.FromReplica)
		}
	}
}

// receiveCallback orders the caller's choice in the own log.
func (c *Core) receiveCallback(m *Msg) {
	o := c.ops[m.Op]
	if o == nil {
		if c.below(m.Op) {
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
	o.ackDue = true
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

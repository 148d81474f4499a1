package core

// owe notes that the Resume which started the sliver took an offered reply: the callee must learn which. The leader says so at once.
func (c *Core) owe(s *sliver, chosen *Outcome) {
	if c.broken(RuleCallback) {
		return
	}
	s.owed = chosen
	s.told = newPace(c.tick, c.patience())
	c.owing = append(c.owing, s)
	if c.leads() {
		c.callback(s, s.told.audience())
	}
}

// callback tells the callee which of its offered replies stands.
func (c *Core) callback(s *sliver, to int) {
	c.stats.Callbacks++
	c.send(s.tier, to, &Msg{Kind: Callback, Op: s.op.id.Nested(s.call), Payload: s.answer, Out: s.owed})
}

// acknowledge tells every replica of the calling tier that the choice is in this tier's log. It leaves from the replica that the
// callback came to; should that one die, the callers repeat the callback to another.
func (c *Core) acknowledge(o *op) {
	if !o.done || !o.ackDue {
		return
	}
	o.ackDue = false
	c.ack(o.id, o.begin.From, toAll)
}

func (c *Core) ack(id OpID, tier string, to int) {
	c.send(tier, to, &Msg{Kind: Ack, Op: id})
}

// paid notes that the callee's log has the choice.
func (c *Core) paid(s *sliver) {
	if s.owed == nil {
		return
	}
	s.owed = nil
	c.owing = remove(c.owing, s)
	if s.op.done {
		s.answer = nil
	}
	c.forget(s.op)
}

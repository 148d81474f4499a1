package core

// key is what makes two proposals the same one: the log takes the first of them.
type key struct {
	kind Kind
	op   OpID
	call CallID
}

// propose asks for the entry, at most once per retryTicks whatever messages come in: the log must not fill with duplicates.
func (c *Core) propose(e *Entry) {
	k := key{e.Kind, e.Op, e.Call}
	if at, ok := c.proposed[k]; ok && c.tick-at < retryTicks {
		return
	}
	c.proposed[k] = c.tick
	c.stats.Proposed++
	c.out(Propose{Entry: e})
}

// landed says that the first word on what comes of the entry is this replica's, because it proposed it, and forgets the proposal: from
// here on the op table answers for it. A client's Begin is proposed by every replica at which the client waits; its edge speaks.
func (c *Core) landed(e *Entry) bool {
	k := key{e.Kind, e.Op, e.Call}
	_, mine := c.proposed[k]
	delete(c.proposed, k)
	if e.Kind == Begin && e.From == "" {
		return mine && e.Edge == c.cfg.Replica
	}
	return mine
}

// proposeSettle puts this replica's own execution forward for a sliver that its own log decides.
func (c *Core) proposeSettle(s *sliver) {
	if s.settled {
		return
	}
	own := s.own
	c.propose(&Entry{Kind: Settle, Op: s.op.id, Call: s.call, Out: &own})
}

func (c *Core) send(tier string, replica int, m *Msg) {
	m.FromTier, m.FromReplica = c.cfg.Tier, c.cfg.Replica
	c.stats.Sent++
	c.out(Send{Tier: tier, Replica: replica, Msg: m})
}

package core

// An external effect is a call whose callee is the leader's host. Its request never is an offer: it leaves when it is settled and in the
// log, so that no effect happens which no replica remembers. Its result is ordered as the call's Resume. If the leader dies in between, the
// next one has it performed again with the same arguments: towards the outside at least once, towards the state exactly once.

// emitEffect has an open effect performed, if this replica leads and its host has come to it.
func (c *Core) emitEffect(s *sliver, out *Out) {
	if s.op.open[out.Call] != s || !c.leads() || s.away {
		return
	}
	if !s.settled && !c.broken(RuleEffectDurable) {
		c.proposeSettle(s)
		return
	}
	if c.broken(RuleEffectDurable) {
		c.out(Perform{Op: s.op.id, Call: out.Call})
		return
	}
	c.leave(Perform{Op: s.op.id, Call: out.Call})
}

// Performed takes the result of an external effect, encoded by the host.
func (c *Core) Performed(id OpID, call CallID, result []byte) []Output {
	if c.halted() {
		return nil
	}
	if o := c.ops[id]; o != nil && !o.done && o.open[call] != nil {
		c.propose(&Entry{Kind: Resume, Op: id, Call: call, Reply: result})
	}
	return c.advance()
}

// Expire closes a call that its op has given up, with the reply that the op gets instead. A call whose request is still an offer is not
// closed: its callee may have taken it. The host asks again, at the leader.
func (c *Core) Expire(id OpID, call CallID, reply []byte) []Output {
	if c.halted() {
		return nil
	}
	o := c.ops[id]
	if o == nil || o.done {
		return c.advance()
	}
	if issuer := o.open[call]; issuer != nil && (issuer.settled || c.broken(RuleExpireSettled)) {
		c.propose(&Entry{Kind: Resume, Op: id, Call: call, Reply: reply, Given: true})
	}
	return c.advance()
}

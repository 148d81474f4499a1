package core

// Audiences of a Send that are no replica's number.
const (
	toLeader = 0
	toAll    = -1
)

// speak lets out what a sliver emitted, right after it ran or settled, if the first word is this replica's.
func (c *Core) speak(s *sliver) {
	s.words = newPace(c.tick, c.patience(s))
	if c.speaksFirst(s) {
		c.emit(s, s.words.audience())
	}
}

// speaksFirst: one replica's word is enough if it arrives. The one that proposed the entry speaks, because it is the one known to be
// alive; the others repeat it on Tick. Only clients are answered wherever they wait.
func (c *Core) speaksFirst(s *sliver) bool {
	if !s.answersClient() {
		return s.speaks
	}
	switch {
	case s.settled, c.broken(bugEarlyReply):
		return true
	case c.cfg.Fast:
		return c.isEdge(s)
	}
	return s.speaks
}

// patience is how many ticks a replica leaves the first word to another. In commit mode fast the edge replica has answered its
// client already: its execution must stand unless it has died.
func (c *Core) patience(s *sliver) uint64 {
	if c.cfg.Fast && s.answersClient() && !s.settled && !c.isEdge(s) {
		return suspectTicks
	}
	return retryTicks
}

// isEdge says that in commit mode fast this replica answers the sliver's client.
func (c *Core) isEdge(s *sliver) bool {
	return c.cfg.Fast && s.answersClient() && s.op.begin.Edge == c.cfg.Replica
}

// emit lets out what may leave: finals and offers. Everything else needs its Settle in the own log first.
func (c *Core) emit(s *sliver, to int) {
	if len(s.own.Outs) == 0 && !c.broken(bugNoOutputNoSettle) {
		c.proposeSettle(s)
	}
	for i := range s.own.Outs {
		out := &s.own.Outs[i]
		switch {
		case out.Call != "":
			c.emitRequest(s, out, to)
		case s.op.begin.From == "":
			c.emitAnswer(s, out)
		default:
			c.emitReply(s, out, to)
		}
	}
}

func (c *Core) emitRequest(s *sliver, out *Out, to int) {
	o := s.op
	if o.open[out.Call] != s {
		return
	}
	m := &Msg{
		Kind: Request, Op: o.id.Nested(out.Call), Method: out.Method, Payload: out.Payload, Meta: out.Meta,
		Technique: o.begin.Technique, Mark: c.markFor(o),
	}
	if !s.settled {
		if !c.offersRequest(s, out) {
			c.proposeSettle(s)
			return
		}
		m.Fwd = s.own.lean()
	}
	c.send(out.Tier, to, m)
}

// offersRequest says that the callee's log may decide the sliver. It can choose only among executions that ask it the same single
// question, and only if the choice cannot come to wait for this tier.
func (c *Core) offersRequest(s *sliver, out *Out) bool {
	return len(s.own.Outs) == 1 && out.Steady && c.cfg.OffersRequests(out.Tier)
}

// offersReply says that the caller's log may decide the sliver with this outcome: it can choose only if every execution replies, and
// does nothing else.
func offersReply(o *op, out *Outcome) bool {
	r := out.reply()
	return r != nil && len(out.Outs) == 1 && o.begin.From != "" && !r.OwnLog
}

// emitAnswer answers the client that waits here. Its reply leaves when it is settled; in commit mode fast the edge is ahead of that.
func (c *Core) emitAnswer(s *sliver, out *Out) {
	if s.settled || c.isEdge(s) || c.broken(bugEarlyReply) {
		c.answerWaiter(s.op.id, out.Payload)
	}
	c.proposeSettle(s)
}

// emitReply answers the calling tier: with a final, or with an offer that the caller's log decides.
func (c *Core) emitReply(s *sliver, out *Out, to int) {
	m := &Msg{Kind: Reply, Op: s.op.id, Payload: out.Payload, Fwd: s.op.begin.Fwd}
	if c.broken(bugDropForward) {
		m.Fwd = nil
	}
	if !s.settled {
		if c.broken(bugNestedReplyWaits) {
			return
		}
		if !offersReply(s.op, &s.own) {
			c.proposeSettle(s)
			return
		}
		m.Out = s.own.lean()
	}
	c.send(s.op.begin.From, to, m)
}

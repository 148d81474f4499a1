package core

// Audiences of a Send that are no replica's number.
const (
	toLeader = 0
	toAll    = -1
)

// speak lets out what a sliver emitted, right after it ran or settled: clients are answered wherever they wait, everything else is said
// by the leader first. The others repeat it on Tick, should the leader be dead or cut off.
func (c *Core) speak(s *sliver) {
	s.words = newPace(c.tick, c.patience())
	if s.settled && s.answersClient() {
		c.answerWaiter(s.op.id, s.own.reply().Payload)
	}
	if c.leads() {
		c.emit(s, s.words.audience())
	}
}

// patience is how many ticks this replica waits before it repeats a word.
func (c *Core) patience() uint64 {
	if c.leads() {
		return retryTicks
	}
	return followerTicks
}

// emit lets out what may leave: finals and offers. Everything else needs its Settle in the own log first.
func (c *Core) emit(s *sliver, to int) {
	if len(s.own.Outs) == 0 && !c.broken(RuleNoOutputSettles) {
		c.proposeSettle(s)
	}
	for i := range s.own.Outs {
		out := &s.own.Outs[i]
		switch {
		case out.Effect:
			c.emitEffect(s, out)
		case out.Call != "":
			c.emitRequest(s, out, to)
		case s.op.begin.From == "":
			c.proposeSettle(s)
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
		Technique: o.begin.Technique, Mark: c.markFor(o), Floor: c.floorFor(o),
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
	return (len(s.own.Outs) == 1 || c.broken(RuleFanOffers)) && out.Steady && c.cfg.OffersRequests(out.Tier)
}

// offersReply says that the caller's log may decide the sliver with this outcome: it can choose only if every execution replies, and
// does nothing else.
func offersReply(o *op, out *Outcome) bool {
	r := out.reply()
	return r != nil && len(out.Outs) == 1 && o.begin.From != "" && !r.OwnLog
}

// emitReply answers the calling tier: with a final, or with an offer that the caller's log decides.
func (c *Core) emitReply(s *sliver, out *Out, to int) {
	m := &Msg{Kind: Reply, Op: s.op.id, Payload: out.Payload, Fwd: s.op.begin.Fwd}
	if c.broken(RuleForward) {
		m.Fwd = nil
	}
	if !s.settled {
		if c.broken(RuleNestedReplyOffers) {
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

// proposeSettle puts this replica's own execution forward for a sliver that its own log decides. The leader's is the one at hand.
func (c *Core) proposeSettle(s *sliver) {
	if s.settled || !c.leads() {
		return
	}
	own := s.own
	c.order(&Entry{Kind: Settle, Op: s.op.id, Call: s.call, Out: &own})
}

// propose asks that the entry be ordered: here, or by the believed leader, at most once per retryTicks whatever messages come in.
func (c *Core) propose(e *Entry) {
	switch {
	case c.leads():
		c.order(e)
		return
	case (c.believed == c.cfg.Replica || c.believed == 0) && len(c.early) < maxAhead:
		c.early = append(c.early, e)
		return
	}
	k := keyOf(e)
	if at, ok := c.proposed[k]; ok && c.tick-at < retryTicks || c.believed == 0 || c.believed == c.cfg.Replica {
		return
	}
	c.proposed[k] = c.tick
	c.stats.Proposed++
	c.tell(c.believed, &Msg{Kind: Proposal, Op: e.Op, Entry: e})
}

// tell sends a message to another replica of this tier. It says nothing of what this replica has run ahead of the log.
func (c *Core) tell(replica int, m *Msg) {
	m.FromTier, m.FromReplica = c.cfg.Tier, c.cfg.Replica
	c.out(Send{Tier: c.cfg.Tier, Replica: replica, Msg: m})
}

// send sends a message to another tier, as soon as the log holds what it rests on.
func (c *Core) send(tier string, replica int, m *Msg) {
	m.FromTier, m.FromReplica = c.cfg.Tier, c.cfg.Replica
	c.stats.Sent++
	c.leave(Send{Tier: tier, Replica: replica, Msg: m})
}

package core

import "slices"

// A read runs without the log. It must see everything that was acknowledged before it was asked, and nothing that may yet be undone.
//
// At the leader it runs on what the leader has run ahead, and its answer leaves when all of that is in the log and the host has made sure
// that nobody else led meanwhile: then nothing was acknowledged elsewhere. A follower asks the leader from which log index on it may run.

// read is a waiting client's request that needs no log.
type read struct {
	waiter  *waiter
	asked   uint64 // token of the verification that suffices; of a follower's, 0
	slot    *slot  // the last that was ordered when the read ran: it waits until that is in the log
	index   uint64 // follower: it may run once this is applied; 0 until the leader has said so
	task    *task  // due or with the host
	ran     bool
	payload []byte
}

// op is what the host knows the read by.
func (r *read) op() OpID { return r.waiter.req.Op }

// asker is a follower that wants to know a read index.
type asker struct {
	op      OpID
	replica int
	token   uint64
	slot    *slot
}

// verify numbers the questions to the host whether this replica still leads. One is open at a time; a read needs one that was asked after
// it came.
type verify struct {
	asked, answered uint64
	wanted          uint64
	askers          []asker
}

// restartReads has every waiting read ask again, because another replica leads. What is asked of the host now is for nobody.
func (c *Core) restartReads() {
	c.reads, c.verify.askers = nil, nil
	c.verify.answered, c.verify.wanted = c.verify.asked, c.verify.asked
	c.waiting = slices.DeleteFunc(c.waiting, func(t *task) bool { return t.read != nil })
}

func (c *Core) serveRead(w *waiter) {
	if r := c.readOf(w.req.Op); r != nil {
		if !c.leads() && r.index == 0 && r.asked == 0 {
			c.askIndex(r)
		}
		return
	}
	r := &read{waiter: w}
	c.reads = append(c.reads, r)
	if c.leads() {
		r.asked = c.wantVerify()
		c.readDue(r)
		return
	}
	if c.broken(RuleReadIndex) {
		c.readDue(r)
		return
	}
	c.askIndex(r)
}

func (c *Core) askIndex(r *read) {
	if c.believed != 0 && c.believed != c.cfg.Replica {
		c.tell(c.believed, &Msg{Kind: ReadAsk, Op: r.op()})
	}
}

func (c *Core) readOf(id OpID) *read {
	for _, r := range c.reads {
		if r.op() == id {
			return r
		}
	}
	return nil
}

// dropRead forgets a read whose client has gone. One that is with the host ends there.
func (c *Core) dropRead(id OpID) {
	c.reads = slices.DeleteFunc(c.reads, func(r *read) bool { return r.op() == id && r.waiter != c.waiters.byOp[id] })
	c.waiting = slices.DeleteFunc(c.waiting, func(t *task) bool { return t.read != nil && t.read.op() == id && c.readOf(id) == nil })
}

// readDue makes the read wait for its run like any sliver.
func (c *Core) readDue(r *read) {
	req := r.waiter.req
	begin := &Entry{Kind: Begin, Op: req.Op, Method: req.Method, Request: req.Request, Meta: req.Meta, Technique: req.Technique}
	f := c.cfg.Footprint(begin, "")
	r.task = &task{read: r, begin: begin, footprint: &f}
	c.waiting = append(c.waiting, r.task)
}

// wantVerify returns the token of a verification that begins after now.
func (c *Core) wantVerify() uint64 {
	c.verify.wanted = c.verify.asked + 1
	return c.verify.wanted
}

// Verified says that this replica led the tier at some moment after Verify was asked with the token. The host asks itself again until
// it knows so, or until the tier has another leader.
func (c *Core) Verified(token uint64) []Output {
	if token == c.verify.asked {
		c.verify.answered = max(c.verify.answered, token)
	}
	return c.advance()
}

func (c *Core) readRan(r *read, ran Ran) {
	r.ran, r.task = true, nil
	if out := ran.Outcome.reply(); out != nil {
		r.payload = out.Payload
	}
	r.slot = c.last()
}

// last is the last entry that was ordered and is not in the log, nil if there is none.
func (c *Core) last() *slot {
	if n := len(c.ordered); n > 0 && !c.broken(RuleReadDurable) {
		return c.ordered[n-1]
	}
	return nil
}

// inLog says that an ordered entry has come back.
func (c *Core) inLog(s *slot) bool { return s == nil || !slices.Contains(c.ordered, s) }

// serveReads moves the reads on that wait for something which has happened.
func (c *Core) serveReads() {
	if c.halted() || len(c.reads)+len(c.verify.askers) == 0 {
		return
	}
	if v := &c.verify; c.leads() && v.wanted > v.asked && v.answered == v.asked {
		v.asked++
		c.out(Verify{Token: v.asked})
	}
	more := false
	for _, r := range append([]*read(nil), c.reads...) {
		switch {
		case r.ran && c.verified(r.asked) && c.inLog(r.slot):
			c.reads = remove(c.reads, r)
			c.waiters.remove(r.waiter)
			c.out(Answer{Op: r.op(), Payload: r.payload, Durable: true})
		case r.index > 0 && r.task == nil && !r.ran && c.index >= r.index:
			c.readDue(r)
			more = true
		}
	}
	c.answerAskers()
	if more {
		for c.runNext() {
		}
	}
}

func (c *Core) verified(token uint64) bool {
	return token == 0 || c.verify.answered >= token || c.broken(RuleReadVerify)
}

// receiveReadAsk notes that a follower wants to know from which index on a read may run.
func (c *Core) receiveReadAsk(m *Msg) {
	if c.leads() {
		c.verify.askers = append(c.verify.askers, asker{m.Op, m.FromReplica, c.wantVerify(), c.last()})
	}
}

// answerAskers tells followers the index at which everything that was ordered when they asked is in the log.
func (c *Core) answerAskers() {
	c.verify.askers = slices.DeleteFunc(c.verify.askers, func(a asker) bool {
		if !c.verified(a.token) || !c.inLog(a.slot) {
			return false
		}
		c.tell(a.replica, &Msg{Kind: ReadIndex, Op: a.op, Index: c.index})
		return true
	})
}

func (c *Core) receiveReadIndex(m *Msg) {
	if r := c.readOf(m.Op); r != nil && r.index == 0 && r.asked == 0 {
		r.index = m.Index
	}
}

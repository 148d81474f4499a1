package core

// waiter is a client that waits at this replica, or at another one that has asked this leader in its name.
type waiter struct {
	req   *ClientRequest
	local bool
	from  []int // replicas of this tier at which it waits
	words pace
}

// waiters are in the order in which they came.
type waiters struct {
	list []*waiter
	byOp map[OpID]*waiter
}

func newWaiters() waiters { return waiters{byOp: map[OpID]*waiter{}} }

func (ws *waiters) add(c *Core, r *ClientRequest) *waiter {
	w := ws.byOp[r.Op]
	if w == nil {
		w = &waiter{req: r, words: newPace(c.tick, retryTicks)}
		ws.list = append(ws.list, w)
		ws.byOp[r.Op] = w
	}
	return w
}

func (ws *waiters) remove(w *waiter) {
	if ws.byOp[w.req.Op] == w {
		delete(ws.byOp, w.req.Op)
		ws.list = remove(ws.list, w)
	}
}

// dropRemote forgets who waits elsewhere: they ask the next leader.
func (ws *waiters) dropRemote() {
	for _, w := range append([]*waiter(nil), ws.list...) {
		if w.from = nil; !w.local {
			ws.remove(w)
		}
	}
}

// Client takes a request that reached this replica over its service port. The answer is an Answer or Refuse, now or later, unless
// Gone comes first. The same op may be asked again.
func (c *Core) Client(r *ClientRequest) []Output {
	if _, _, ok := r.Op.Root(); !ok {
		c.out(Refuse{Op: r.Op})
		return c.take()
	}
	w := c.waiters.add(c, r)
	w.local = true
	if !c.halted() {
		c.serve(w)
	}
	return c.advance()
}

// Gone says that nobody waits for the op at this replica any more.
func (c *Core) Gone(id OpID) {
	if w := c.waiters.byOp[id]; w != nil {
		if w.local = false; len(w.from) == 0 {
			c.waiters.remove(w)
		}
	}
	c.dropRead(id)
}

// serve answers a waiting client if the op table can, and else sees that its op begins.
func (c *Core) serve(w *waiter) {
	r := w.req
	switch {
	case r.Read:
		c.serveRead(w)
	case c.ops[r.Op] != nil && !c.broken(RuleDedup):
		c.serveOp(r.Op)
	default:
		e := &Entry{
			Kind: Begin, Op: r.Op, Method: r.Method, Request: r.Request, Meta: r.Meta, Technique: r.Technique, Mark: r.Mark,
		}
		if !c.refuses(e) {
			c.propose(e)
		}
	}
}

func (c *Core) serveAll() {
	for _, w := range append([]*waiter(nil), c.waiters.list...) {
		c.serve(w)
	}
}

// serveOp answers whoever waits for an op that is known, if it has replied.
func (c *Core) serveOp(id OpID) {
	if s := c.ops[id].replied(); s != nil && s.settled && s.answersClient() {
		c.answerWaiter(id, s.own.reply().Payload)
	}
}

// answerWaiter gives the reply to everybody who waits for it: when it is in the log, or at once in commit mode fast.
func (c *Core) answerWaiter(id OpID, payload []byte) {
	w := c.waiters.byOp[id]
	if w == nil {
		return
	}
	leave, durable := c.leave, true
	if c.cfg.Fast {
		leave, durable = c.out, len(c.ordered) == 0
	}
	if w.local && durable {
		c.asksAgain(w)
	}
	c.release(w, leave, Answer{Op: id, Payload: payload, Durable: durable}, Msg{Payload: payload})
}

// release ends a wait: the client is told here, and by word to where else it waits.
func (c *Core) release(w *waiter, leave func(Output), here Output, word Msg) {
	c.waiters.remove(w)
	if w.local {
		leave(here)
	}
	word.Kind, word.FromTier, word.FromReplica, word.Op = Answered, c.cfg.Tier, c.cfg.Replica, w.req.Op
	for _, replica := range w.from {
		msg := word
		leave(Send{Tier: c.cfg.Tier, Replica: replica, Msg: &msg})
	}
}

// asksAgain notes a client whose answer is held back.
func (c *Core) asksAgain(w *waiter) {
	if n := len(c.ordered); n > 0 {
		c.ordered[n-1].asks = append(c.ordered[n-1].asks, w)
	}
}

// refuses tells whoever waits for the op of a Begin that it will not run, if it must not.
func (c *Core) refuses(e *Entry) bool {
	refusal := Refuse{Op: e.Op}
	switch {
	case c.forgotten(e.Op) && !c.broken(RuleFloor):
		refusal.Floor = c.floors[realm(e.Op)]
	case c.below(e.Op) && !c.broken(RuleMark):
	default:
		return false
	}
	c.stats.Refused++
	if e.From != "" {
		c.send(e.From, toAll, &Msg{Kind: Refused, Op: e.Op})
		return true
	}
	w := c.waiters.byOp[e.Op]
	if w == nil {
		return true
	}
	if w.local {
		c.asksAgain(w)
	}
	c.release(w, c.leave, refusal, Msg{Refusal: &refusal})
	return true
}

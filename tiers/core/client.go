package core

// waiter is a client that waits at this replica.
type waiter struct {
	req   *ClientRequest
	words pace
}

// Client takes a request that reached this replica over its service port. The answer is an Answer or Refuse, now or later, unless
// Gone comes first. The same op may be asked again.
func (c *Core) Client(r *ClientRequest) []Output {
	c.mustBeFree("Client")
	if _, _, ok := r.Op.Root(); !ok {
		c.out(Refuse{Op: r.Op})
		return c.take()
	}
	if c.waiter(r.Op) == nil {
		c.waiters = append(c.waiters, &waiter{req: r, words: newPace(c.tick, retryTicks)})
	}
	if !c.stuck {
		c.serve(r)
	}
	return c.take()
}

// Gone says that nobody waits for the op at this replica any more.
func (c *Core) Gone(id OpID) {
	c.waiters = remove(c.waiters, c.waiter(id))
}

// serve answers a waiting client if the op table can, and else sees that its op begins.
func (c *Core) serve(r *ClientRequest) {
	o := c.ops[r.Op]
	switch {
	case o != nil:
		if s := o.replied(); s != nil && s.settled {
			c.answerWaiter(o.id, s.own.reply().Payload)
		}
	case c.below(r.Op):
		c.refuseWaiter(r.Op)
	default:
		c.propose(&Entry{
			Kind: Begin, Op: r.Op, Edge: c.cfg.Replica, Method: r.Method, Request: r.Request, Meta: r.Meta,
			Technique: r.Technique, Mark: r.Mark,
		})
	}
}

func (c *Core) waiter(id OpID) *waiter {
	for _, w := range c.waiters {
		if w.req.Op == id {
			return w
		}
	}
	return nil
}

func (c *Core) answerWaiter(id OpID, payload []byte) {
	if w := c.waiter(id); w != nil {
		c.waiters = remove(c.waiters, w)
		c.out(Answer{Op: id, Payload: payload})
	}
}

func (c *Core) refuseWaiter(id OpID) {
	c.stats.Refused++
	if w := c.waiter(id); w != nil {
		c.waiters = remove(c.waiters, w)
		c.out(Refuse{Op: id})
	}
}

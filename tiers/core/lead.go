package core

import "slices"

// leads says that this replica orders the log.
func (c *Core) leads() bool { return c.leading && c.believed == c.cfg.Replica }

// Leader tells the core whom the host believes to lead the tier, 0 if it does not know. A replica that is elected again, in another term, is
// told 0 before: what it ordered in the earlier one is not known to be all that was.
func (c *Core) Leader(replica int) []Output {
	if replica == c.believed {
		return nil
	}
	c.believed = replica
	c.proposed = map[key]uint64{}
	c.leadSaid = pace{}
	if c.halted() {
		return nil
	}
	early := c.early
	if replica != c.cfg.Replica {
		if !c.broken(RuleLeadAnew) {
			c.leading = false // should it be elected again, others may have led in between,
			c.claims++        // also before a Lead entry of its own that it has yet to see
		}
		c.unqueue()
	}
	c.claim()
	if replica != 0 {
		c.serveAll()
	}
	if replica != 0 && replica != c.cfg.Replica {
		for _, e := range early {
			c.propose(e)
		}
	}
	return c.advance()
}

// claim appends this replica's Lead entry if it is believed to lead and does not. Only the latest claim counts: of an earlier one it is
// not known any more what was ordered under it.
func (c *Core) claim() {
	if c.believed != c.cfg.Replica || c.leading || !c.leadSaid.due(c.tick) {
		return
	}
	c.claims++
	c.out(Append{Entry: &Entry{Kind: Lead, Replica: c.cfg.Replica, Incarnation: c.cfg.Incarnation, Number: c.claims}})
	if c.broken(RuleLeadApplied) {
		c.leading, c.epoch, c.number = true, c.index, 0
	}
}

// applyLead begins an epoch. What this replica ordered in an earlier one and has not seen in the log never will be valid: what it ran
// ahead is void.
func (c *Core) applyLead(e *Entry) {
	c.epoch, c.number = c.index, 0
	mine := e.Replica == c.cfg.Replica && e.Incarnation == c.cfg.Incarnation && e.Number == c.claims
	if len(c.ordered) > 0 && !c.broken(RuleRebuild) {
		c.rebuild()
		return
	}
	c.ordered, c.sent = nil, 0
	c.leading = mine
	if !c.leading {
		c.unqueue()
		return
	}
	c.stats.Led++
	c.heard = c.tick
	c.restartReads()
	for _, e := range c.early {
		c.order(e)
	}
	c.early = nil
	c.serveAll()
	for _, o := range c.live {
		for _, s := range o.slivers {
			if c.pending(s); s.ran {
				c.emit(s, toAll)
			}
		}
	}
}

// rebuild gives up the table: it holds what the log will never hold.
func (c *Core) rebuild() {
	c.void = true
	c.stats.Rebuilds++
	c.out(Rebuild{})
}

// unqueue drops what this replica has not ordered yet: another one is to be asked.
func (c *Core) unqueue() {
	c.todo, c.early, c.named = nil, nil, map[key]bool{}
	c.waiting = slices.DeleteFunc(c.waiting, func(t *task) bool { return t.entry != nil })
	c.waiters.dropRemote()
	c.restartReads()
	if c.drain != nil && !c.drain.ordered {
		c.drain = nil
	}
}

// watch appends a new Lead entry when what this replica has ordered does not come back: a part of it is lost, and the rest is void.
func (c *Core) watch() {
	if c.leading && c.sent > 0 && c.tick-c.heard >= lostTicks {
		c.resign()
	}
	c.claim()
}

func (c *Core) resign() {
	c.leading, c.leadSaid = false, pace{}
	c.unqueue()
}

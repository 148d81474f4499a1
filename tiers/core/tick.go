package core

// Patience, in ticks.
const (
	retryTicks    = 2  // before a word, a proposal or a callback is repeated; at least one whole tick
	followerTicks = 6  // before another replica repeats what the leader has to say
	maxRetryTicks = 32 // the pause doubles with every repetition up to this
	lostTicks     = 10 // before a leader takes what it ordered and does not see in the log for lost
	drainTicks    = 10 // before a leader gives up waiting for the ops in flight to end
	staleTicks    = 64 // before a proposal that came to nothing is no longer remembered

	callbacksPerTick = 200 // a replica that replays its log owes all that it owed then
)

// maxAhead is how many entries a leader runs ahead of the log.
const maxAhead = 4096

// pace says when something is to be repeated, and to whom. The zero value is due at once.
type pace struct {
	next, gap uint64
	said      bool
}

func newPace(now, gap uint64) pace { return pace{next: now + gap, gap: gap} }

// due says that it is time, and doubles the pause.
func (p *pace) due(now uint64) bool {
	if now < p.next {
		return false
	}
	p.gap = min(max(2*p.gap, retryTicks), maxRetryTicks)
	p.next = now + p.gap
	return true
}

// audience is the believed leader for the first word from here, and then everybody.
func (p *pace) audience() int {
	if !p.said {
		p.said = true
		return toLeader
	}
	return toAll
}

// Tick repeats what is outstanding. The host calls it about every 200 ms.
func (c *Core) Tick() []Output {
	c.tick++
	if c.halted() {
		return nil
	}
	c.watch()
	for k, at := range c.proposed {
		if c.tick-at > staleTicks {
			delete(c.proposed, k)
		}
	}
	for _, w := range append([]*waiter(nil), c.waiters.list...) {
		if w.words.due(c.tick) {
			c.serve(w)
		}
	}
	c.repeatCallbacks()
	for _, o := range c.live {
		c.repeat(o)
	}
	c.drainEnds()
	return c.advance()
}

func (c *Core) repeatCallbacks() {
	n := 0
	for _, s := range c.owing {
		if n == callbacksPerTick {
			return
		}
		if s.told.due(c.tick) {
			c.callback(s, s.told.audience())
			n++
		}
	}
}

// repeat says again what the op waits for an answer to.
func (c *Core) repeat(o *op) {
	for _, s := range o.slivers {
		if c.leads() {
			c.pending(s)
		}
		if !s.ran || !s.words.due(c.tick) {
			continue
		}
		if c.broken(RuleOfferWaits) {
			c.proposeSettle(s)
		}
		c.emit(s, s.words.audience())
	}
}

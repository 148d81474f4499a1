package core

// Patience, in ticks.
const (
	retryTicks     = 2  // before a word, a proposal or a callback is repeated; at least one whole tick
	maxRetryTicks  = 32 // the pause doubles with every repetition up to this
	suspectTicks   = 10 // before the others settle what a fast edge replica should have
	unbarrierTicks = 10 // before a barrier that does not drain is abandoned
	staleTicks     = 64 // before a proposal that never landed is no longer remembered

	callbacksPerTick = 200 // a replica that replays its log owes all that it owed then
)

// pace says when something is to be repeated, and to whom.
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
	p.gap = min(2*p.gap, maxRetryTicks)
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
	c.mustBeFree("Tick")
	c.tick++
	if c.stuck {
		return nil
	}
	for k, at := range c.proposed {
		if c.tick-at > staleTicks {
			delete(c.proposed, k)
		}
	}
	for _, w := range append([]*waiter(nil), c.waiters...) {
		if w.words.due(c.tick) {
			c.serve(w.req)
		}
	}
	c.repeatCallbacks()
	for _, o := range c.live {
		c.repeat(o)
	}
	if b := c.barrier; b != nil && c.tick-b.since >= unbarrierTicks && !c.broken(bugNoUnbarrier) && !c.broken(bugBarrierHoldsFamily) {
		c.propose(&Entry{Kind: Unbarrier, Ref: b.index})
	}
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
		if s.ran && s.words.due(c.tick) {
			if c.broken(bugSelfSettle) {
				c.proposeSettle(s)
			}
			c.emit(s, s.words.audience())
		}
	}
}

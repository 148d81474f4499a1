package core

import (
	"errors"
	"fmt"
)

// Vanilla is the technique without compensation: every replica keeps its own execution, and they diverge. The baseline.
const Vanilla = "vanilla"

// Core is one replica's share of the protocol. It is not safe for concurrent use; the zero value is not usable.
//
// Every input returns what the host must do, in order. Run and Follow, if present, come last: the host answers them with Ran or
// Followed before it gives any other input.
type Core struct {
	cfg  Config
	bug  bug    // planted by tests only
	exec uint64 // executions by this incarnation

	// Functions of the log prefix, equal at all replicas between two entries (but for when an op is forgotten).
	index     uint64
	ops       map[OpID]*op
	clients   map[string]*client
	live      []*op     // begun and not done, in log order
	unsettled []*sliver // ran and not settled, in the order in which they ran
	waiting   []*task   // slivers that are due, in log order
	barrier   *barrier

	// Volatile: lost with the process.
	queue    []queued
	await    *await
	stuck    bool
	tick     uint64
	proposed map[key]uint64 // tick of the last proposal
	waiters  []*waiter
	owing    []*sliver // callbacks without an Ack, in log order
	image    []byte
	outs     []Output
	stats    Stats
}

// queued is a log entry that waits until the core is done with what came before.
type queued struct {
	index uint64
	entry *Entry
}

// await is what the host has been asked and has not answered yet.
type await struct {
	sliver *sliver
	follow *Outcome // nil: a run
	then   func()   // after a follow
}

// New returns a core with an empty op table, before log index 1.
func New(cfg Config) (*Core, error) {
	if err := cfg.validate(); err != nil {
		return nil, fmt.Errorf("new core: %w", err)
	}
	c := &Core{cfg: cfg}
	c.reset()
	return c, nil
}

func (cfg *Config) validate() error {
	switch {
	case cfg.Tier == "":
		return errors.New("config: no tier")
	case cfg.Replica < 1:
		return fmt.Errorf("config: replica %d, want 1 or more", cfg.Replica)
	case cfg.Footprint == nil:
		return errors.New("config: no Footprint")
	case cfg.OffersRequests == nil:
		return errors.New("config: no OffersRequests")
	}
	return nil
}

// reset empties everything but the clients that wait at this replica and the counters.
func (c *Core) reset() {
	c.index = 0
	c.ops, c.clients = map[OpID]*op{}, map[string]*client{}
	c.live, c.unsettled, c.waiting, c.owing, c.barrier = nil, nil, nil, nil, nil
	c.queue, c.await, c.stuck, c.image = nil, nil, false, nil
	c.proposed = map[key]uint64{}
}

// Apply takes the next entry of the tier's own log.
func (c *Core) Apply(index uint64, e *Entry) []Output {
	c.mustBeFree("Apply")
	if c.stuck {
		return nil
	}
	c.queue = append(c.queue, queued{index, e})
	return c.advance()
}

// Ran takes the answer to Run.
func (c *Core) Ran(r Ran) []Output {
	s := c.answered(r.Op, r.Call, false)
	c.ran(s, r)
	return c.advance()
}

// Followed takes the answer to Follow. An error says that the outcome does not fit here: the replica is then stuck.
func (c *Core) Followed(id OpID, call CallID, err error) []Output {
	a := c.await
	s := c.answered(id, call, true)
	if err != nil {
		c.stick()
		return c.take()
	}
	c.stats.Followed++
	c.stand(s, a.follow)
	a.then()
	return c.advance()
}

// Quiet says that nothing is in flight, waiting, unsettled or owed.
func (c *Core) Quiet() bool {
	return c.await == nil && len(c.queue)+len(c.live)+len(c.owing)+len(c.waiters) == 0 && c.barrier == nil && !c.stuck
}

// advance goes on until the host must answer or nothing is left to do.
func (c *Core) advance() []Output {
	for c.await == nil && !c.stuck {
		if c.capture() || c.runNext() {
			continue
		}
		if len(c.queue) == 0 {
			break
		}
		next := c.queue[0]
		c.queue = c.queue[1:]
		c.index = next.index
		c.apply(next.entry)
	}
	return c.take()
}

// stick gives up at the entry being applied: this replica cannot follow it.
func (c *Core) stick() {
	c.stuck, c.queue = true, nil
	c.out(Stuck{Index: c.index})
}

func (c *Core) out(o Output) { c.outs = append(c.outs, o) }

func (c *Core) take() []Output {
	outs := c.outs
	c.outs = nil
	return outs
}

func (c *Core) mustBeFree(input string) {
	if c.await != nil {
		s := c.await.sliver
		panic(fmt.Sprintf("core: %s while sliver %s of %s is with the host", input, s.call, s.op.id))
	}
}

func (c *Core) answered(id OpID, call CallID, follow bool) *sliver {
	a := c.await
	if a == nil || a.sliver.op.id != id || a.sliver.call != call || (a.follow != nil) != follow {
		panic(fmt.Sprintf("core: answer for sliver %q of %s, which was not asked", call, id))
	}
	c.await = nil
	return a.sliver
}

package core

import (
	"errors"
	"fmt"
)

// Vanilla is the technique without compensation: every replica keeps its own execution, and they diverge. The baseline.
const Vanilla = "vanilla"

// Config of a Core. All fields are required unless a zero value is described.
type Config struct {
	Tier        string
	Replica     int    // 1..n
	Incarnation uint64 // differs at every start of this replica
	Fast        bool   // commit mode: the leader answers clients before the reply is in the log
	Lanes       int    // slivers that may run at a time; 0 means 1
	Clients     int    // clients of this tier that are remembered; 0 means 65536
	// Footprint of the slivers of begin's method that start at from ("" or the full method of the call that was answered). Pure.
	Footprint func(begin *Entry, from string) Footprint
	// Plan chooses an op's technique and style when the leader orders its Begin, whose Technique is what was asked for. Its answer is
	// written into the log, so it need not be pure.
	Plan func(begin *Entry) (technique string, active bool)
	// OffersRequests says that requests to this tier may be offered: the edge is on no circle of the tier graph. Pure.
	OffersRequests func(callee string) bool
	Break          Rule // broken by simulators only
}

func (cfg *Config) validate() error {
	switch {
	case cfg.Tier == "":
		return errors.New("config: no tier")
	case cfg.Replica < 1:
		return fmt.Errorf("config: replica %d, want 1 or more", cfg.Replica)
	case cfg.Lanes < 0 || cfg.Clients < 0:
		return fmt.Errorf("config: %d lanes, %d clients, want no negative number", cfg.Lanes, cfg.Clients)
	case cfg.Footprint == nil:
		return errors.New("config: no Footprint")
	case cfg.Plan == nil:
		return errors.New("config: no Plan")
	case cfg.OffersRequests == nil:
		return errors.New("config: no OffersRequests")
	}
	return nil
}

// Core is one replica's share of the protocol. It is not safe for concurrent use; the zero value is not usable.
//
// Every input returns what the host must do, in order. Slivers that it asks the host to run may be answered later, with other inputs in
// between.
type Core struct {
	cfg  Config
	life string // what the ids of this incarnation's executions begin with
	exec uint64 // executions by this incarnation

	// The table: a function of the log prefix, and at a leader of what it has ordered (but for when an op is forgotten).
	ops       map[OpID]*op
	clients   map[string]*client
	floors    map[string]uint64 // by realm
	live      []*op             // begun and not done, in log order
	unsettled []*sliver         // ran live and not settled, in the order in which they ran

	// The log.
	index  uint64 // of the last entry applied
	epoch  uint64 // index of the Lead entry in force
	number uint64 // of the last valid entry of the epoch
	queue  []queued

	// Work.
	waiting []*task // slivers and reads that are due: those of the log in its order, then the others
	ready   []*task // of the log, with nothing in their way but the number of lanes
	stalled bool    // what is with the host decides when a due task runs
	running []*task // with the host
	follow  *follow // with the host
	image   []byte

	// Leading.
	believed int  // who leads, as the host believes; 0 unknown
	leading  bool // the own Lead entry is in force
	leadSaid pace
	claims   uint64   // Lead entries that this process has appended
	ordered  []*slot  // by this replica and not back from the log
	sent     int      // of them, appended
	heard    uint64   // tick at which one came back
	todo     []*Entry // to be ordered
	early    []*Entry // to be ordered once the own Lead entry is in force, or proposed once it is known who leads
	named    map[key]bool
	drain    *drain

	// Volatile.
	stuck    bool
	void     bool // what was run ahead is void: the host rebuilds
	tick     uint64
	proposed map[key]uint64 // tick of the last proposal to the leader
	waiters  waiters
	reads    []*read
	verify   verify
	owing    []*sliver // callbacks without an Ack, in log order
	outs     []Output
	stats    Stats
}

// queued is a log entry that waits until the core is done with what came before.
type queued struct {
	index uint64
	entry *Entry
}

// key is what makes two entries ask for the same thing.
type key struct {
	kind Kind
	op   OpID
	call CallID
}

func keyOf(e *Entry) key { return key{e.Kind, e.Op, e.Call} }

// New returns a core with an empty op table, before log index 1.
func New(cfg Config) (*Core, error) {
	if err := cfg.validate(); err != nil {
		return nil, fmt.Errorf("new core: %w", err)
	}
	cfg.Lanes = max(cfg.Lanes, 1)
	if cfg.Clients == 0 {
		cfg.Clients = 1 << 16
	}
	c := &Core{cfg: cfg, life: fmt.Sprintf("%d.%d.", cfg.Replica, cfg.Incarnation), waiters: newWaiters()}
	c.Reset()
	return c, nil
}

// Reset empties the table: the host starts again from the initial state and the beginning of the log. Clients go on waiting.
func (c *Core) Reset() {
	for _, s := range c.ordered {
		for _, w := range s.asks {
			c.waiters.add(c, w.req).local = true
		}
	}
	c.ops, c.clients, c.floors = map[OpID]*op{}, map[string]*client{}, map[string]uint64{}
	c.live, c.unsettled, c.owing = nil, nil, nil
	c.index, c.epoch, c.number, c.queue = 0, 0, 0, nil
	c.waiting, c.ready, c.running, c.follow, c.image = nil, nil, nil, nil, nil
	c.leading, c.ordered, c.sent, c.drain = false, nil, 0, nil
	c.leadSaid = pace{}
	c.claims++ // what came of the latest claim is history
	c.unqueue()
	c.stuck, c.void = false, false
	c.proposed = map[key]uint64{}
}

// Apply takes the next entry of the tier's own log. Its index must be above the last one's.
func (c *Core) Apply(index uint64, e *Entry) []Output {
	if c.halted() {
		return nil
	}
	c.queue = append(c.queue, queued{index, e})
	return c.advance()
}

// Followed takes the answer to Follow. An error says that the outcome does not fit here: the replica is then stuck.
func (c *Core) Followed(id OpID, call CallID, err error) []Output {
	f := c.follow
	switch {
	case c.halted():
		return nil
	case f == nil || !f.asked || f.sliver.op.id != id || f.sliver.call != call:
		panic(fmt.Sprintf("core: sliver %q of %s followed, which was not asked", call, id))
	case err != nil:
		c.stick()
		return c.take()
	}
	c.follow = nil
	c.stats.Followed++
	c.stand(f.sliver, f.outcome)
	f.then()
	return c.advance()
}

// halted says that the core waits for an image or a rebuild.
func (c *Core) halted() bool { return c.stuck || c.void }

// advance goes on until nothing more can be done without the host or the log.
func (c *Core) advance() []Output {
	for !c.halted() && (c.askFollow() || c.runNext() || c.checkpoint() || c.orderNext() || c.next()) {
	}
	c.serveReads()
	return c.take()
}

// next takes the next log entry, if its turn has come.
func (c *Core) next() bool {
	if len(c.queue) == 0 {
		return false
	}
	q := c.queue[0]
	if c.drain != nil && c.drain.back {
		return false // the image is of this index
	}
	if c.valid(q.entry) && c.blocked(q.entry) {
		return false
	}
	c.queue = c.queue[1:]
	c.index = q.index
	c.apply(q.entry)
	return true
}

// blocked says that the entry must wait, because what it does depends on what is with the host.
func (c *Core) blocked(e *Entry) bool {
	switch {
	case c.follow != nil || c.stalled:
		return true
	case e.Kind == Checkpoint:
		return len(c.running)+len(c.ready)+len(c.waiting) > 0
	}
	return c.busy(e.Op)
}

// stick gives up at the entry being applied: this replica cannot follow it. One that runs ahead of the log may have run what will never
// be in it: it goes back, and sees what the log says.
func (c *Core) stick() {
	if len(c.ordered) > 0 && !c.broken(RuleRebuild) {
		c.rebuild()
		return
	}
	c.stuck = true
	c.out(Stuck{Index: c.index})
}

func (c *Core) out(o Output) { c.outs = append(c.outs, o) }

func (c *Core) take() []Output {
	outs := c.outs
	c.outs = nil
	return outs
}

// Quiet says that nothing is in flight, waiting, unsettled or owed.
func (c *Core) Quiet() bool {
	return len(c.queue)+len(c.live)+len(c.owing)+len(c.waiters.list)+len(c.waiting)+len(c.ready)+len(c.running)+len(c.ordered)+len(c.todo) == 0 &&
		c.follow == nil && c.drain == nil && !c.halted()
}

package tiers

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/midas-tiers/midas/compensate"
	"github.com/midas-tiers/midas/tiers/core"
	"github.com/midas-tiers/midas/tiers/order"
	"github.com/midas-tiers/midas/tiers/wire"
)

const (
	tickEvery    = 200 * time.Millisecond
	batch        = 64   // log entries between two looks at the inbox
	maxQueue     = 256  // log entries that may wait in the core for slivers to end, before later ones wait in the log
	barrierEvery = 4096 // log entries after an image before the leader asks for the next
	barrierPause = 10   // ticks between two such requests
)

// nodeConfig describes a node. All fields are required.
type nodeConfig struct {
	place    *Place
	services *services
	logger   *slog.Logger
}

// node is one replica at work. One goroutine, the loop, owns everything but the fields that say otherwise; others reach it by post.
// Until enough of the group has welcomed the replica it has no log and runs nothing.
type node struct {
	nodeConfig
	genesis genesis
	life    incarnation
	link    wire.Link
	openLog func(incarnation) (order.Log, error)

	inbox chan func()
	ends  *mailbox
	spawn func(func())  // starts a goroutine
	done  chan struct{} // closed when the node ends
	ended chan struct{} // closed when the loop has
	once  sync.Once     // closes done
	fault atomic.Pointer[error]
	log   atomic.Pointer[order.Log] // nil while joining

	hello      hellos
	seat       seating
	early      []*core.ClientRequest // came while joining
	core       *core.Core
	outs       []core.Output          // of the core, to be carried out
	inputs     []func() []core.Output // for the core, once that is done
	carrying   bool
	state      *compensate.State
	lanes      lanes
	ops        map[core.OpID]*execution
	keys       mapKeys
	waiters    map[core.OpID][]waiter
	leader     int                // of the own log, as the core was told,
	term       uint64             // in this term
	unverified uint64             // token of the core's question whether this replica leads, to be asked again
	leaders    map[string]int     // of the other tiers, as their messages say
	moved      map[wire.ID]uint64 // replicas of other tiers that have said where they are: since when
	applied    uint64             // log index
	ticks      uint64
	mute       bool   // replaying the log of an earlier life
	stuck      bool   // cannot follow the log until an image comes,
	stuckAt    uint64 // at or after this log index
	replaced   bool   // the state is about to be replaced: the log waits
	barrier    uint64 // tick of the last request for one
	audit      audit
	auto       auto
	window     window
	stats      Stats
	spoil      func(trace []byte) []byte // planted by tests only
}

// newNode prepares a node: begin and loop, or the calls that loop makes, put it to work.
func newNode(c nodeConfig) (*node, error) {
	n := &node{
		nodeConfig: c,
		inbox:      make(chan func(), 1024),
		ends:       newMailbox(),
		spawn:      func(f func()) { go f() },
		done:       make(chan struct{}),
		ended:      make(chan struct{}),
		ops:        make(map[core.OpID]*execution),
		waiters:    make(map[core.OpID][]waiter),
		leaders:    make(map[string]int),
		seat:       seating{addrs: make(map[int]string)},
		moved:      make(map[wire.ID]uint64),
		mute:       true,
	}
	n.state = c.services.state()
	var err error
	n.genesis, err = newGenesis(n.state, c.services.table)
	n.auto.started(n.genesis)
	return n, err
}

// begin gives the node its way to the others and lets it look for its group.
func (n *node) begin(life incarnation, link wire.Link, openLog func(incarnation) (order.Log, error)) {
	n.life, n.link, n.openLog = life, link, openLog
	n.hello = newHellos(life.Peers)
}

// loop runs the node until close or a fault.
func (n *node) loop() {
	defer close(n.ended)
	ticker := time.NewTicker(tickEvery)
	defer ticker.Stop()
	at := make(chan struct{})
	close(at)
	n.seek()
	for {
		var now, ready <-chan struct{}
		if log := n.log.Load(); log != nil {
			ready = (*log).Ready()
			n.watchLeader()
		}
		if n.readLog() {
			now = at
		}
		select {
		case f := <-n.inbox:
			f()
		case <-n.ends.filled:
			n.takeEnds()
		case <-ticker.C:
			n.tick()
		case <-ready:
		case <-now:
		case <-n.done:
			return
		}
	}
}

// post runs f in the loop. It returns false if ctx or the node ends first.
func (n *node) post(ctx context.Context, f func()) bool {
	select {
	case n.inbox <- f:
		return true
	case <-ctx.Done():
	case <-n.done:
	}
	return false
}

// takeEnds runs what has been put into the mailbox, and reports whether there was anything.
func (n *node) takeEnds() bool {
	ends := n.ends.take()
	for _, f := range ends {
		f()
	}
	return len(ends) > 0
}

// running says that the replica is in its group and has a log.
func (n *node) running() bool { return n.core != nil }

// join opens the log, once enough of the group has welcomed the replica.
func (n *node) join() {
	log, err := n.openLog(n.life)
	if err != nil {
		n.fail(err)
		return
	}
	n.log.Store(&log)
	n.core, err = core.New(core.Config{
		Tier: n.place.Tier, Replica: n.place.Replica, Incarnation: n.life.Number,
		Fast: n.place.Commit == "fast", Lanes: n.place.lanes(), Clients: n.place.Clients,
		Footprint: n.footprint, Plan: n.plan, OffersRequests: n.place.offersRequests,
	})
	if err != nil {
		n.fail(err)
		return
	}
	for _, r := range n.early {
		n.do(n.core.Client(r))
	}
	n.early = nil
}

// tick is called every tickEvery.
func (n *node) tick() {
	n.ticks++
	n.watchSeats()
	n.seek()
	if !n.running() {
		return
	}
	n.impatient()
	if n.stuck {
		n.yield()
		n.askForImage()
		return
	}
	n.watchLeader()
	n.verifyAgain()
	n.do(n.core.Tick())
	n.expireCalls()
	n.reportCosts()
	if n.leader == n.place.Replica && n.applied-imageIndex(*n.log.Load()) > barrierEvery {
		n.askForBarrier()
	}
}

// readLog applies some of the log's next entries and reports whether there may be more.
func (n *node) readLog() bool {
	if !n.running() || n.stuck || n.replaced || n.core.Stats().Queue > maxQueue {
		return false
	}
	log := *n.log.Load()
	replaying := log.Replaying()
	image, entries := log.After(n.applied, batch)
	if image != nil {
		n.install(*image)
		return false
	}
	for _, e := range entries {
		if n.stuck || n.replaced {
			return false
		}
		n.apply(e)
	}
	if len(entries) < batch {
		n.mute = n.mute && replaying
		return false
	}
	return true
}

// fail ends the node because the replica may not take part.
func (n *node) fail(err error) {
	n.fault.CompareAndSwap(nil, &err)
	n.once.Do(func() { close(n.done) })
}

// close ends the node and returns its fault, if it had one. The loop must have been started; a handler that blocks it is left behind.
func (n *node) close() error {
	n.once.Do(func() { close(n.done) })
	select {
	case <-n.ended:
	case <-time.After(slowSliver):
		n.logger.Warn("stop while a handler blocks")
	}
	if log := n.log.Load(); log != nil {
		if err := (*log).Close(); err != nil {
			n.logger.Warn("close the log", "error", err)
		}
	}
	if err := n.link.Close(); err != nil {
		n.logger.Warn("close the peer port", "error", err)
	}
	if fault := n.fault.Load(); fault != nil {
		return *fault
	}
	return nil
}

// Package wiretest is a network in one process for tests. Frames wait in flight until the test delivers, repeats or drops them, or
// flow at once while nothing says otherwise.
package wiretest

import (
	"math/rand/v2"
	"sync"

	"github.com/midas-tiers/midas/tiers/wire"
)

// Flight is one frame on its way.
type Flight struct {
	To    wire.ID
	Frame *wire.Frame
}

// Network connects the replicas of every tier. Its methods may be called from any goroutine; handlers run on the caller's.
type Network struct {
	mu      sync.Mutex
	ends    map[wire.ID]*end
	flying  []Flight
	filter  func(Flight) Verdict
	rand    *rand.Rand
	shuffle bool
}

// Verdict is what becomes of a frame that is sent.
type Verdict uint8

// Verdicts.
const (
	Pass   Verdict = iota // fly, to be delivered by Step
	Drop                  // lose it
	Repeat                // fly twice
)

// NewNetwork returns a network in which nothing is lost. Seed decides the order of delivery once Shuffle is on.
func NewNetwork(seed uint64) *Network {
	return &Network{ends: make(map[wire.ID]*end), rand: rand.New(rand.NewPCG(seed, 1))}
}

// Filter decides the fate of each frame from now on; nil passes all.
func (n *Network) Filter(f func(Flight) Verdict) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.filter = f
}

// Shuffle delivers frames in random order.
func (n *Network) Shuffle(on bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.shuffle = on
}

// Attach is the replica's end. A replica that attaches again replaces its former self.
func (n *Network) Attach(id wire.ID, handle wire.Handler) wire.Link {
	n.mu.Lock()
	defer n.mu.Unlock()
	e := &end{network: n, id: id, handle: handle}
	n.ends[id] = e
	return e
}

// Step delivers one frame and reports whether there was one.
func (n *Network) Step() bool {
	n.mu.Lock()
	if len(n.flying) == 0 {
		n.mu.Unlock()
		return false
	}
	at := 0
	if n.shuffle {
		at = n.rand.IntN(len(n.flying))
	}
	f := n.flying[at]
	n.flying = append(n.flying[:at], n.flying[at+1:]...)
	e := n.ends[f.To]
	n.mu.Unlock()
	if e != nil {
		e.handle(f.Frame, func(*wire.Frame) {})
	}
	return true
}

type end struct {
	network *Network
	id      wire.ID
	handle  wire.Handler
}

func (e *end) Send(to wire.ID, f *wire.Frame) {
	n := e.network
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.ends[e.id] != e || to == e.id {
		return
	}
	flight := Flight{To: to, Frame: f}
	verdict := Pass
	if n.filter != nil {
		verdict = n.filter(flight)
	}
	switch verdict {
	case Pass:
		n.flying = append(n.flying, flight)
	case Repeat:
		n.flying = append(n.flying, flight, flight)
	}
}

// Move does nothing: replicas are found by name.
func (e *end) Move(wire.ID, string) {}

func (e *end) Close() error {
	e.network.mu.Lock()
	defer e.network.mu.Unlock()
	if e.network.ends[e.id] == e {
		delete(e.network.ends, e.id)
	}
	return nil
}

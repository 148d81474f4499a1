// Package ordertest is a log in one process for tests: entries commit in the order in which the test lets them, with no clock, no
// goroutine and no disk of its own. A replica's place in the group outlives the replica, as a data folder does.
package ordertest

import (
	"errors"
	"sync"

	"github.com/midas-tiers/midas/tiers/order"
)

// Group is the log of one tier. Its methods may be called from any goroutine.
type Group struct {
	mu       sync.Mutex
	index    uint64
	leader   int
	term     uint64
	entries  []order.Entry
	replicas map[int]*replica
	held     map[int]bool
}

// NewGroup returns an empty log with replica 1 leading.
func NewGroup() *Group {
	return &Group{leader: 1, replicas: make(map[int]*replica), held: make(map[int]bool)}
}

// Open returns the replica's end of the log, holding what the group has committed so far.
func (g *Group) Open(id int) order.Log {
	g.mu.Lock()
	defer g.mu.Unlock()
	r := &replica{History: order.NewHistory(), group: g, id: id}
	if old := g.replicas[id]; old != nil {
		if image := old.Latest(); image != nil {
			r.Capture(*image)
		}
	}
	g.replicas[id] = r
	r.Add(g.entries...)
	return r
}

// Lead makes the replica the leader; 0 means that nobody leads.
func (g *Group) Lead(id int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.leader = id
	g.term++
	for _, r := range g.replicas {
		r.Add() // wakes its reader
	}
}

// Hold keeps entries from a replica until Release: it lags as one cut off from its group does.
func (g *Group) Hold(id int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.held[id] = true
}

// Release lets a held replica catch up.
func (g *Group) Release(id int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.held, id)
	if r := g.replicas[id]; r != nil {
		r.Add(g.entries...)
	}
}

func (g *Group) commit(data []byte) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.index++
	e := order.Entry{Index: g.index, Data: data}
	g.entries = append(g.entries, e)
	for id, r := range g.replicas {
		if !g.held[id] && !r.closed {
			r.Add(e)
		}
	}
}

type replica struct {
	*order.History
	group  *Group
	id     int
	closed bool // guarded by group.mu
}

func (r *replica) Append(data []byte) bool {
	leads := r.Lease()
	if leads {
		r.group.commit(data)
	}
	return leads
}

func (r *replica) Verify(done func(bool)) { done(r.Lease()) }

func (r *replica) Lease() bool {
	r.group.mu.Lock()
	defer r.group.mu.Unlock()
	return r.group.leader == r.id && !r.closed
}

func (r *replica) Term() uint64 {
	r.group.mu.Lock()
	defer r.group.mu.Unlock()
	return r.group.term
}

func (r *replica) Yield() {
	if !r.Lease() {
		return
	}
	r.group.mu.Lock()
	next := 0
	for id, o := range r.group.replicas {
		if id != r.id && !o.closed && (next == 0 || id < next) {
			next = id
		}
	}
	r.group.mu.Unlock()
	if next != 0 {
		r.group.Lead(next)
	}
}

func (r *replica) Leader() int {
	r.group.mu.Lock()
	defer r.group.mu.Unlock()
	return r.group.leader
}

// Seats are not known: nobody's log is ever lost here.
func (r *replica) Seats() order.Seats { return order.Seats{} }

// Change changes nothing.
func (r *replica) Change(_ uint64, _ order.Change, done func(error)) {
	done(errors.New("the seats of a group in one process do not change"))
}

// Replaying is false: what the group has is there at once, and the protocol must bear early sends.
func (r *replica) Replaying() bool { return false }

func (r *replica) Close() error {
	r.group.mu.Lock()
	defer r.group.mu.Unlock()
	r.closed = true
	return nil
}

package tiers

import (
	"fmt"
	"log/slog"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"

	"github.com/midas-tiers/midas/compensate"
	midasrt "github.com/midas-tiers/midas/runtime"
	"github.com/midas-tiers/midas/tiers/core"
	"github.com/midas-tiers/midas/tiers/order"
	"github.com/midas-tiers/midas/tiers/order/ordertest"
	"github.com/midas-tiers/midas/tiers/wire"
	"github.com/midas-tiers/midas/tiers/wire/wiretest"
)

// system is tiers 2 and 3 of the slides' example with three replicas each, in one goroutine: the test delivers frames and ticks.
type system struct {
	t      *testing.T
	net    *wiretest.Network
	groups map[string]*ordertest.Group
	place  Place
	nodes  map[wire.ID]*node
	impls  map[wire.ID]any
	lives  map[wire.ID]incarnation
	prime  func(id wire.ID, impl any) // changes what a replica is constructed with
}

func newSystem(t *testing.T, technique compensate.Technique, change func(*Place)) *system {
	s := &system{
		t: t, net: wiretest.NewNetwork(1),
		groups: map[string]*ordertest.Group{"tier2": ordertest.NewGroup(), "tier3": ordertest.NewGroup()},
		nodes:  make(map[wire.ID]*node), impls: make(map[wire.ID]any), lives: make(map[wire.ID]incarnation),
		place: Place{
			Version: 1, Technique: string(technique), Commit: "safe", Log: "disk", Tiers: make(map[string][]Member),
			Calls: map[string]string{"tier3": "tier3"}, Edges: map[string][]string{"tier2": {"tier3"}},
		},
	}
	port := 1
	for _, tier := range []string{"tier2", "tier3"} {
		for r := 1; r <= 3; r++ {
			s.place.Tiers[tier] = append(s.place.Tiers[tier], Member{ID: r, Peer: fmt.Sprintf("127.0.0.1:%d", port)})
			port++
		}
	}
	if change != nil {
		change(&s.place)
	}
	t.Cleanup(s.stop)
	return s
}

func replicas(tier string) []wire.ID {
	return []wire.ID{{Tier: tier, Replica: 1}, {Tier: tier, Replica: 2}, {Tier: tier, Replica: 3}}
}

var all = append(replicas("tier2"), replicas("tier3")...)

func (s *system) startAll() {
	for _, id := range all {
		s.start(id)
	}
	s.pump()
	for _, id := range all {
		if !s.nodes[id].running() {
			s.t.Fatalf("replica %s has not joined: %v", id, s.fault(id))
		}
	}
}

// start starts a replica with a fresh service, as a process does; its log lies in the group.
func (s *system) start(id wire.ID) *node {
	place := s.place
	place.Tier, place.Replica = id.Tier, id.Replica
	sv := newServices(midasrt.TableOf())
	var desc *grpc.ServiceDesc
	var impl any
	if id.Tier == "tier2" {
		desc, impl = &fooDesc, newFoo(&place)
	} else {
		desc, impl = &barDesc, &barService{}
	}
	if s.prime != nil {
		s.prime(id, impl)
	}
	sv.add(nil, desc, impl, &edge{})
	n, err := newNode(nodeConfig{place: &place, services: sv, logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		s.t.Fatal(err)
	}
	life := s.lives[id]
	life.Number++
	if life.LogID == "" || place.Log == "memory" {
		life.LogID = fmt.Sprintf("%s %d", id, life.Number)
	}
	s.lives[id], s.nodes[id], s.impls[id] = life, n, impl
	n.begin(life, s.net.Attach(id, n.receive), func() (order.Log, error) { return s.groups[id.Tier].Open(id.Replica), nil })
	n.seek()
	return n
}

// kill ends a replica without a word.
func (s *system) kill(id wire.ID) {
	n := s.nodes[id]
	delete(s.nodes, id)
	n.link.Close()
	if log := n.log.Load(); log != nil {
		(*log).Close()
	}
	for _, e := range n.ops {
		e.op.Abandon()
	}
}

func (s *system) stop() {
	for id := range s.nodes {
		s.kill(id)
	}
}

// pump lets every replica do what it can until nothing is left to do without the clock.
func (s *system) pump() {
	for {
		busy := s.turnAll()
		if !s.net.Step() && !busy {
			return
		}
	}
}

// turnAll lets every replica handle what has reached it, and reports whether there was anything.
func (s *system) turnAll() bool {
	busy := false
	for _, id := range all {
		if n := s.nodes[id]; n != nil {
			busy = s.turn(n) || busy
		}
	}
	return busy
}

func (s *system) turn(n *node) bool {
	busy := false
	for len(n.inbox) > 0 {
		(<-n.inbox)()
		busy = true
	}
	before := n.applied
	for n.readLog() {
	}
	return busy || n.applied != before
}

// tick lets d ticks pass.
func (s *system) tick(d int) {
	for range d {
		for _, id := range all {
			if n := s.nodes[id]; n != nil {
				n.tick()
			}
		}
		s.pump()
	}
}

// send hands a request to a replica; the reply is found in the waiter later.
func (s *system) send(id wire.ID, op string, method string, value int64) waiter {
	s.t.Helper()
	request, err := marshal(&number{Value: value})
	if err != nil {
		s.t.Fatal(err)
	}
	w := make(waiter, 1)
	s.nodes[id].admit(&core.ClientRequest{
		Op: core.OpID(op), Method: method, Request: request, Technique: s.place.Technique,
	}, w)
	return w
}

// call sends a request and lets time pass until it is answered.
func (s *system) call(id wire.ID, op, method string, value int64) *reply {
	s.t.Helper()
	return s.await(s.send(id, op, method, value))
}

func (s *system) await(w waiter) *reply {
	s.t.Helper()
	s.pump()
	for range 100 {
		select {
		case a := <-w:
			if a.err != nil {
				s.t.Fatal(a.err)
			}
			r, err := decodeReply(a.payload)
			if err != nil {
				s.t.Fatal(err)
			}
			return r
		default:
			s.tick(1)
		}
	}
	s.t.Fatal("no reply")
	return nil
}

// settle lets time pass until every replica is quiet.
func (s *system) settle() {
	s.t.Helper()
	for range 200 {
		s.tick(1)
		quiet := true
		for _, n := range s.nodes {
			quiet = quiet && n.running() && n.core.Quiet() && !n.stuck
		}
		if quiet {
			return
		}
	}
	s.t.Fatal("the system does not come to rest")
}

// difference returns the first difference between the states of a tier's replicas, "" if there is none.
func (s *system) difference(tier string) string {
	s.t.Helper()
	var first []compensate.Leaf
	var digest [32]byte
	for i, id := range replicas(tier) {
		n := s.nodes[id]
		leaves, err := n.state.Dump()
		if err != nil {
			s.t.Fatal(err)
		}
		d, err := n.state.Digest()
		if err != nil {
			s.t.Fatal(err)
		}
		if i == 0 {
			first, digest = leaves, d
			continue
		}
		if diff := compensate.Diff(first, leaves); len(diff) > 0 || d != digest {
			return fmt.Sprintf("%s: %v", id, diff)
		}
	}
	return ""
}

func (s *system) wantEqual() {
	s.t.Helper()
	for _, tier := range []string{"tier2", "tier3"} {
		if d := s.difference(tier); d != "" {
			s.t.Errorf("%s diverged: %s", tier, d)
		}
	}
}

// wantCounts checks that each op ran once in each tier.
func (s *system) wantCounts(ops int) {
	s.t.Helper()
	for _, id := range all {
		var got []int
		want := []int{ops, ops}
		switch impl := s.impls[id].(type) {
		case *fooService:
			got = []int{impl.Calls, impl.Done}
		case *barService:
			got, want = []int{impl.Calls}, []int{ops}
		}
		if d := cmp.Diff(want, got); d != "" {
			s.t.Errorf("%s ran another number of operations (-want +got):\n%s", id, d)
		}
	}
}

func (s *system) fault(id wire.ID) error {
	if f := s.nodes[id].fault.Load(); f != nil {
		return *f
	}
	return nil
}

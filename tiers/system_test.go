package tiers

import (
	"fmt"
	"log/slog"
	"testing"

	"google.golang.org/grpc"

	midasrt "github.com/midas-tiers/midas/runtime"
	"github.com/midas-tiers/midas/tiers/order"
	"github.com/midas-tiers/midas/tiers/order/ordertest"
	"github.com/midas-tiers/midas/tiers/wire"
	"github.com/midas-tiers/midas/tiers/wire/wiretest"
)

// program is what the processes of one tier run.
type program struct {
	tier  string
	calls string // the tier that it calls, "" if none
	build func(*Place) (*grpc.ServiceDesc, service)
}

// service is a program's state.
type service interface {
	// counts returns the operations that have begun and those that have ended.
	counts() (begun, ended int)
}

// replicasPerTier is the size of every group.
const replicasPerTier = 3

// placeOf is the place of a system of the programs, without its members.
func placeOf(programs []program, a arm) Place {
	p := Place{
		Version: 2, Style: a.style, Technique: string(a.technique), Commit: "safe", Reads: "index", Lanes: 2, Log: "disk",
		Tiers: make(map[string][]Member), Calls: make(map[string]string), Edges: make(map[string][]string),
	}
	for _, pr := range programs {
		if pr.calls != "" {
			p.Calls[pr.calls] = pr.calls
			p.Edges[pr.tier] = []string{pr.calls}
		}
	}
	return p
}

// replicas are the ids of a tier's replicas.
func replicas(tier string) []wire.ID {
	var ids []wire.ID
	for r := 1; r <= replicasPerTier; r++ {
		ids = append(ids, wire.ID{Tier: tier, Replica: r})
	}
	return ids
}

// system is the programs' tiers in one goroutine: the test delivers frames and ticks.
type system struct {
	t        *testing.T
	programs map[string]program
	tiers    []string // the first one serves the clients
	all      []wire.ID
	net      *wiretest.Network
	groups   map[string]*ordertest.Group
	place    Place
	nodes    map[wire.ID]*node
	impls    map[wire.ID]service
	lives    map[wire.ID]incarnation
	prime    func(id wire.ID, impl service) // changes what a replica is constructed with
	work     map[*node][]func()             // of lanes, not begun
	pick     func(int) int                  // which of so many begins next
	most     int                            // were there at a time
}

func newSystem(t *testing.T, programs []program, a arm, change func(*Place)) *system {
	s := &system{
		t: t, net: wiretest.NewNetwork(1), place: placeOf(programs, a), pick: func(int) int { return 0 },
		programs: make(map[string]program), groups: make(map[string]*ordertest.Group), work: make(map[*node][]func()),
		nodes: make(map[wire.ID]*node), impls: make(map[wire.ID]service), lives: make(map[wire.ID]incarnation),
	}
	for _, p := range programs {
		s.programs[p.tier] = p
		s.groups[p.tier] = ordertest.NewGroup()
		s.tiers = append(s.tiers, p.tier)
		for _, id := range replicas(p.tier) {
			s.all = append(s.all, id)
			peer := fmt.Sprintf("127.0.0.1:%d", len(s.all)) // a name: nothing listens
			s.place.Tiers[p.tier] = append(s.place.Tiers[p.tier], Member{ID: id.Replica, Peer: peer})
		}
	}
	if change != nil {
		change(&s.place)
	}
	t.Cleanup(s.stop)
	return s
}

func (s *system) startAll() {
	s.t.Helper()
	for _, id := range s.all {
		s.start(id)
	}
	s.pump()
	for _, id := range s.all {
		if !s.nodes[id].running() {
			s.t.Fatalf("replica %s has not joined: %v", id, s.fault(id))
		}
	}
}

// start starts a replica with a fresh service, as a process does; its log lies in the group.
func (s *system) start(id wire.ID) *node {
	s.t.Helper()
	place := s.place
	place.Tier, place.Replica = id.Tier, id.Replica
	desc, impl := s.programs[id.Tier].build(&place)
	if s.prime != nil {
		s.prime(id, impl)
	}
	sv := newServices(midasrt.TableOf())
	sv.add(nil, desc, impl, &edge{})
	n, err := newNode(nodeConfig{place: &place, services: sv, logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		s.t.Fatal(err)
	}
	n.spawn = func(f func()) { s.work[n] = append(s.work[n], f) }
	life := s.lives[id]
	life.Number++
	life.New = life.LogID == "" || place.Log == "memory"
	if life.New {
		life.LogID = fmt.Sprintf("%s %d", id, life.Number)
		life.Peers = make(map[int]peerLog)
	}
	life.keeper = mapKeeper{keepNothing{life.Number}, life.Peers}
	s.lives[id], s.nodes[id], s.impls[id] = life, n, impl
	n.begin(life, s.net.Attach(id, n.receive), func(incarnation) (order.Log, error) { return &cuttable{Log: s.groups[id.Tier].Open(id.Replica)}, nil })
	n.seek()
	return n
}

// mapKeeper remembers from one life of a replica to the next.
type mapKeeper struct {
	keepNothing
	peers map[int]peerLog
}

func (k mapKeeper) remember(replica int, l peerLog) error {
	k.peers[replica] = l
	return nil
}

// kill ends a replica without a word.
func (s *system) kill(id wire.ID) {
	n := s.nodes[id]
	delete(s.nodes, id)
	delete(s.work, n)
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

func (s *system) fault(id wire.ID) error {
	if f := s.nodes[id].fault.Load(); f != nil {
		return *f
	}
	return nil
}

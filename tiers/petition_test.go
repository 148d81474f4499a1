package tiers

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/midas-tiers/midas/compensate"
	"github.com/midas-tiers/midas/tiers/order"
	"github.com/midas-tiers/midas/tiers/wire"
	"github.com/midas-tiers/midas/tiers/wire/wiretest"
)

// seatedLog says what the seats are, and notes what is to become of them.
type seatedLog struct {
	order.Log
	seats  order.Seats
	asked  []order.Change
	yields int
}

func (l *seatedLog) Seats() order.Seats { return l.seats }

func (l *seatedLog) Change(at uint64, c order.Change, done func(error)) {
	if at != l.seats.Index {
		done(errors.New("other seats"))
		return
	}
	l.asked = append(l.asked, c)
}

func (l *seatedLog) Yield() { l.yields++ }

// What a leader does about a petition follows from the seats and the petition alone, so that it does not matter whether it has heard it
// before, or another leader has.
func TestPetition(t *testing.T) {
	first, second := order.Seat{Replica: 1, Addr: "1", Voter: true}, order.Seat{Replica: 2, Addr: "2", Voter: true}
	lost := order.Seat{Replica: 3, Addr: "3", Voter: true}
	earlier := order.Seat{Replica: 3, Since: 5, Log: "earlier", Addr: "3"}
	next := order.Seat{Replica: 3, Since: 8, Log: "next", Addr: "127.0.0.1:3"}
	voter := next
	voter.Voter = true
	add := order.Change{Kind: order.Add, Seat: order.Seat{Replica: 3, Since: 9, Log: "next", Addr: "127.0.0.1:3"}}
	ready := petition{Ready: true}
	for _, c := range []struct {
		name   string
		third  *order.Seat // the seat that is asked for
		since  uint64      // of the seat that the petitioner has
		asks   petition
		change *order.Change
		answer *seated
	}{
		{"first asked", &lost, 0, petition{}, nil, &seated{Taken: &lost}},
		{"told whose seat it is", &lost, 0, petition{Instead: &lost}, &order.Change{Kind: order.Remove, Seat: lost}, nil},
		{"late: means a log that has gone", &earlier, 0, petition{Instead: &lost}, nil, &seated{Taken: &earlier}},
		{"second loss", &earlier, 0, petition{Instead: &earlier}, &order.Change{Kind: order.Remove, Seat: earlier}, nil},
		{"seat is vacant", nil, 0, petition{Instead: &lost}, &add, nil},
		{"seat is given", &next, 0, petition{Instead: &lost}, nil, &seated{Since: 8}},
		{"catches up", &next, 8, petition{}, nil, &seated{Since: 8}},
		{"has caught up", &next, 8, ready, &order.Change{Kind: order.Vote, Seat: next}, &seated{Since: 8}},
		{"has caught up and not taken its seat", &next, 0, ready, nil, &seated{Since: 8}},
		{"has its vote", &voter, 8, ready, nil, &seated{Since: 8}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSystem(t, slides, arm{styleLeader, compensate.Reexecute}, nil)
			s.startAll()
			n := s.nodes[wire.ID{Tier: "tier2", Replica: 1}]
			log := &seatedLog{Log: *n.log.Load(), seats: order.Seats{Index: 9, All: []order.Seat{first, second}}}
			if c.third != nil {
				log.seats.All = append(log.seats.All, *c.third)
			}
			var seats order.Log = log
			n.log.Store(&seats)
			var told []seated
			s.net.Filter(func(f wiretest.Flight) wiretest.Verdict {
				if f.Frame.Kind == wire.Seat {
					var a seated
					if err := lenient.Unmarshal(f.Frame.Body, &a); err != nil {
						t.Error(err)
					}
					told = append(told, a)
				}
				return wiretest.Pass
			})
			g := greeting{Size: 3, LogID: "next", Since: c.since, New: true, Addr: add.Seat.Addr, Program: n.genesis.program, State: n.genesis.state, Asks: &c.asks}
			c.asks.Applied = n.applied
			known := n.logs()
			n.meet(&wire.Frame{Kind: wire.Hello, From: third, Body: must(stable.Marshal(g))})
			var want []order.Change
			if c.change != nil {
				want = append(want, *c.change)
			}
			if d := cmp.Diff(want, log.asked); d != "" {
				t.Errorf("changes (-want +got):\n%s", d)
			}
			var answers []seated
			if c.answer != nil {
				c.answer.LogID = "next"
				if answers = append(answers, *c.answer); c.answer.Since > 0 {
					answers[0].Known = known
				}
			}
			if d := cmp.Diff(answers, told); d != "" {
				t.Errorf("answers (-want +got):\n%s", d)
			}
			n.meet(&wire.Frame{Kind: wire.Hello, From: third, Body: must(stable.Marshal(g))})
			if len(log.asked) > len(want) {
				t.Error("a second change is asked for while the first is under way")
			}
		})
	}
}

// A leader whose own log is replaced leaves the lead to one that can take its seat.
func TestLeaderGivesWay(t *testing.T) {
	s := newSystem(t, slides, arm{styleLeader, compensate.Reexecute}, nil)
	s.startAll()
	n := s.nodes[wire.ID{Tier: "tier2", Replica: 1}]
	log := &seatedLog{Log: *n.log.Load()}
	var seats order.Log = log
	n.log.Store(&seats)
	g := greeting{Size: 3, LogID: "next", Asks: &petition{}}
	n.meet(&wire.Frame{Kind: wire.Hello, From: wire.ID{Tier: "tier2", Replica: 1}, Body: must(stable.Marshal(g))})
	if log.yields != 1 {
		t.Errorf("the leader yields %d times, want once", log.yields)
	}
}

// A replica that has taken a seat over refuses whoever has lost his log, also if it has never met him.
func TestSeatComesWithMemory(t *testing.T) {
	s := newSystem(t, slides, arm{styleLeader, compensate.Reexecute}, nil)
	first := wire.ID{Tier: "tier2", Replica: 1}
	n := s.start(first)
	n.life.Replaces = true
	n.takeSeat(&wire.Frame{Body: must(stable.Marshal(seated{LogID: n.life.LogID, Since: 7, Known: map[int]peerLog{2: {LogID: "two"}, 1: {LogID: "lost"}}}))})
	if !n.running() || n.life.Since != 7 {
		t.Fatalf("the replica does not run in its seat: %+v", n.life)
	}
	if reason := n.foreign(2, greeting{LogID: "another", New: true}); reason == "" {
		t.Error("a replica that lost its log is welcome")
	}
	if reason := n.foreign(2, greeting{LogID: "two"}); reason != "" {
		t.Errorf("a replica that kept its log is refused: %s", reason)
	}
}

// Whoever knows of a later log refuses an earlier one; whoever slept meanwhile believes the later one.
func TestForeignLogs(t *testing.T) {
	for _, c := range []struct {
		name  string
		known peerLog
		g     greeting
		want  string
	}{
		{"nothing is known", peerLog{}, greeting{LogID: "a", New: true}, ""},
		{"as before", peerLog{LogID: "a"}, greeting{LogID: "a"}, ""},
		{"lost", peerLog{LogID: "a"}, greeting{LogID: "b", New: true}, "has lost its log"},
		{"took over while this one slept", peerLog{LogID: "a"}, greeting{LogID: "b", Since: 7}, ""},
		{"comes back after it was replaced", peerLog{LogID: "b", Since: 7}, greeting{LogID: "a"}, "another log has taken its place"},
		{"comes back to a vacant seat", peerLog{Since: 7}, greeting{LogID: "a"}, "another log has taken its place"},
		{"lost, the seat is vacant", peerLog{Since: 7}, greeting{LogID: "c", New: true}, "has lost its log"},
		{"takes a vacant seat", peerLog{Since: 7}, greeting{LogID: "b", Since: 7}, ""},
		{"lost after it took over", peerLog{LogID: "b", Since: 7}, greeting{LogID: "c", New: true}, "has lost its log"},
	} {
		n := &node{nodeConfig: nodeConfig{place: &Place{Tier: "t"}}, hello: newHellos(map[int]peerLog{2: c.known})}
		got := n.foreign(2, c.g)
		if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

package tiers

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/midas-tiers/midas/tiers/order"
	"github.com/midas-tiers/midas/tiers/wire"
)

// A replica whose log is lost must not vote again as itself: it may have voted, or acknowledged entries, and has forgotten. When the
// operator says that the log is gone for good, the replica starts with a new one and petitions the group's leader, at every tick, until it
// has a vote. The leader makes the next of these changes each time, and the group's majority agrees to each:
//
//	the lost log's seat is taken away       only if the petition names that log: nobody else's seat is meant
//	the new log gets a seat without a vote  under a name that holds the log index of the last change, so that it is new for all time
//	it gets a vote                          when it has caught up, and a loss of it would be noticed
//
// What has been agreed stands in the log, so that each step may be lost, repeated, or go on under the next leader. A petition that comes
// late names a log that has no seat any more, and is void.

const (
	caughtUp = 1024 // log entries that a log may lack and get its vote
	lonely   = 25   // ticks without a leader after which a replica asks whether it still belongs to the group
	tellTime = 2 * time.Second
)

// petition is what a log that takes the place of a lost one tells the leader.
type petition struct {
	Instead *order.Seat // the seat that is to be taken away, as the leader has told; nil if it has not yet
	Applied uint64      // log index
	Ready   bool        // it follows the log, and a loss would be noticed
}

// seated is the body of a Seat frame.
type seated struct {
	LogID string          // of the log that is meant
	Since uint64          // of its seat, 0 if it has none
	Known map[int]peerLog // with a seat: the logs of the others, so that also the new one refuses whoever has lost his
	Taken *order.Seat     // the seat of another log, if that is in the way
}

// seating is what a replica knows of its group's seats.
type seating struct {
	index    uint64         // of the last change that it has seen
	instead  *order.Seat    // whose place its own log takes, as the leader has told
	changing bool           // it leads, and a change is under way
	failure  string         // of the last change, told once
	alone    uint64         // ticks without a leader
	addrs    map[int]string // of replicas whose logs have taken over
}

// seatless says that the log waits for the seat of a lost one.
func (n *node) seatless() bool { return n.life.Replaces && n.life.Since == 0 }

func (g greeting) seatless() bool { return g.Asks != nil && g.Since == 0 }

// petition is nil for a replica that has its seat.
func (n *node) petition() *petition {
	if !n.life.Replaces {
		return nil
	}
	return &petition{
		Instead: n.seat.instead, Applied: n.applied, Ready: n.running() && !n.stuck && !n.mute && n.life.held(),
	}
}

// reach answers a greeting. Who greets need not be where the group knows the replica to be: a log that waits for its seat, or one that has
// lost it.
func (n *node) reach(replica int, g greeting, kind wire.Kind, body []byte) {
	if n.addr(replica) == g.Addr {
		n.toMember(replica, kind, body)
		return
	}
	f := n.envelope(kind, body)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), tellTime)
		defer cancel()
		if err := wire.Tell(ctx, g.Addr, f); err != nil {
			n.logger.Debug("a replica that greets cannot be reached", "error", err)
		}
	}()
}

// hearPetition makes the next change for a log that takes the place of a lost one, if this replica leads.
func (n *node) hearPetition(f *wire.Frame, g greeting) {
	replica := f.From.Replica
	if n.leader == replica { // a log that works is replaced: its replica does not greet itself
		n.link.Send(f.From, f)
		return
	}
	if !n.running() || n.leader != n.place.Replica || n.seat.changing {
		return
	}
	seats := (*n.log.Load()).Seats()
	seat, taken := seats.Of(replica)
	switch {
	case seats.Index == 0:
	case taken && seat.Log == g.LogID:
		n.reach(replica, g, wire.Seat, must(stable.Marshal(seated{LogID: g.LogID, Since: seat.Since, Known: n.logs()})))
		if !seat.Voter && g.Since == seat.Since && g.Asks.Ready && g.Asks.Applied+caughtUp >= n.applied {
			n.change(seats.Index, order.Vote, seat)
		}
	case g.Since > 0: // it had a seat, which was taken away: whoever knows so refuses it
	case taken && (g.Asks.Instead == nil || !g.Asks.Instead.Same(seat)):
		n.reach(replica, g, wire.Seat, must(stable.Marshal(seated{LogID: g.LogID, Taken: &seat})))
	case taken:
		n.change(seats.Index, order.Remove, seat)
	default:
		n.change(seats.Index, order.Add, order.Seat{Replica: replica, Since: seats.Index, Log: g.LogID, Addr: g.Addr})
	}
}

// giveWay is for the leader whose own log is to be replaced: another one has to do that.
func (n *node) giveWay(g greeting) {
	if g.seatless() && n.running() && n.leader == n.place.Replica {
		n.yield()
	}
}

// change has the group agree to a change of seats.
func (n *node) change(at uint64, kind order.ChangeKind, s order.Seat) {
	n.seat.changing = true
	(*n.log.Load()).Change(at, order.Change{Kind: kind, Seat: s}, func(err error) {
		go n.post(context.Background(), func() { n.changed(kind, s, err) })
	})
}

func (n *node) changed(kind order.ChangeKind, s order.Seat, err error) {
	n.seat.changing = false
	log, failure := n.logger.With("which", s.Replica), ""
	switch {
	case err != nil:
		if failure = err.Error(); failure != n.seat.failure {
			log.Warn("a change of the group's seats failed; it is tried again", "error", err)
		}
	case kind == order.Remove:
		log.Info("the lost log of a replica has no seat any more")
	case kind == order.Add:
		log.Info("a new log has a replica's seat, and no vote before it has caught up")
	case kind == order.Vote:
		log.Info("the new log of a replica has a vote")
	}
	n.seat.failure = failure
}

// logs are those of the group's replicas, as far as this one knows.
func (n *node) logs() map[int]peerLog {
	all := maps.Clone(n.hello.seen)
	all[n.place.Replica] = peerLog{n.life.LogID, n.life.Since}
	return all
}

// takeSeat learns from the leader where the own log stands.
func (n *node) takeSeat(f *wire.Frame) {
	var s seated
	if err := lenient.Unmarshal(f.Body, &s); err != nil || s.LogID != n.life.LogID || !n.seatless() {
		return
	}
	if s.Since == 0 {
		n.seat.instead = s.Taken
		return
	}
	for _, replica := range slices.Sorted(maps.Keys(s.Known)) {
		if l := s.Known[replica]; replica != n.place.Replica && !n.remember(replica, l) {
			return
		}
	}
	number, err := n.life.sit(s.Since)
	if err != nil {
		n.fail(err)
		return
	}
	n.life.Number, n.life.Since, n.life.New = number, s.Since, false
	n.logger.Info("this replica's new log has its seat", "since", s.Since)
	n.join()
}

// watchSeats learns what the group has agreed on.
func (n *node) watchSeats() {
	if !n.running() {
		return
	}
	n.askIfLonely()
	n.announce()
	seats := (*n.log.Load()).Seats()
	if seats.Index <= n.seat.index {
		return
	}
	for _, m := range n.place.Tiers[n.place.Tier] {
		if m.ID == n.place.Replica {
			n.watchOwnSeat(seats)
		} else if !n.watchSeat(m.ID, seats) {
			return
		}
	}
	n.seat.index = seats.Index
}

// watchSeat notes whose log another replica has, and where it is.
func (n *node) watchSeat(replica int, seats order.Seats) bool {
	seat, ok := seats.Of(replica)
	known := n.hello.seen[replica]
	switch {
	case !ok && seats.Index > known.Since:
		return n.remember(replica, peerLog{Since: seats.Index})
	case ok && seat.Since > 0 && seat.Since >= known.Since:
		n.seat.addrs[replica] = seat.Addr
		n.link.Move(wire.ID{Tier: n.place.Tier, Replica: replica}, seat.Addr)
		return n.remember(replica, peerLog{seat.Log, seat.Since})
	}
	return true
}

// addr is where another replica of the tier listens, as far as is known.
func (n *node) addr(replica int) string {
	return cmp.Or(n.seat.addrs[replica], n.place.group()[replica])
}

// watchOwnSeat sees whether the own log has its vote, or its seat no more.
func (n *node) watchOwnSeat(seats order.Seats) {
	seat, ok := seats.Of(n.place.Replica)
	switch {
	case !ok && seats.Index > n.life.Since, ok && seat.Since > n.life.Since:
		n.fail(errSeatLost)
	case ok && seat.Since == n.life.Since && seat.Voter && n.life.Replaces:
		if err := n.life.stay(); err != nil {
			n.fail(err)
			return
		}
		n.life.Replaces = false
		n.logger.Info("this replica's new log has a vote", "index", n.applied)
	}
}

// errSeatLost ends a replica whose log has no seat any more.
var errSeatLost = errors.New("another log has taken its place in the group, so that its data folder is of no use any more: remove it")

// askIfLonely greets the others again if nobody has led for long: a log whose seat was taken away while it was out of reach is told so by
// nobody else.
func (n *node) askIfLonely() {
	if n.leader != 0 {
		n.seat.alone = 0
		return
	}
	if n.seat.alone++; n.seat.alone%lonely == 0 {
		clear(n.hello.welcomed)
	}
}

package tiers

import (
	"time"

	"github.com/midas-tiers/midas/tiers/core"
	"github.com/midas-tiers/midas/tiers/wire"
	"github.com/midas-tiers/midas/tiers/wire/wiretest"
)

// patience is how many ticks an answer, or rest, may take.
const patience = 400

// pump lets every replica do what it can until nothing is left to do without the clock.
func (s *system) pump() {
	for s.step() || s.performing() {
	}
}

// performing waits a moment if a handler performs an external effect, on a goroutine of its own.
func (s *system) performing() bool {
	for _, n := range s.nodes {
		for _, e := range n.ops {
			for _, result := range e.performed {
				if result == nil {
					time.Sleep(20 * time.Microsecond)
					return true
				}
			}
		}
	}
	return false
}

// step lets every replica handle what has reached it, delivers one frame, and reports whether there was anything to do.
func (s *system) step() bool {
	busy := false
	for _, id := range s.all {
		if n := s.nodes[id]; n != nil {
			busy = s.turn(n) || busy
		}
	}
	return s.net.Step() || busy
}

func (s *system) turn(n *node) bool {
	busy := false
	for len(n.inbox) > 0 {
		(<-n.inbox)()
		busy = true
	}
	busy = n.takeEnds() || busy
	if work := s.work[n]; len(work) > 0 {
		i := s.pick(len(work))
		s.most = max(s.most, len(work))
		s.work[n] = append(work[:i:i], work[i+1:]...)
		work[i]()
		busy = true
	}
	if n.running() {
		n.watchLeader()
	}
	before := n.applied
	for n.readLog() {
	}
	return busy || n.applied != before
}

// tick lets d ticks pass.
func (s *system) tick(d int) {
	for range d {
		for _, id := range s.all {
			if n := s.nodes[id]; n != nil {
				n.tick()
			}
		}
		s.pump()
	}
}

// settle lets time pass until every replica is quiet.
func (s *system) settle() {
	s.t.Helper()
	for range patience {
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

// storm loses a seventh of all frames, repeats another, and delivers in an order that follows from the seed.
func (s *system) storm(seed uint64) {
	s.net.Shuffle(true)
	count := seed
	s.net.Filter(func(wiretest.Flight) wiretest.Verdict {
		count++
		switch count % 7 {
		case 2:
			return wiretest.Drop
		case 5:
			return wiretest.Repeat
		}
		return wiretest.Pass
	})
}

// request is a client's: sent to one replica, and if that dies, with the same id to another.
type request struct {
	op, method string
	value      int64
	at         wire.ID
	node       *node // at, in the life in which the request was sent
	answer     waiter
}

// send sends a request to a replica; its reply comes with await.
func (s *system) send(at wire.ID, op, method string, value int64) *request {
	s.t.Helper()
	r := &request{op: op, method: method, value: value, at: at}
	s.sendAgain(r)
	return r
}

func (s *system) sendAgain(r *request) {
	s.t.Helper()
	message, err := marshal(&number{Value: r.value})
	if err != nil {
		s.t.Fatal(err)
	}
	r.node, r.answer = s.nodes[r.at], make(waiter, 1)
	m := r.node.services.methods[r.method]
	ask := &core.ClientRequest{
		Op: core.OpID(r.op), Method: r.method, Request: message, Read: m.reads && s.place.Reads == "index",
	}
	ask.Op = asRead(ask)
	r.node.admit(ask, r.answer)
}

// failOver sends a request whose replica has died to the next one that lives.
func (s *system) failOver(r *request) {
	for s.nodes[r.at] == nil {
		r.at.Replica = r.at.Replica%replicasPerTier + 1
	}
	if s.nodes[r.at] != r.node {
		s.sendAgain(r)
	}
}

// await lets time pass until a request is answered.
func (s *system) await(r *request) *reply {
	s.t.Helper()
	s.pump()
	for range patience {
		s.failOver(r)
		select {
		case a := <-r.answer:
			if a.Refused {
				s.t.Fatalf("operation %s: %v", r.op, a.refusal())
			}
			got, err := decodeReply(a.Payload)
			if err != nil {
				s.t.Fatal(err)
			}
			return got
		default:
			s.tick(1)
		}
	}
	s.t.Fatalf("operation %s gets no reply", r.op)
	return nil
}

// call sends a request and awaits its reply.
func (s *system) call(at wire.ID, op, method string, value int64) *reply {
	s.t.Helper()
	return s.await(s.send(at, op, method, value))
}

package tiers

import (
	"fmt"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/midas-tiers/midas/tiers/core"
	"github.com/midas-tiers/midas/tiers/wire"
)

func eachRead(t *testing.T, f func(t *testing.T, lease bool, seed uint64)) {
	for _, lease := range []bool{false, true} {
		for seed := range uint64(15) {
			t.Run(fmt.Sprintf("lease=%v/%d", lease, seed), func(t *testing.T) { f(t, lease, seed) })
		}
	}
}

func newShelf(t *testing.T, a arm, change func(*Place)) *system {
	s := newSystem(t, shelf, a, change)
	s.startAll()
	return s
}

func TestReadsAreLinearizable(t *testing.T) {
	reads := uint64(0)
	eachRead(t, func(t *testing.T, lease bool, seed uint64) {
		s := newShelf(t, styles[seed%2], func(p *Place) { p.Lease = lease })
		h := &history{s: s}
		h.run(seed)
		if !h.linearizable() {
			t.Error("the history is not linearizable")
		}
		s.settle()
		s.wantEqual()
		for _, n := range s.nodes {
			reads += n.stats.Reads
		}
	})
	if reads == 0 {
		t.Error("nothing was read without the log")
	}
}

// A replica that takes itself to lead while another one does must be found out.
func TestStaleReadsAreCaught(t *testing.T) {
	for _, lease := range []bool{false, true} {
		caught := false
		for seed := uint64(0); seed < 20 && !caught; seed++ {
			s := newShelf(t, styles[0], func(p *Place) { p.Lease = lease })
			for _, n := range s.nodes {
				l := (*n.log.Load()).(*cuttable)
				l.verified = true
			}
			h := &history{s: s}
			h.run(seed)
			caught = !h.linearizable()
		}
		if !caught {
			t.Errorf("lease %v: stale reads of a leader that is cut off go unnoticed", lease)
		}
	}
}

// A replica that leads again, and has not noticed that another one led in between, must not read before it has seen what that one did.
func TestReadAfterUnnoticedElections(t *testing.T) {
	for _, lease := range []bool{false, true} {
		s := newShelf(t, styles[0], func(p *Place) { p.Lease = lease })
		first, second := s.all[0], s.all[1]
		s.call(first, "a/1", countMethod, 1)
		s.settle()
		g := s.groups["shelf"]
		g.Hold(1)
		l := (*s.nodes[first].log.Load()).(*cuttable)
		l.leader, l.term, l.cut = 1, l.Log.Term(), true
		g.Lead(2)
		s.call(second, "b/1", countMethod, 1)
		g.Lead(1)
		l.cut = false
		read := s.send(first, "c/1", getMethod, 1)
		s.tick(2)
		if read.answered() {
			t.Errorf("lease %v: the read is answered before its replica has seen what was acknowledged", lease)
		}
		g.Release(1)
		var got number
		if err := proto.Unmarshal(s.await(read).Message, &got); err != nil || got.Value != 2 {
			t.Errorf("lease %v: got %d and %v, want 2", lease, got.Value, err)
		}
	}
}

// What is taken to be a read and is none fails, and nothing comes of it.
func TestReadThatCallsFails(t *testing.T) {
	s := newShelf(t, styles[0], nil)
	err := s.call(wire.ID{Tier: "shelf", Replica: 2}, "c/1", liarMethod, 1).err()
	if status.Code(err) != codes.FailedPrecondition || !strings.Contains(err.Error(), "runs as a read, and calls "+getMethod) {
		t.Errorf("got %v, want FAILED_PRECONDITION", err)
	}
	s.settle()
	s.wantEqual()
}

// A read leaves no entry in the log; by the log it does.
func TestReadsLeaveNoEntry(t *testing.T) {
	for reads, want := range map[string]map[core.Kind]int{
		"index": {core.Lead: 1}, "log": {core.Lead: 1, core.Begin: 1},
	} {
		s := newShelf(t, styles[0], func(p *Place) { p.Reads = reads })
		for _, id := range replicas("shelf") {
			s.call(id, "c/1", getMethod, 1)
		}
		s.settle()
		s.wantKinds("shelf", want)
	}
}

// A client that gives a read and a write one id gets both right, or an error; the replicas stay equal.
func TestReadUnderAWritesName(t *testing.T) {
	eachArm(t, func(t *testing.T, a arm) {
		s := newShelf(t, a, nil)
		var all []*request
		for range 3 {
			for _, method := range []string{getMethod, putMethod} {
				all = append(all, s.send(s.all[0], "c/1", method, 1))
			}
		}
		for _, r := range all {
			if err := s.await(r).err(); err != nil {
				t.Error(err)
			}
		}
		s.settle()
		s.wantEqual()
		s.wantKinds("shelf", wantedKinds(a))
	})
}

// A client that gives up waiting for a read is forgotten.
func TestReadIsGivenUp(t *testing.T) {
	s := newShelf(t, styles[0], nil)
	id := wire.ID{Tier: "shelf", Replica: 1}
	cut := s.cut(id)
	r := s.send(id, "c/1", getMethod, 1)
	s.tick(2)
	n := s.nodes[id]
	n.leave(core.OpID(r.op+"/read"), r.answer)
	if r.answered() || !n.core.Quiet() {
		t.Errorf("answered %v, quiet %v, want a quiet core and no answer", r.answered(), n.core.Quiet())
	}
	cut.heal()
	s.settle()
}

package tiers

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/midas-tiers/midas/tiers/core"
	"github.com/midas-tiers/midas/tiers/wire"
	"github.com/midas-tiers/midas/tiers/wire/wiretest"
)

// outside is what the shelf's effects do: it remembers every mail that was sent.
type outside struct {
	mu   sync.Mutex
	sent map[int64]int
	last int
}

// times is how often a mail was sent.
func (o *outside) times(text int64) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.sent[text]
}

// post gives every shelf of the system the same outside. A mail with the text 13 cannot be sent.
func (o *outside) post(s *system) {
	o.sent = make(map[int64]int)
	s.prime = func(_ wire.ID, impl service) {
		impl.(*shelfService).send = func(text int64) string {
			if text == 13 {
				panic("the post is closed")
			}
			o.mu.Lock()
			defer o.mu.Unlock()
			o.sent[text]++
			o.last++
			return fmt.Sprint("receipt ", o.last) // another one each time
		}
	}
}

// wantMails checks that every mail was sent, and is counted once in the state.
func (s *system) wantMails(o *outside, from, to int64) {
	s.t.Helper()
	for text := from; text <= to; text++ {
		if o.times(text) == 0 {
			s.t.Errorf("mail %d was not sent", text)
		}
	}
	for _, id := range s.all {
		if got, want := s.impls[id].(*shelfService).Mails, 101*(to-from+1); got != want {
			s.t.Errorf("%s counts %d, want %d: each mail once", id, got, want)
		}
	}
	s.wantEqual()
}

// While nobody dies an effect is performed once, however often messages are lost.
func TestEffectsArePerformedOnce(t *testing.T) {
	eachArm(t, func(t *testing.T, a arm) {
		s := newSystem(t, shelf, a, nil)
		var o outside
		o.post(s)
		s.startAll()
		for text := int64(1); text <= 6; text++ {
			s.call(s.all[text%3], fmt.Sprintf("c/%d", text), mailMethod, text)
		}
		s.settle()
		s.wantMails(&o, 1, 6)
		for text := int64(1); text <= 6; text++ {
			if n := o.times(text); n != 1 {
				t.Errorf("mail %d was sent %d times", text, n)
			}
		}
	})
}

// An effect that takes its time is performed once, and what came of it is not lost with the lead.
func TestSlowEffectIsPerformedOnce(t *testing.T) {
	eachStyle(t, func(t *testing.T, a arm) {
		s := newSystem(t, shelf, a, nil)
		var o outside
		o.post(s)
		prime, hold := s.prime, make(chan struct{})
		s.prime = func(id wire.ID, impl service) {
			prime(id, impl)
			send := impl.(*shelfService).send
			impl.(*shelfService).send = func(text int64) string {
				<-hold
				return send(text)
			}
		}
		s.startAll()
		n := s.nodes[wire.ID{Tier: "shelf", Replica: 1}]
		r := s.send(wire.ID{Tier: "shelf", Replica: 1}, "c/1", mailMethod, 1)
		for n.stats.Effects == 0 {
			s.step()
		}
		for range 10 { // the core asks again
			n.tick()
			s.step()
		}
		s.groups["shelf"].Lead(0)
		s.step()
		close(hold)
		s.pump()
		s.groups["shelf"].Lead(1)
		s.await(r)
		s.settle()
		if got := o.times(1); got != 1 {
			t.Errorf("the mail was sent %d times, want once", got)
		}
		s.wantMails(&o, 1, 1)
	})
}

// The leader dies at every moment between performing and knowing that the log has it: the state counts each mail once, and none is lost.
func TestEffectsSurviveTheLeader(t *testing.T) {
	eachStyle(t, func(t *testing.T, a arm) {
		again := 0
		for steps := range 24 {
			s := newSystem(t, shelf, a, nil)
			var o outside
			o.post(s)
			s.startAll()
			leader := wire.ID{Tier: "shelf", Replica: 1}
			r := s.send(wire.ID{Tier: "shelf", Replica: 2}, "c/1", mailMethod, 1)
			for range steps {
				s.step()
			}
			for s.performing() && o.times(1) == 0 { // it is sent, and nobody has heard of it
			}
			s.lose(leader)
			s.await(r)
			s.start(leader)
			s.settle()
			s.wantMails(&o, 1, 1)
			again += o.times(1) - 1
		}
		if again == 0 {
			t.Error("no mail was sent twice: no leader died in between, and the test proves nothing")
		}
	})
}

// A leader that is cut off performs nothing of what it runs ahead of the log: the outside cannot take it back.
func TestVoidEffectsAreNotPerformed(t *testing.T) {
	eachStyle(t, func(t *testing.T, a arm) {
		s := newSystem(t, shelf, a, nil)
		var o outside
		o.post(s)
		s.startAll()
		leader := wire.ID{Tier: "shelf", Replica: 1}
		cut := s.cut(leader)
		r := s.send(leader, "c/1", mailMethod, 1)
		s.tick(3)
		if o.times(1) != 0 {
			t.Fatal("a leader that is cut off has sent a mail")
		}
		s.groups["shelf"].Lead(2)
		cut.heal()
		s.await(r)
		s.settle()
		s.wantMails(&o, 1, 1)
	})
}

func TestEffectWithoutResult(t *testing.T) {
	eachArm(t, func(t *testing.T, a arm) {
		s := newSystem(t, shelf, a, nil)
		var o outside
		o.post(s)
		s.startAll()
		err := s.call(wire.ID{Tier: "shelf", Replica: 2}, "c/1", mailMethod, 13).err()
		if status.Code(err) != codes.Internal || !strings.Contains(err.Error(), "the post is closed") {
			t.Errorf("got %v, want INTERNAL with the panic's text", err)
		}
		s.call(wire.ID{Tier: "shelf", Replica: 2}, "c/2", mailMethod, 1)
		s.settle()
		s.wantEqual()
		for _, n := range s.nodes {
			if n.stats.Stuck > 0 {
				t.Errorf("replica %d was stuck", n.place.Replica)
			}
		}
	})
}

// A call whose callee has forgotten its client ends with an error.
func TestCallRefusedEnds(t *testing.T) {
	eachStyle(t, func(t *testing.T, a arm) {
		s := newSystem(t, slides, a, nil)
		s.startAll()
		s.net.Filter(func(f wiretest.Flight) wiretest.Verdict {
			m, ok := messageIn(f)
			if !ok || m.Kind != core.Reply || f.To.Tier != "tier2" {
				return wiretest.Pass
			}
			*m = core.Msg{Kind: core.Refused, FromTier: m.FromTier, FromReplica: m.FromReplica, Op: m.Op}
			f.Frame.Body = must(stable.Marshal(m))
			return wiretest.Pass
		})
		if a.style == styleActive {
			t.Skip("its request is an offer: its callee may have taken it")
		}
		err := s.call(wire.ID{Tier: "tier2", Replica: 1}, "c/1", fooMethod, 0).err()
		if status.Code(err) != codes.Aborted || !strings.Contains(err.Error(), "is refused by its callee") {
			t.Errorf("got %v, want ABORTED", err)
		}
		s.net.Filter(nil)
		s.settle()
		s.wantEqual()
	})
}

package tiers

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/midas-tiers/midas/compensate"
	"github.com/midas-tiers/midas/tiers/core"
	"github.com/midas-tiers/midas/tiers/wire"
	"github.com/midas-tiers/midas/tiers/wire/wiretest"
)

var follower = wire.ID{Tier: "tier2", Replica: 2}

func eachCommit(t *testing.T, a arm, f func(t *testing.T, s *system)) {
	for _, commit := range []string{"safe", "fast"} {
		t.Run(commit, func(t *testing.T) {
			s := newSystem(t, slides, a, func(p *Place) { p.Commit = commit })
			s.startAll()
			f(t, s)
		})
	}
}

// answered says whether a request has its reply.
func (r *request) answered() bool { return len(r.answer) > 0 }

// A follower's client does not wait until the follower hears of a commit.
func TestLeaderAnswersForFollower(t *testing.T) {
	for _, a := range append(styles, vanilla) {
		t.Run(a.String(), func(t *testing.T) {
			eachCommit(t, a, func(t *testing.T, s *system) {
				before := s.nodes[follower].applied
				s.groups["tier2"].Hold(follower.Replica)
				r := s.send(follower, "c/1", fooMethod, 0)
				s.pump()
				if !r.answered() {
					t.Error("no reply, although the leader has it")
				}
				if n := s.nodes[follower]; n.applied != before || !n.core.Quiet() {
					t.Errorf("the follower has applied %d entries and is quiet: %v, want %d and true", n.applied, n.core.Quiet(), before)
				}
			})
		})
	}
}

// The reply that comes by the leader's frame is the one that the log settles.
func TestAdoptedReplyIsTheSettledOne(t *testing.T) {
	eachStyle(t, func(t *testing.T, a arm) {
		eachCommit(t, a, func(t *testing.T, s *system) {
			first := s.call(follower, "c/1", fooMethod, 0)
			s.settle()
			again := s.call(wire.ID{Tier: "tier2", Replica: 3}, "c/1", fooMethod, 0)
			if d := cmp.Diff(first, again); d != "" {
				t.Errorf("the retry got another reply (-first +again):\n%s", d)
			}
			s.wantCounts(1)
		})
	})
}

func TestAnswerOfLeaderIsLost(t *testing.T) {
	eachStyle(t, func(t *testing.T, a arm) {
		eachCommit(t, a, func(t *testing.T, s *system) {
			lost := 0
			s.net.Filter(func(f wiretest.Flight) wiretest.Verdict {
				if isMessage(f, core.Answered) {
					lost++
					return wiretest.Drop
				}
				return wiretest.Pass
			})
			r := s.send(follower, "c/1", fooMethod, 0)
			s.pump()
			if lost == 0 || !r.answered() {
				t.Errorf("%d answers were lost and the client is answered: %v, want some and true", lost, r.answered())
			}
		})
	})
}

func TestLeaderDiesWithAdoptedOperation(t *testing.T) {
	eachStyle(t, func(t *testing.T, a arm) {
		eachCommit(t, a, func(t *testing.T, s *system) {
			leader := wire.ID{Tier: "tier2", Replica: 1}
			r := s.send(follower, "c/1", fooMethod, 0)
			for s.nodes[leader].stats.Operations == 0 {
				s.step()
			}
			s.lose(leader)
			s.await(r)
			s.start(leader)
			s.settle()
			s.wantEqual()
			s.wantCounts(1)
			s.wantRelated()
		})
	})
}

// A follower that lags does not know the mark; the leader does.
func TestLeaderRefusesForFollower(t *testing.T) {
	eachStyle(t, func(t *testing.T, a arm) {
		s := newSystem(t, slides, a, nil)
		s.startAll()
		s.groups["tier2"].Hold(follower.Replica)
		ask := func(at wire.ID, op core.OpID, mark uint64) answer {
			w := make(waiter, 1)
			s.nodes[at].admit(&core.ClientRequest{Op: op, Mark: mark, Method: pureMethod, Technique: s.place.Technique}, w)
			s.pump()
			select {
			case a := <-w:
				return a
			default:
				t.Fatalf("operation %s gets no reply", op)
				return answer{}
			}
		}
		ask(wire.ID{Tier: "tier2", Replica: 1}, "c/9", 9)
		if a := ask(follower, "c/8", 1); !a.Refused || status.Code(a.refusal()) != codes.Aborted {
			t.Errorf("got %+v, want it refused with ABORTED", a)
		}
	})
}

// An outcome with its trace, or its copy of the state, is in the log once.
func TestForwardedRequestIsSettledOnce(t *testing.T) {
	eachStyle(t, func(t *testing.T, a arm) { testKinds(t, arm{a.style, compensate.Full}) })
}

// wantedKinds is what an operation of one sliver that draws leaves in a new log.
func wantedKinds(a arm) map[core.Kind]int {
	if a.style == styleLeader {
		return map[core.Kind]int{core.Lead: 1, core.Begin: 1}
	}
	return map[core.Kind]int{core.Lead: 1, core.Begin: 1, core.Settle: 1}
}

func testKinds(t *testing.T, a arm) {
	eachCommit(t, a, func(t *testing.T, s *system) {
		at := wire.ID{Tier: "tier3", Replica: 2}
		s.call(at, "c/1", barMethod, 0)
		s.settle()
		s.wantKinds("tier3", wantedKinds(a))
	})
}

// wantKinds checks what a tier's log holds.
func (s *system) wantKinds(tier string, want map[core.Kind]int) {
	s.t.Helper()
	kinds := make(map[core.Kind]int)
	_, entries := s.groups[tier].Open(1).After(0, 100)
	for _, e := range entries {
		var entry core.Entry
		if err := lenient.Unmarshal(e.Data, &entry); err != nil {
			s.t.Fatal(err)
		}
		kinds[entry.Kind]++
	}
	if d := cmp.Diff(want, kinds); d != "" {
		s.t.Errorf("entries of %s (-want +got):\n%s", tier, d)
	}
}

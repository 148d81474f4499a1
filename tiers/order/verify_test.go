package order

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/raft"
)

// verify waits for the verdict.
func verify(t *testing.T, l Log) bool {
	t.Helper()
	verdict := make(chan bool, 1)
	l.Verify(func(leads bool) { verdict <- leads })
	select {
	case leads := <-verdict:
		return leads
	case <-time.After(5 * time.Second):
		t.Fatal("Verify does not answer")
		return false
	}
}

func TestVerifyAndLease(t *testing.T) {
	g := newGroup(t, "")
	leader, l := g.lead()
	for range 10 {
		if !verify(t, l) {
			t.Error("the leader is not verified")
		}
	}
	if !l.Lease() {
		t.Error("the leader has no lease right after it was verified")
	}
	for r, l := range g.logs {
		if r != leader && (verify(t, l) || l.Lease()) {
			t.Errorf("replica %d, a follower, is taken for the leader", r)
		}
	}
	for r := range g.logs {
		if r != leader {
			g.stop(r)
		}
	}
	if verify(t, l) {
		t.Error("a leader without followers is verified")
	}
	if l.Lease() {
		t.Error("a leader that stepped down has a lease")
	}
	g.stop(leader)
	if verify(t, l) || l.Lease() || l.Append(nil) {
		t.Error("a closed log is taken for the leader's")
	}
}

func TestVerifyAlone(t *testing.T) {
	l, err := openAlone(t, "", &Floor{})
	if err != nil {
		t.Fatal(err)
	}
	g := &group{t: t, logs: map[int]Log{1: l}}
	g.lead()
	if !verify(t, l) || !l.Lease() {
		t.Error("a replica alone in its group is not certain to lead")
	}
	g.stop(1)
}

// fakeEngine leads in term 7 until told otherwise.
type fakeEngine struct {
	deposed atomic.Bool
	rounds  atomic.Int32
}

func (f *fakeEngine) State() raft.RaftState {
	if f.deposed.Load() {
		return raft.Follower
	}
	return raft.Leader
}

func (f *fakeEngine) CurrentTerm() uint64 { return 7 }

func (f *fakeEngine) VerifyLeader() raft.Future {
	f.rounds.Add(1)
	return nil
}

// newFake returns the running verifier of a group of five. It is to be called in a synctest bubble.
func newFake(t *testing.T) (*verifier, *fakeEngine) {
	f := &fakeEngine{}
	v := newVerifier(100 * time.Millisecond)
	v.raft, v.followers = f, func() []raft.ServerID { return []raft.ServerID{"2", "3", "4", "5"} }
	done := make(chan struct{})
	go v.run(done)
	t.Cleanup(func() { close(done) })
	return v, f
}

// What was sent before the call says nothing about a moment after it, however late the answer is read.
func TestLateAnswersDoNotVerify(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v, f := newFake(t)
		var verdict atomic.Bool
		early := time.Now()
		time.Sleep(time.Millisecond)
		v.Verify(verdict.Store)
		time.Sleep(time.Millisecond)
		late := time.Now()
		for _, a := range []struct {
			by   raft.ServerID
			term uint64
			sent time.Time
			want bool
		}{
			{"2", 7, early, false}, {"3", 7, early, false}, {"2", 7, late, false}, {"4", 6, late, false}, {"2", 7, late, false},
			{"4", 7, late, true},
		} {
			v.accepted(a.by, a.term, a.sent)
			synctest.Wait()
			if verdict.Load() != a.want {
				t.Errorf("after %v the verdict is %v", a, verdict.Load())
			}
		}
		if f.rounds.Load() != 1 {
			t.Errorf("%d rounds for one call", f.rounds.Load())
		}
	})
}

// Those who come while a round is under way share the next.
func TestVerifyShares(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v, f := newFake(t)
		var verdicts atomic.Int32
		ask := func() {
			v.Verify(func(leads bool) {
				if leads {
					verdicts.Add(1)
				}
			})
			time.Sleep(time.Millisecond)
		}
		ask()
		sent := time.Now()
		for range 50 {
			ask()
		}
		v.accepted("2", 7, sent)
		v.accepted("3", 7, sent)
		synctest.Wait()
		if verdicts.Load() != 1 || f.rounds.Load() != 2 {
			t.Errorf("%d verdicts and %d rounds, want 1 and a second round for the others", verdicts.Load(), f.rounds.Load())
		}
		v.accepted("2", 7, time.Now())
		v.accepted("3", 7, time.Now())
		synctest.Wait()
		if verdicts.Load() != 51 || f.rounds.Load() != 2 {
			t.Errorf("%d verdicts after %d rounds, want 51 after 2", verdicts.Load(), f.rounds.Load())
		}
	})
}

// Whoever waits when leadership ends, or comes later, is told so.
func TestVerifyEndsWithLeadership(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v, f := newFake(t)
		var denied atomic.Int32
		deny := func(leads bool) {
			if !leads {
				denied.Add(1)
			}
		}
		v.Verify(deny)
		synctest.Wait()
		f.deposed.Store(true)
		wake(v.news)
		synctest.Wait()
		v.Verify(deny)
		synctest.Wait()
		if denied.Load() != 2 {
			t.Errorf("%d of 2 are denied", denied.Load())
		}
	})
}

// The lease counts from when the heartbeat was sent, not from when its answer was read.
func TestLeaseEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v, f := newFake(t)
		want := func(want bool, when string) {
			t.Helper()
			if v.Lease() != want {
				t.Errorf("%s: lease %v", when, !want)
			}
		}
		sent := time.Now()
		time.Sleep(40 * time.Millisecond)
		v.accepted("2", 7, sent)
		want(false, "one follower of four")
		v.accepted("3", 7, time.Now())
		want(true, "two followers of four")
		time.Sleep(59 * time.Millisecond)
		want(true, "99 ms after the heartbeat")
		time.Sleep(time.Millisecond)
		want(false, "100 ms after the heartbeat")
		v.accepted("2", 6, time.Now())
		want(false, "an answer of an earlier term")
		v.accepted("2", 7, time.Now())
		want(true, "a new answer")
		f.deposed.Store(true)
		want(false, "deposed")
		f.deposed.Store(false)
		v.accepted("2", 8, time.Now())
		want(false, "answers in another term")
	})
}

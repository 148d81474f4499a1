package order

import (
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/raft"
)

// verifier knows up to which moment this replica is certain to have led. It notes when that was sent which each follower's newest
// answer is the answer to. A follower that accepts a term's leader has not voted in a later term by then; so when a majority has
// accepted what was sent after a moment, nobody else led at that moment.
//
// raft.VerifyLeader, and raft's own lease, count an answer from when it is read. That is wrong for a process that was halted before
// it read it: the answer may be older than another leader's term.
type verifier struct {
	raft     engine        // set before it is used
	majority int           // followers that make a majority with the leader
	lease    time.Duration // shorter than a follower waits for its leader
	news     chan struct{} // capacity one

	mu      sync.Mutex
	term    uint64
	sent    map[raft.ServerID]time.Time // in this term, by follower
	waiting []verification              // since rises
	closed  bool
}

// engine is what the verifier asks of raft.
type engine interface {
	State() raft.RaftState
	CurrentTerm() uint64
	VerifyLeader() raft.Future
}

type verification struct {
	since time.Time
	done  func(bool)
}

func newVerifier(group int, lease time.Duration) *verifier {
	return &verifier{
		majority: group / 2, lease: lease, news: make(chan struct{}, 1), sent: make(map[raft.ServerID]time.Time),
	}
}

// Verify is Log.Verify.
func (v *verifier) Verify(done func(bool)) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.closed {
		go done(false)
		return
	}
	v.waiting = append(v.waiting, verification{time.Now(), done})
	wake(v.news)
}

// Lease is Log.Lease.
func (v *verifier) Lease() bool {
	now, term := time.Now(), v.raft.CurrentTerm() // before the state is looked at: true speaks of this moment
	if v.raft.State() != raft.Leader {
		return false
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.majority == 0 || v.term == term && now.Sub(v.certain()) < v.lease
}

// accepted notes a follower's answer to what was sent at a moment of the term.
func (v *verifier) accepted(by raft.ServerID, term uint64, sent time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if term > v.term {
		v.term = term
		clear(v.sent)
	}
	if term == v.term && sent.After(v.sent[by]) {
		v.sent[by] = sent
	}
	if len(v.waiting) > 0 {
		wake(v.news)
	}
}

// certain is the last moment at which this replica is certain to have led, the zero time if there is none. The caller holds mu; a
// replica alone in its group is always certain and must not ask.
func (v *verifier) certain() time.Time {
	if len(v.sent) < v.majority {
		return time.Time{}
	}
	times := make([]time.Time, 0, len(v.sent))
	for _, t := range v.sent {
		times = append(times, t)
	}
	slices.SortFunc(times, time.Time.Compare)
	return times[len(times)-v.majority]
}

// run answers those who wait. While somebody waits, one round of heartbeats is under way, which all who came before it share.
func (v *verifier) run(done <-chan struct{}) {
	var round time.Time
	for {
		select {
		case <-v.news:
		case <-done:
			v.close()
			return
		}
		now := time.Now()
		all, early, certain := v.look()
		switch {
		case v.raft.State() != raft.Leader:
			v.release(all, false)
		case v.majority == 0:
			v.release(all, true)
		default:
			v.release(early, true)
			if all > early && !round.After(certain) {
				round = now
				v.raft.VerifyLeader() // sends the heartbeats; its own verdict is not used
			}
		}
	}
}

// look returns how many wait, how many of them have waited since before the replica certainly led, and when that was.
func (v *verifier) look() (all, early int, certain time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.majority > 0 {
		certain = v.certain()
	}
	for early < len(v.waiting) && v.waiting[early].since.Before(certain) {
		early++
	}
	return len(v.waiting), early, certain
}

// release answers the first n who wait.
func (v *verifier) release(n int, leads bool) {
	v.mu.Lock()
	ready := v.waiting[:n]
	v.waiting = slices.Clone(v.waiting[n:])
	v.mu.Unlock()
	for _, w := range ready {
		w.done(leads)
	}
}

// close answers everybody, now and later, with false.
func (v *verifier) close() {
	v.mu.Lock()
	v.closed = true
	rest := v.waiting
	v.waiting = nil
	v.mu.Unlock()
	for _, w := range rest {
		w.done(false)
	}
}

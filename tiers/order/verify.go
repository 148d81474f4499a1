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
	raft      engine                 // set before it is used
	followers func() []raft.ServerID // that vote; set before it is used
	lease     time.Duration          // shorter than a follower waits for its leader
	news      chan struct{}          // capacity one

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

func newVerifier(lease time.Duration) *verifier {
	return &verifier{lease: lease, news: make(chan struct{}, 1), sent: make(map[raft.ServerID]time.Time)}
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
	certain, alone := v.certain()
	return alone || v.term == term && now.Sub(certain) < v.lease
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

// certain is the last moment at which this replica is certain to have led, the zero time if there is none. A replica alone in its group
// is always certain. Who votes may change meanwhile, by one seat at a time, so that every two majorities that raft may count have a voter
// in common. The caller holds mu.
func (v *verifier) certain() (at time.Time, alone bool) {
	voters := v.followers()
	majority := (len(voters) + 1) / 2 // with the leader
	if majority == 0 {
		return time.Time{}, true
	}
	times := make([]time.Time, 0, len(voters))
	for _, id := range voters {
		if t, ok := v.sent[id]; ok {
			times = append(times, t)
		}
	}
	if len(times) < majority {
		return time.Time{}, false
	}
	slices.SortFunc(times, time.Time.Compare)
	return times[len(times)-majority], false
}

// heard counts those that have answered what was sent after a moment.
func (v *verifier) heard(from []raft.ServerID, after time.Time) int {
	v.mu.Lock()
	defer v.mu.Unlock()
	n := 0
	for _, id := range from {
		if v.sent[id].After(after) {
			n++
		}
	}
	return n
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
	certain, alone := v.certain()
	if alone {
		return len(v.waiting), len(v.waiting), certain
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

package order

import (
	"log/slog"
	"sync"
	"time"

	"github.com/hashicorp/raft"
)

// silence is how long a replica may fail to answer its leader before that is worth a line: longer than the replicas of a group need to
// start one after the other.
const silence = time.Second

// watch says in plain words which replicas do not answer their leader, and tells of changes of leadership.
type watch struct {
	log    *slog.Logger
	turned func() // must not block

	mu     sync.Mutex
	silent map[raft.ServerID]bool // those of which it has said so
}

func newWatch(log *slog.Logger, turned func()) *watch {
	return &watch{log: log, turned: turned, silent: make(map[raft.ServerID]bool)}
}

// observe is a raft.FilterFn: it takes what raft observes and keeps it from going further. Raft calls it from many goroutines.
func (w *watch) observe(o *raft.Observation) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch o := o.Data.(type) {
	case raft.LeaderObservation, raft.RaftState:
		w.turned()
	case raft.FailedHeartbeatObservation:
		if time.Since(o.LastContact) >= silence && !w.silent[o.PeerID] {
			w.silent[o.PeerID] = true
			w.log.Warn("a replica of the tier does not answer", "which", seatOf(o.PeerID).Replica)
		}
	case raft.ResumedHeartbeatObservation:
		if w.silent[o.PeerID] {
			delete(w.silent, o.PeerID)
			w.log.Info("a replica of the tier answers again", "which", seatOf(o.PeerID).Replica)
		}
	}
	return false
}

package order

import (
	"fmt"
	"time"

	"github.com/hashicorp/raft"
)

// Floor is what a replica's log is known to have held. A log never falls below its floor: one that does has lost what the replica
// voted for or acknowledged. The zero Floor is that of a log that was never started.
type Floor struct {
	Term  uint64 `json:"term"`  // the engine's
	Index uint64 `json:"index"` // of a committed entry
}

// termKey is where raft keeps its term in the stable store.
var termKey = []byte("CurrentTerm")

// floorEvery is how often a floor that has risen is handed out.
const floorEvery = time.Second

// held returns how far the stores reach. A log that was replaced by a snapshot may be empty.
func held(logs raft.LogStore, stable raft.StableStore, snaps raft.SnapshotStore) (Floor, error) {
	var f Floor
	var err error
	if f.Index, err = logs.LastIndex(); err != nil {
		return f, err
	}
	taken, err := snaps.List()
	if err != nil {
		return f, err
	}
	for _, s := range taken {
		f.Index = max(f.Index, s.Index)
	}
	f.Term, err = stable.GetUint64(termKey)
	if err != nil && err.Error() == "not found" { // as raft itself tells an empty store
		err = nil
	}
	return f, err
}

// check refuses stores that hold less than the floor.
func (f Floor) check(h Floor) error {
	if h.Term < f.Term || h.Index < f.Index {
		return fmt.Errorf("the log is lost or damaged: it ends at index %d in term %d, but held index %d in term %d before; "+
			"put back what was moved, or, if it is gone for good, remove the folder and start the replica once with replace in its place",
			h.Index, h.Term, f.Index, f.Term)
	}
	return nil
}

// below returns how far the stores reach, and refuses them if they hold less than the floor.
func (f Floor) below(logs raft.LogStore, stable raft.StableStore, snaps raft.SnapshotStore) (Floor, error) {
	reach, err := held(logs, stable, snaps)
	if err != nil {
		return reach, err
	}
	return reach, f.check(reach)
}

// rise hands the floor out, if it is higher than the last one.
func (l *raftLog) rise(f Floor) error {
	if l.keep == nil || f.Term <= l.floor.Term && f.Index <= l.floor.Index {
		return nil
	}
	f = Floor{Term: max(f.Term, l.floor.Term), Index: max(f.Index, l.floor.Index)}
	if err := l.keep(f); err != nil {
		return err
	}
	l.floor = f
	return nil
}

// watchFloor lets the floor rise with the log.
func (l *raftLog) watchFloor() {
	ticker := time.NewTicker(floorEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			if err := l.rise(l.reached()); err != nil {
				l.logger.Warn("cannot note how far the log reaches", "error", err)
			}
		case <-l.done:
			return
		}
	}
}

// reached is how far the log reaches for good: an entry that is not applied may still be replaced.
func (l *raftLog) reached() Floor {
	return Floor{Term: l.raft.CurrentTerm(), Index: l.raft.AppliedIndex()}
}

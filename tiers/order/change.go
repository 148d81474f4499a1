package order

import (
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/raft"
)

// Change is one change of a group's seats.
type Change struct {
	Kind ChangeKind
	Seat Seat
}

// ChangeKind says what becomes of the seat.
type ChangeKind uint8

// Kinds of changes.
const (
	Remove ChangeKind = iota + 1 // the log has no seat any more
	Add                          // it gets entries, and has no vote
	Vote                         // it has one
)

// changeWait is how long a change waits for the engine to look at it.
const changeWait = 2 * time.Second

// Change is Log.Change.
func (l *raftLog) Change(at uint64, c Change, done func(error)) {
	if c.Kind == Remove && !l.spares(c.Seat) {
		done(fmt.Errorf("take the seat from replica %d: too few of the others answer", c.Seat.Replica))
		return
	}
	l.work.Go(func() { done(l.alter(at, c)) })
}

func (l *raftLog) alter(at uint64, c Change) error {
	id, addr := c.Seat.server(), raft.ServerAddress(c.Seat.Addr)
	switch c.Kind {
	case Remove:
		return l.raft.RemoveServer(id, at, changeWait).Error()
	case Add:
		return l.raft.AddNonvoter(id, addr, at, changeWait).Error()
	case Vote:
		return l.raft.AddVoter(id, addr, at, changeWait).Error()
	}
	return errors.New("unknown change of seats")
}

// spares says that the others are a majority of themselves that answers now. Without one, the group could not even agree to take the seat
// back, and if the seat's log is only taken for lost the change would stop a group that works.
func (l *raftLog) spares(s Seat) bool {
	var others []raft.ServerID
	for _, id := range l.followers() {
		if id != s.server() {
			others = append(others, id)
		}
	}
	return 1+l.verifier.heard(others, time.Now().Add(-2*l.election)) > (1+len(others))/2
}

// followers are the voters but this one. Also a change that is not committed counts: so raft counts its votes.
func (l *raftLog) followers() []raft.ServerID {
	servers := l.raft.GetConfiguration().Configuration().Servers
	others := make([]raft.ServerID, 0, len(servers))
	for _, s := range servers {
		if s.Suffrage == raft.Voter && s.ID != l.self {
			others = append(others, s.ID)
		}
	}
	return others
}

package order

import (
	"io"
	"sync"

	"github.com/hashicorp/raft"
)

// fsm gives raft's committed entries to the history, and notes the seats that they agree on.
type fsm struct {
	*History
	*seating
}

// seating is what is committed of a group's seats.
type seating struct {
	mu    sync.Mutex
	seats Seats
}

// Seats is Log.Seats.
func (s *seating) Seats() Seats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seats
}

// take notes seats, unless later ones are known.
func (s *seating) take(seats Seats) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if seats.Index > s.seats.Index {
		s.seats = seats
	}
}

var _ raft.BatchingFSM = fsm{}

func (f fsm) Apply(l *raft.Log) any {
	f.Add(Entry{Index: l.Index, Data: l.Data})
	return nil
}

func (f fsm) ApplyBatch(logs []*raft.Log) []any {
	entries := make([]Entry, 0, len(logs))
	for _, l := range logs {
		switch l.Type {
		case raft.LogCommand:
			entries = append(entries, Entry{Index: l.Index, Data: l.Data})
		case raft.LogConfiguration:
			f.take(seatsOf(l.Index, raft.DecodeConfiguration(l.Data)))
		}
	}
	f.Add(entries...)
	return make([]any, len(logs))
}

func (f fsm) Snapshot() (raft.FSMSnapshot, error) {
	s := f.freeze()
	s.Seats = f.Seats()
	return frozen{s}, nil
}

func (f fsm) Restore(r io.ReadCloser) error {
	defer r.Close()
	seats, err := f.restore(r)
	f.take(seats)
	return err
}

// frozen is a snapshot on its way to raft's store.
type frozen struct{ snapshot }

func (f frozen) Persist(sink raft.SnapshotSink) error {
	if err := f.write(sink); err != nil {
		sink.Cancel()
		return err
	}
	return sink.Close()
}

func (f frozen) Release() {}

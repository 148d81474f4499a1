package order

import (
	"io"

	"github.com/hashicorp/raft"
)

// fsm gives raft's committed entries to the history.
type fsm struct{ *History }

var _ raft.BatchingFSM = fsm{}

func (f fsm) Apply(l *raft.Log) any {
	f.Add(Entry{Index: l.Index, Data: l.Data})
	return nil
}

func (f fsm) ApplyBatch(logs []*raft.Log) []any {
	entries := make([]Entry, 0, len(logs))
	for _, l := range logs {
		if l.Type == raft.LogCommand {
			entries = append(entries, Entry{Index: l.Index, Data: l.Data})
		}
	}
	f.Add(entries...)
	return make([]any, len(logs))
}

func (f fsm) Snapshot() (raft.FSMSnapshot, error) { return frozen{f.freeze()}, nil }

func (f fsm) Restore(r io.ReadCloser) error {
	defer r.Close()
	return f.restore(r)
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

package order

import (
	"log/slog"
	"testing"

	"github.com/hashicorp/raft"
)

// A leader that is deposed clears the end of its log. raft-wal 0.4.0 could not open such a log again.
func TestLogOpensAfterItsEndWasCleared(t *testing.T) {
	dir := t.TempDir()
	open := func() (raft.LogStore, func()) {
		l := &raftLog{}
		logs, _, _, err := l.openStores(RaftConfig{Dir: dir}, newRaftLogger(slog.New(slog.DiscardHandler)))
		if err != nil {
			t.Fatal(err)
		}
		return logs, func() {
			for _, s := range l.stores {
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	logs, shut := open()
	for i := range uint64(10) {
		if err := logs.StoreLog(&raft.Log{Index: i + 1, Data: []byte("entry")}); err != nil {
			t.Fatal(err)
		}
	}
	if err := logs.DeleteRange(8, 10); err != nil {
		t.Fatal(err)
	}
	shut()

	logs, shut = open()
	defer shut()
	var entry raft.Log
	if err := logs.GetLog(1, &entry); err != nil {
		t.Errorf("the first entry: %v", err)
	}
	if last, err := logs.LastIndex(); err != nil || last != 7 {
		t.Errorf("the last index is %d (%v), want 7", last, err)
	}
}

package order

import (
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// openAlone opens the log of a group of one.
func openAlone(t *testing.T, dir string, floor *Floor) (Log, error) {
	t.Helper()
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return OpenRaft(RaftConfig{
		Replica: 1, Peers: map[int]string{1: lis.Addr().String()}, Stream: stream{lis}, Dir: dir, Election: 50 * time.Millisecond,
		Floor: *floor, Rise: func(f Floor) error { *floor = f; return nil }, Logger: slog.New(slog.DiscardHandler),
	})
}

// grow opens a new log and commits some entries to it. It returns the floor of the moment when the log was open but empty.
func grow(t *testing.T, dir string, floor *Floor) Floor {
	t.Helper()
	l, err := openAlone(t, dir, floor)
	if err != nil {
		t.Fatal(err)
	}
	opened := *floor
	g := &group{t: t, logs: map[int]Log{1: l}}
	for _, text := range []string{"a", "b", "c"} {
		g.propose(text)
	}
	g.stop(1)
	return opened
}

func segment(t *testing.T, dir string) string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "log", "*.wal"))
	if err != nil || len(paths) != 1 {
		t.Fatalf("segments %v (%v), want one", paths, err)
	}
	return paths[0]
}

func overwrite(t *testing.T, path string, fill byte, from int64) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := from; i < info.Size(); i++ {
		b[i] = fill
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestFloorRises(t *testing.T) {
	var floor Floor
	opened := grow(t, t.TempDir(), &floor)
	if (opened != Floor{Term: 1, Index: 1}) {
		t.Errorf("floor %+v when the log was opened, want term 1 and index 1: a vote may follow at once", opened)
	}
	if floor.Index < opened.Index+3 || floor.Term <= opened.Term {
		t.Errorf("floor %+v after an election and three entries", floor)
	}
}

// A log that lost what the replica relied on is refused with one line.
func TestLostLogIsRefused(t *testing.T) {
	for _, c := range []struct {
		name string
		lose func(t *testing.T, dir string) error
	}{
		{"log folder deleted", func(_ *testing.T, dir string) error { return os.RemoveAll(filepath.Join(dir, "log")) }},
		{"segment deleted", func(t *testing.T, dir string) error { return os.Remove(segment(t, dir)) }},
		{"segment emptied", func(t *testing.T, dir string) error { return os.Truncate(segment(t, dir), 0) }},
		{"segment zeroed", func(t *testing.T, dir string) error { overwrite(t, segment(t, dir), 0, 0); return nil }},
		{"segment garbage", func(t *testing.T, dir string) error { overwrite(t, segment(t, dir), 0xa5, 0); return nil }},
		{"entries garbage", func(t *testing.T, dir string) error { overwrite(t, segment(t, dir), 0xa5, 40); return nil }},
		{"meta deleted", func(_ *testing.T, dir string) error { return os.Remove(filepath.Join(dir, "log", "wal-meta.db")) }},
		{"meta garbage", func(t *testing.T, dir string) error {
			overwrite(t, filepath.Join(dir, "log", "wal-meta.db"), 0xa5, 0)
			return nil
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			var floor Floor
			grow(t, dir, &floor)
			if err := c.lose(t, dir); err != nil {
				t.Fatal(err)
			}
			for range 2 { // it must not become a new log by the first attempt
				l, err := openAlone(t, dir, &floor)
				if err == nil {
					l.Close()
					t.Fatal("the log is taken for what it was")
				}
				if !strings.Contains(err.Error(), dir) || strings.Contains(err.Error(), "\n") {
					t.Errorf("got %v, want one line that names %s", err, dir)
				}
			}
		})
	}
}

// A first start that was cut off before its log was complete is no loss.
func TestFirstStartCutOff(t *testing.T) {
	dir := t.TempDir()
	l := &raftLog{}
	_, stable, _, err := l.openStores(RaftConfig{Dir: dir}, newRaftLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		t.Fatal(err)
	}
	if err := stable.SetUint64(termKey, 1); err != nil {
		t.Fatal(err)
	}
	if err := l.closeStores(); err != nil {
		t.Fatal(err)
	}
	var floor Floor
	grow(t, dir, &floor)
}

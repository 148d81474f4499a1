package order

import (
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/raft"
)

// stream is raft's share of a plain listener.
type stream struct{ net.Listener }

func (s stream) Dial(addr raft.ServerAddress, d time.Duration) (net.Conn, error) {
	return net.DialTimeout("tcp", string(addr), d)
}

type group struct {
	t     testing.TB
	dir   string // "" for memory
	peers map[int]string
	logs  map[int]Log
	every uint64
	log   *slog.Logger
	calm  bool         // elections take as long as in production
	seats map[int]Seat // of logs that have taken over
}

func newGroup(t testing.TB, dir string) *group {
	return newGroupLogging(t, dir, slog.New(slog.DiscardHandler))
}

func newGroupLogging(t testing.TB, dir string, log *slog.Logger) *group {
	return (&group{t: t, dir: dir, log: log}).start()
}

// start opens all logs of a new group.
func (g *group) start() *group {
	t := g.t
	g.peers, g.logs = make(map[int]string), make(map[int]Log)
	listeners := make(map[int]net.Listener)
	for r := 1; r <= 3; r++ {
		lis, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		listeners[r], g.peers[r] = lis, lis.Addr().String()
	}
	for r, lis := range listeners {
		g.open(r, lis)
	}
	t.Cleanup(func() {
		for r := range g.logs {
			g.stop(r)
		}
	})
	return g
}

func (g *group) open(r int, lis net.Listener) {
	g.t.Helper()
	c := RaftConfig{
		Replica: r, Peers: g.peers, Stream: stream{lis}, Election: 100 * time.Millisecond,
		SnapshotEvery: g.every, Logger: g.log,
	}
	if g.calm {
		c.Election = 0
	}
	if g.dir != "" {
		c.Dir = filepath.Join(g.dir, fmt.Sprint(r))
	}
	c.Since, c.Log = g.seats[r].Since, g.seats[r].Log
	l, err := OpenRaft(c)
	if err != nil {
		g.t.Fatal(err)
	}
	g.logs[r] = l
}

func (g *group) stop(r int) {
	if err := g.logs[r].Close(); err != nil {
		g.t.Errorf("close %d: %v", r, err)
	}
	delete(g.logs, r)
}

func (g *group) restart(r int) {
	g.t.Helper()
	lis, err := net.Listen("tcp", g.peers[r])
	if err != nil {
		g.t.Fatal(err)
	}
	g.open(r, lis)
}

// propose repeats until some replica of the group takes the proposal and has it in its log.
func (g *group) propose(text string) {
	g.t.Helper()
	g.until("commit "+text, func() bool {
		for _, l := range g.logs {
			if l.Append([]byte(text)) {
				for range 100 {
					if got := read(l); len(got) > 0 && got[len(got)-1] == text {
						return true
					}
					time.Sleep(2 * time.Millisecond)
				}
			}
		}
		return false
	})
}

func (g *group) until(what string, f func() bool) {
	g.t.Helper()
	for range 500 {
		if f() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	g.t.Fatalf("timeout: %s", what)
}

// read returns everything in the log: the image's content split at commas, then the entries.
func read(l Log) []string {
	image, entries := l.After(0, 1<<20)
	var out []string
	if image != nil {
		out = strings.Split(string(image.Data), ",")
	}
	for _, e := range entries {
		out = append(out, string(e.Data))
	}
	return out
}

func (g *group) want(r int, want ...string) {
	g.t.Helper()
	g.until(fmt.Sprintf("replica %d has %v", r, want), func() bool {
		return cmp.Equal(want, read(g.logs[r])) && !g.logs[r].Replaying()
	})
}

// cut has the engine take a snapshot and forget the entries before it.
func (g *group) cut(l Log) {
	g.t.Helper()
	engine := l.(*raftLog).raft
	if err := engine.ReloadConfig(raft.ReloadableConfig{
		TrailingLogs: 0, SnapshotInterval: time.Hour, SnapshotThreshold: 1 << 20,
		HeartbeatTimeout: 100 * time.Millisecond, ElectionTimeout: 100 * time.Millisecond,
	}); err != nil {
		g.t.Fatal(err)
	}
	if err := engine.Snapshot().Error(); err != nil {
		g.t.Fatal(err)
	}
}

func TestGroupAgrees(t *testing.T) {
	for name, dir := range map[string]string{"memory": "", "disk": t.TempDir()} {
		t.Run(name, func(t *testing.T) {
			g := newGroup(t, dir)
			for _, text := range []string{"a", "b", "c"} {
				g.propose(text)
			}
			for r := range g.logs {
				g.want(r, "a", "b", "c")
			}
		})
	}
}

func TestRestartFromFolder(t *testing.T) {
	g := newGroup(t, t.TempDir())
	g.propose("a")
	g.want(3, "a")
	g.stop(3)
	g.propose("b")
	g.restart(3)
	g.want(3, "a", "b")
	g.propose("c")
	g.want(3, "a", "b", "c")
}

// A replica that was away while the log was cut gets the image and what follows it, from a snapshot of the engine.
func TestSnapshotHoldsImageAndTail(t *testing.T) {
	g := newGroup(t, t.TempDir())
	g.propose("a")
	g.want(3, "a")
	g.stop(3)
	g.propose("b")
	for r, l := range g.logs {
		g.want(r, "a", "b")
		_, entries := l.After(0, 10)
		l.Capture(Image{Index: entries[1].Index, Data: []byte("a,b")})
	}
	g.propose("c")
	for r, l := range g.logs {
		g.want(r, "a", "b", "c")
		g.cut(l)
	}
	g.propose("d")
	g.restart(3)
	g.want(3, "a", "b", "c", "d")
	if g.logs[3].Latest() == nil {
		t.Error("the replica that was away has no image: it did not come by snapshot")
	}
	g.stop(1)
	g.restart(1)
	g.want(1, "a", "b", "c", "d")
}

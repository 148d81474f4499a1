package order

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"
)

// recorder is a logger's output.
type recorder struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *recorder) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(b)
}

func (r *recorder) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

// A group that starts and works says nothing. One whose replica is gone says which, once, and says when it is back.
func TestLogSpeaksOfTroubleOnly(t *testing.T) {
	out := &recorder{}
	g := newGroupLogging(t, t.TempDir(), slog.New(slog.NewTextHandler(out, nil)))
	g.propose("a")
	g.want(3, "a")
	if got := out.String(); got != "" {
		t.Errorf("a healthy group logs:\n%s", got)
	}
	gone := 1
	for g.logs[gone].Leader() == gone {
		gone++
	}
	g.stop(gone)
	absent := "a replica of the tier does not answer\" which=" + string(rune('0'+gone))
	g.until(absent, func() bool { return strings.Contains(out.String(), absent) })
	time.Sleep(300 * time.Millisecond)
	if n := strings.Count(out.String(), "does not answer"); n != 1 {
		t.Errorf("said %d times that a replica does not answer, want once:\n%s", n, out)
	}
	g.restart(gone)
	back := "a replica of the tier answers again\" which=" + string(rune('0'+gone))
	g.until(back, func() bool { return strings.Contains(out.String(), back) })
}

func TestTroubleOfRaftIsAWarning(t *testing.T) {
	out := &recorder{}
	logger := newRaftLogger(slog.New(slog.NewTextHandler(out, nil)))
	logger.Warn("heartbeat timeout reached, starting election", "last-leader-addr", "")
	logger.Warn("failed to contact", "server-id", "2", "time", "1s")
	logger.Warn("rejecting vote request since node is not in configuration", "from", "9")
	logger.Warn("appendEntries rejected, sending older logs", "peer", "2")
	logger.Error("failed to appendEntries to", "peer", "2", "error", "connection refused")
	logger.Error("failed to decode incoming command", "error", "use of closed network connection")
	if got := out.String(); got != "" {
		t.Errorf("lines about replicas that come and go are passed on:\n%s", got)
	}
	logger.Warn("failed to contact quorum of nodes, stepping down")
	logger.Error("failed to commit logs", "error", "no space left on device")
	got := out.String()
	if strings.Count(got, "level=WARN") != 2 || !strings.Contains(got, "too few replicas of the tier answer") || !strings.Contains(got, "no space left") {
		t.Errorf("got %q, want two warnings: that nobody leads, and of the disk", got)
	}
}

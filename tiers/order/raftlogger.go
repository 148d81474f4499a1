package order

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"
)

type raftLogger = hclog.Logger

// repeatEvery is how often the same warning is passed on: raft repeats some for as long as a peer is down.
const repeatEvery = 10 * time.Second

// quorumLost is the one warning of raft's that says what an operator has to know.
const quorumLost = "failed to contact quorum of nodes, stepping down"

// passing are errors of raft that only say that a connection has failed, as they do when a replica ends: watch says which, in plain words.
var passing = []string{
	"failed to heartbeat to",
	"failed to appendEntries to",
	"failed to pipeline appendEntries",
	"failed to start pipeline replication to",
	"failed to make requestVote RPC",
	"failed to send snapshot to",
	"failed to install snapshot",
	"failed to receive whole snapshot",
	"failed to decode incoming command",
	"failed to flush response",
	"peer has newer term, stopping replication",
	"peer sees incorrect leader",
}

// newRaftLogger routes raft's warnings and errors to log: as warnings what is wrong with this replica, such as a failing disk, and as debugging
// lines all that belongs to elections and to replicas that come and go.
func newRaftLogger(log *slog.Logger) raftLogger {
	return hclog.New(&hclog.LoggerOptions{
		Name: "raft", Level: hclog.Warn, DisableTime: true, Output: &slogWriter{log: log, last: make(map[string]time.Time)},
	})
}

// slogWriter takes one of hclog's lines per Write: "[WARN]  raft: message: key=value".
type slogWriter struct {
	log  *slog.Logger
	mu   sync.Mutex
	last map[string]time.Time // when a message, without its values, was passed on
}

func (w *slogWriter) Write(line []byte) (int, error) {
	level, text, _ := strings.Cut(strings.TrimSpace(string(line)), "]")
	text = strings.TrimSpace(text)
	message, _, _ := strings.Cut(text, "=")
	if w.due(message) {
		if strings.Contains(text, quorumLost) {
			text = "too few replicas of the tier answer: this one leads no longer"
		}
		w.log.Log(context.Background(), levelOf(level, message), text)
	}
	return len(line), nil
}

func levelOf(level, message string) slog.Level {
	contains := func(what string) bool { return strings.Contains(message, what) }
	if contains(quorumLost) || level == "[ERROR" && !slices.ContainsFunc(passing, contains) {
		return slog.LevelWarn
	}
	return slog.LevelDebug
}

func (w *slogWriter) due(message string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	if last, ok := w.last[message]; ok && now.Sub(last) < repeatEvery {
		return false
	}
	w.last[message] = now
	return true
}

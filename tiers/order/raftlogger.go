package order

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"
)

type raftLogger = hclog.Logger

// repeatEvery is how often the same warning is passed on: raft repeats some for as long as a peer is down.
const repeatEvery = 10 * time.Second

// routine are warnings and errors of raft that belong to every election, or that watch says in plain words.
var routine = []string{
	"heartbeat timeout reached, starting election",
	"Election timeout reached, restarting election",
	"rejecting vote request since we have a leader",
	"rejecting vote request since our last ",
	"rejecting pre-vote request since we have a leader",
	"rejecting pre-vote request since our last ",
	"duplicate requestVote from",
	"new leader elected, stepping down",
	"failed to heartbeat to",
	"failed to contact: ",
}

// newRaftLogger routes raft's warnings and errors to log, routine ones as its debugging lines.
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
	text := strings.TrimSpace(string(line))
	if _, after, ok := strings.Cut(text, "]"); ok {
		text = strings.TrimSpace(after)
	}
	message := text
	if i := strings.IndexByte(text, '='); i >= 0 {
		message = text[:i]
	}
	if w.due(message) {
		w.log.Log(context.Background(), levelOf(text), text)
	}
	return len(line), nil
}

func levelOf(text string) slog.Level {
	for _, r := range routine {
		if strings.Contains(text, r) {
			return slog.LevelDebug
		}
	}
	return slog.LevelWarn
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

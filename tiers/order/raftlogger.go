package order

import (
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"
)

type raftLogger = hclog.Logger

// repeatEvery is how often the same warning is passed on: raft repeats some for as long as a peer is down.
const repeatEvery = 10 * time.Second

// newRaftLogger routes raft's warnings and errors to log.
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
		w.log.Warn(text)
	}
	return len(line), nil
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

package demo

import (
	"io"
	"sync"
)

// kept is how many lines a tail remembers.
const kept = 40

// tail remembers the last lines written to it, one Write each.
type tail struct {
	mu    sync.Mutex
	lines []string
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lines = append(t.lines, string(p))
	if len(t.lines) > kept {
		t.lines = t.lines[1:]
	}
	return len(p), nil
}

func (t *tail) writeTo(w io.Writer) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, l := range t.lines {
		io.WriteString(w, l)
	}
}

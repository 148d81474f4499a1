package fleet

import (
	"io"
	"sync"
)

// kept is how many lines a Tail remembers.
const kept = 40

// Tail remembers the last lines written to it, one Write each, as a Log does. The zero value is ready for use, and it is safe for concurrent
// use.
type Tail struct {
	mu    sync.Mutex
	lines []string
}

func (t *Tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lines = append(t.lines, string(p))
	if len(t.lines) > kept {
		t.lines = t.lines[1:]
	}
	return len(p), nil
}

// Show writes the lines to w.
func (t *Tail) Show(w io.Writer) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, l := range t.lines {
		io.WriteString(w, l)
	}
}

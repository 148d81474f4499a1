package fleet

import (
	"bytes"
	"fmt"
	"io"
	"sync"
)

// maxLine is where a line without an end is cut.
const maxLine = 64 << 10

// colours are the ANSI colours that names take in turn.
var colours = []int{36, 33, 32, 35, 34, 31}

// Log writes what many processes print to one writer, line by line, each with the process's name in front: "orders/2 | text". The nil
// Log drops everything. Its methods may be called concurrently.
type Log struct {
	mu     sync.Mutex
	w      io.Writer
	colour bool
	width  int
	seen   map[string]int // colour, by name
}

// NewLog returns a Log that writes to w. width is the room for names; colour asks for ANSI colours.
func NewLog(w io.Writer, width int, colour bool) *Log {
	return &Log{w: w, colour: colour, width: width, seen: make(map[string]int)}
}

// Print writes one line in the name of the given process.
func (l *Log) Print(name, line string) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.line(name, []byte(line))
}

// line writes one line. The caller holds l.mu. Errors are dropped: there is nobody to tell.
func (l *Log) line(name string, text []byte) {
	if !l.colour {
		fmt.Fprintf(l.w, "%-*s | %s\n", l.width, name, text)
		return
	}
	c, ok := l.seen[name]
	if !ok {
		c = colours[len(l.seen)%len(colours)]
		l.seen[name] = c
	}
	fmt.Fprintf(l.w, "\x1b[%dm%-*s |\x1b[0m %s\n", c, l.width, name, text)
}

// writer returns where the named process writes to. Close writes what is left of a last line.
func (l *Log) writer(name string) io.WriteCloser {
	return &lines{log: l, name: name}
}

type lines struct {
	log  *Log
	name string
	rest []byte
}

func (w *lines) Write(p []byte) (int, error) {
	if w.log == nil {
		return len(p), nil
	}
	w.log.mu.Lock()
	defer w.log.mu.Unlock()
	w.rest = append(w.rest, p...)
	for {
		line, rest, ok := bytes.Cut(w.rest, []byte("\n"))
		if !ok {
			break
		}
		w.log.line(w.name, bytes.TrimSuffix(line, []byte("\r")))
		w.rest = rest
	}
	if len(w.rest) > maxLine {
		w.flush()
	}
	return len(p), nil
}

func (w *lines) Close() error {
	if w.log == nil {
		return nil
	}
	w.log.mu.Lock()
	defer w.log.mu.Unlock()
	if len(w.rest) > 0 {
		w.flush()
	}
	return nil
}

func (w *lines) flush() {
	w.log.line(w.name, w.rest)
	w.rest = nil
}

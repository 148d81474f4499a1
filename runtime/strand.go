package midasrt

import (
	"context"
	"errors"
)

// strand is one goroutine of an op, named by the path of goroutine starts that led to it: "" is the root, "a" its first child, "ab"
// that child's second. Its fields belong to its goroutine while it runs, and to the host once the op is quiet.
type strand struct {
	head [1]byte // first: the label in the goroutine's slot points here
	op   *Op
	path string
	ctx  context.Context // carries the strand and its label

	kids  int // goroutines started so far
	calls int // nested calls issued so far
	depth int // nested closures of the tape that run now
	cuts  int // recorded functions that run now: sources inside them are not recorded

	draws  int     // from sources, in this sliver
	trace  []byte  // and their encoding
	replay *reader // values to take instead; nil while the strand draws
}

// replays says that the strand runs its tape again. One that takes values given to it runs for the first time.
func (s *strand) replays() bool { return s.replay != nil && s.op.mode.keeps() }

func newStrand(o *Op, ctx context.Context, path string) *strand {
	s := &strand{head: [1]byte{'1'}, op: o, path: path}
	s.ctx = labelled(ctx, s)
	return s
}

// child names the next goroutine that s starts. One that starts inside a closure of the tape belongs to that closure: it is on no tape
// of its own, and the closure must wait for it.
func (s *strand) child() *strand {
	c := newStrand(s.op, s.ctx, s.path+letter(s.kids))
	s.kids++
	if s.depth > 0 {
		c.depth = 1
	}
	if s.replay != nil {
		c.replay = s.op.replayOf(c.path)
	}
	s.op.begin(c)
	return c
}

// letter is the n-th element of a prefix code without digits: a..z, Aa..Az, Ba..Zz, AAa...
func letter(n int) string {
	l := string(rune('a' + n%26))
	for n = n / 26; n > 0; n = (n - 1) / 26 {
		l = string(rune('A'+(n-1)%26)) + l
	}
	return l
}

// run runs f as the strand on the calling goroutine, which ends with it or goes back to what it was.
func (s *strand) run(f func()) {
	defer s.op.end(s)
	defer adopt(s)()
	defer s.confine()
	f()
}

// confine stops the unwinding of a child whose replay does not fit: nobody above it on this goroutine could.
func (s *strand) confine() {
	if !s.replays() {
		return
	}
	if r := recover(); r != nil {
		if err, ok := r.(error); ok && errors.Is(err, errMisfit) {
			return
		}
		panic(r)
	}
}

// Go is a go statement: in an op, f runs as a child strand.
func Go(f func()) { go Strand(f)() }

// Strand wraps a function that a library will run on a goroutine of its own, such as the argument of sync.WaitGroup.Go. The strand
// starts here and the op waits for it: the library must call the result, exactly once.
func Strand(f func()) func() {
	s := current()
	if s == nil {
		return f
	}
	c := s.child()
	return func() { c.run(f) }
}

// StrandErr is Strand for functions that return an error, such as the argument of errgroup.Group.Go.
func StrandErr(f func() error) func() error {
	s := current()
	if s == nil {
		return f
	}
	c := s.child()
	return func() (err error) {
		c.run(func() { err = f() })
		return err
	}
}

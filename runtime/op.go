package midasrt

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
)

// Mode says what an op keeps of its execution.
type Mode uint8

const (
	ModeVanilla Mode = iota // count the values drawn; keep nothing
	ModeSource              // record at the sources, keep tape and touches: compensation by re-execution
	ModeCut                 // record at the cuts, keep tape and touches: compensation by contaminated state
)

var (
	activated atomic.Bool
	running   atomic.Pointer[Op] // the op whose sliver runs now, to blame for a source that finds no op
)

// Activate declares this process a replica: a source of a handler that finds no op fails the running op instead of going unrecorded.
func Activate() { activated.Store(true) }

// Call is a nested request that a strand waits on.
type Call struct {
	ID            string // the strand's path, then the call's number there: "1", "a2". Set by Park
	Tier, Method  string
	Request, Meta []byte

	reply chan []byte
}

// Stop is what a sliver emitted: nested requests, in the order of their ids if there are several, or the op's reply.
type Stop struct {
	Calls []*Call
	Reply []byte
	Done  bool // the handler has returned; Reply is its encoded reply
}

// Op is one request's execution at one replica. The host drives it: Start or Resume, then Wait, then Trace, then either Keep or Undo
// and Replay, and so on until a Stop is Done. Those calls come from one goroutine at a time; Park comes from the op's own goroutines.
type Op struct {
	id   string
	mode Mode
	root *strand

	mu        sync.Mutex
	quiet     sync.Cond // live has become 0
	live      int       // strands that neither wait in a nested call nor have ended
	abandoned bool
	parked    map[string]*Call
	strands   []*strand // that ran in this sliver
	stop      Stop
	fault     error // first: the program broke a promise of the rewriter
	broken    error // first: a value of this sliver cannot be encoded

	tape    []closure
	touches []touch
	misfit  error              // first: the trace that is replayed does not fit
	given   map[string]*reader // values to replay, by strand
}

// NewOp returns an op that has not started. id appears in errors only.
func NewOp(id string, mode Mode) *Op {
	o := &Op{id: id, mode: mode, parked: map[string]*Call{}}
	o.quiet.L = &o.mu
	return o
}

// Start runs f as the op's root strand on a goroutine of its own. f gets ctx with the op in it and returns the encoded reply; it must
// not panic.
func (o *Op) Start(ctx context.Context, f func(ctx context.Context) []byte) {
	o.root = newStrand(o, ctx, "")
	o.begin(o.root)
	running.Store(o)
	go o.root.run(func() {
		reply := f(o.root.ctx)
		o.mu.Lock()
		defer o.mu.Unlock()
		o.stop.Reply, o.stop.Done = reply, true
	})
}

func (o *Op) begin(s *strand) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.live++
	o.strands = append(o.strands, s)
}

func (o *Op) end(*strand) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.rest()
}

// rest notes that one strand less is live. The caller holds mu.
func (o *Op) rest() {
	if o.live--; o.live == 0 {
		o.quiet.Broadcast()
	}
}

// Wait returns when every strand waits in a nested call or has ended: the end of the sliver. At most one op runs in a process at a
// time.
func (o *Op) Wait() Stop {
	running.Store(o)
	defer running.CompareAndSwap(o, nil)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.untilQuiet()
	return o.stop
}

func (o *Op) untilQuiet() {
	for o.live > 0 {
		o.quiet.Wait()
	}
}

// Park issues a nested call from the op's goroutine, gives c its ID, and blocks until Resume answers it; then it returns the reply. On an
// abandoned op it never returns. Calls from child strands and from inside a closure of the tape are refused.
func (o *Op) Park(c *Call) ([]byte, error) {
	s := current()
	if s == nil || s.op != o {
		s = o.root // the user replaced the goroutine's labels; the context led here
	}
	switch {
	case s.path != "":
		return nil, fmt.Errorf("midasrt: op %s: nested call %s on goroutine %q of the handler: only the handler's own goroutine may call", o.id, c.Method, s.path)
	case s.depth > 0:
		err := fmt.Errorf("midasrt: op %s: nested call %s inside a closure of the tape", o.id, c.Method)
		o.fail(err)
		return nil, err
	}
	o.mu.Lock()
	s.calls++
	c.ID = s.path + strconv.Itoa(s.calls)
	c.reply = make(chan []byte, 1)
	o.parked[c.ID] = c
	o.stop.Calls = append(o.stop.Calls, c)
	o.rest()
	o.mu.Unlock()
	return <-c.reply, nil
}

// Resume begins the next sliver: it answers the call and drops what is left of the sliver before. Wait comes next.
func (o *Op) Resume(callID string, reply []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.abandoned {
		return
	}
	c := o.parked[callID]
	if c == nil {
		panic(fmt.Sprintf("midasrt: op %s: no strand waits in call %s", o.id, callID))
	}
	delete(o.parked, callID)
	o.drop()
	o.strands, o.stop, o.broken = o.strands[:0], Stop{}, nil
	o.strands = append(o.strands, o.root)
	o.root.trace, o.root.draws = nil, 0
	o.live++
	running.Store(o)
	c.reply <- reply
}

// Abandon gives the op up, because a snapshot has replaced the state that it worked on. Strands that wait stay so for good, with the
// locks that they hold: unwinding them would run the user's deferred functions against the new state.
func (o *Op) Abandon() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.abandoned = true
	o.drop()
}

// Err returns the op's first fault, or nil: a promise of the rewriter that the program broke, such as a source outside every closure
// of the tape. The op's replicas may have diverged silently; a replica with a fault must not go on.
func (o *Op) Err() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.fault
}

func (o *Op) fail(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.fault == nil {
		o.fault = err
	}
}

var errMisfit = errors.New("the trace does not fit")

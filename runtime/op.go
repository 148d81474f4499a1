package midasrt

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Mode says what an op keeps of its execution.
type Mode uint8

const (
	ModeVanilla   Mode = iota // count the values drawn; keep nothing
	ModeSource                // record at the sources, keep tape and touches: compensation by re-execution
	ModeCut                   // record at the cuts, keep tape and touches: compensation by contaminated state
	ModeRecord                // record at the sources or take what Give gave; keep nothing: there is nothing to undo
	ModeRecordCut             // the same at the cuts, and at sources that stand in none
)

// Records says that the mode is one of the record modes.
func (m Mode) Records() bool { return m == ModeRecord || m == ModeRecordCut }

// keeps says that the op can be undone and replayed.
func (m Mode) keeps() bool { return m == ModeSource || m == ModeCut }

// cuts says that values are recorded at the cuts.
func (m Mode) cuts() bool { return m == ModeCut || m == ModeRecordCut }

// Call is a nested request or an external effect that a strand waits on.
type Call struct {
	ID            string // the strand's path, then the call's number there: "1", "a2". Set by Park
	Tier, Method  string
	Request, Meta []byte
	Effect        bool      // an external effect (see Effect) called Method; it has no Tier, Request or Meta
	Deadline      time.Time // of the request's context, by this replica's clock; zero if there is none

	news     chan struct{}             // there is something to look at below
	answered bool                      // reply or failed is there
	reply    []byte                    //
	failed   error                     // an effect has no result
	perform  func() ([]byte, error)    // an effect's own function, giving its encoded result
	asked    []func(r []byte, _ error) // Performs that have not begun
}

// Stop is what a sliver emitted: nested requests, in the order of their ids if there are several, or the op's reply.
type Stop struct {
	Calls []*Call
	Reply []byte
	Done  bool // the handler has returned; Reply is its encoded reply
}

// Op is one request's execution at one replica. The host drives it: Start or Resume, then Wait, then Trace, then either Keep or Undo
// and Replay, and so on until a Stop is Done. In the record modes, Give may come before Start or Resume, and Fits after Wait; Keep, Undo
// and Replay have nothing to do. Those calls come from one goroutine at a time; Park comes from the op's own goroutines, and Perform,
// Abandon and Err may come from anywhere. Several ops may run at once.
type Op struct {
	id      string
	mode    Mode
	free    bool // runs an external effect: is not the host's, and records nothing
	root    *strand
	running atomic.Bool // a sliver runs: from Start or Resume to the end of Wait

	mu        sync.Mutex
	quiet     sync.Cond // live has become 0
	live      int       // strands that neither wait in a nested call nor have ended
	halted    bool      // a strand waits for good, so the sliver does not end: Fits or Err says why
	abandoned bool
	parked    map[string]*Call
	strands   []*strand // that ran in this sliver
	stop      Stop
	fault     error // first: the program broke a promise of the rewriter
	broken    error // first: a value of this sliver cannot be encoded

	tape    []closure
	touches []touch
	misfit  error              // first: the trace that is replayed or was given does not fit
	given   map[string]*reader // values to take, by strand; nil if the op draws its own
	next    map[string]*reader // given of the sliver that has not begun
}

// NewOp returns an op that has not started. id appears in errors only.
func NewOp(id string, mode Mode) *Op {
	o := &Op{id: id, mode: mode, parked: map[string]*Call{}}
	o.quiet.L = &o.mu
	return o
}

// Mode returns what NewOp was given.
func (o *Op) Mode() Mode { return o.mode }

// Start runs f as the op's root strand on a goroutine of its own. f gets ctx with the op in it and returns the encoded reply; it must
// not panic.
func (o *Op) Start(ctx context.Context, f func(ctx context.Context) []byte) {
	o.root = newStrand(o, ctx, "")
	o.take()
	o.begin(o.root)
	o.run()
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

// Wait returns when every strand waits in a nested call or has ended: the end of the sliver. It also returns when a strand waits for
// good, which Fits or Err explains; other strands of the op may then still run, and the op can only be abandoned.
func (o *Op) Wait() Stop {
	defer o.rested()
	o.mu.Lock()
	defer o.mu.Unlock()
	o.untilQuiet()
	return o.stop
}

func (o *Op) untilQuiet() {
	for o.live > 0 && !o.halted {
		o.quiet.Wait()
	}
}

// halt never returns: user code is not unwound, because its deferred functions would run against a state that is not theirs.
func (o *Op) halt() {
	o.mu.Lock()
	o.halted = true
	o.quiet.Broadcast()
	o.mu.Unlock()
	select {}
}

// Park issues a nested call from the op's goroutine, gives c its ID, and blocks until Resume answers it; then it returns the reply. On an
// abandoned op it never returns. Calls are refused from child strands, from inside an external effect or the value of a source, and,
// where there is a tape, from inside its closures.
func (o *Op) Park(c *Call) ([]byte, error) {
	s := current()
	if s == nil || s.op != o {
		s = o.root // the user replaced the goroutine's labels; the context led here
	}
	if err := s.refuse(c.Method); err != nil {
		return nil, err
	}
	o.hold(s, c)
	return o.await(c), nil
}

// refuse is why the strand may not wait in a call now, or nil.
func (s *strand) refuse(method string) error {
	o, where := s.op, ""
	switch {
	case o.free:
		return fmt.Errorf("midasrt: op %s: nested call %s inside an external effect", o.id, method)
	case s.path != "":
		return fmt.Errorf("midasrt: op %s: nested call %s on goroutine %q of the handler: only the handler's own goroutine may call", o.id, method, s.path)
	case s.cuts > 0:
		where = "the value of a source"
	case s.depth > 0 && o.mode.keeps():
		where = "a closure of the tape"
	default:
		return nil
	}
	err := fmt.Errorf("midasrt: op %s: nested call %s inside %s", o.id, method, where)
	o.fail(err)
	return err
}

// hold notes that s waits in c.
func (o *Op) hold(s *strand, c *Call) {
	o.mu.Lock()
	defer o.mu.Unlock()
	s.calls++
	c.ID = s.path + strconv.Itoa(s.calls)
	c.news = make(chan struct{}, 1)
	o.parked[c.ID] = c
	o.stop.Calls = append(o.stop.Calls, c)
	o.rest()
}

// await returns c's reply, and performs c meanwhile as often as it is asked to.
func (o *Op) await(c *Call) []byte {
	for {
		<-c.news
		o.mu.Lock()
		answered, asked := c.answered, c.asked
		c.asked = nil
		o.mu.Unlock()
		if answered {
			return c.reply
		}
		for _, done := range asked {
			o.carryOut(c, done)
		}
	}
}

// wake makes the strand that waits in c look at it.
func (c *Call) wake() {
	select {
	case c.news <- struct{}{}:
	default: // it is going to look anyway
	}
}

// Resume begins the next sliver: it answers the call, with the result if that is an effect, and drops what is left of the sliver before.
// Wait comes next. If this replica is performing the effect, the sliver begins when that is over; its own result is dropped.
func (o *Op) Resume(callID string, reply []byte) { o.resume(callID, reply, nil) }

func (o *Op) resume(callID string, reply []byte, failed error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.abandoned || o.halted {
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
	o.take()
	o.live++
	o.run()
	c.reply, c.failed, c.answered = reply, failed, true
	c.wake()
}

// Abandon gives the op up, because a snapshot has replaced the state that it worked on. Strands that wait stay so for good, with the
// locks that they hold: unwinding them would run the user's deferred functions against the new state.
func (o *Op) Abandon() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.abandoned = true
	o.drop()
	o.rested()
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

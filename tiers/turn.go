package tiers

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/midas-tiers/midas/compensate"
	midasrt "github.com/midas-tiers/midas/runtime"
	"github.com/midas-tiers/midas/tiers/core"
)

// slowSliver is how long a sliver may hold a lane before a warning says so.
const slowSliver = 5 * time.Second

var errAlone = errors.New("no trace tells what the chosen replica did")

// turn is one run of a sliver. What is set before it runs is read by its lane, the rest by the loop afterwards.
type turn struct {
	core.Run
	node   *node
	e      *execution
	sliver *midasrt.Sliver // what analysis says of it, nil if nothing
	wide   bool            // nothing else of the tier runs or is unsettled meanwhile

	stop   midasrt.Stop
	result compensate.Result // of a live run
	fault  error             // the execution broke a promise, such as that every source is recorded
	err    error             // live: nothing tells what was drawn; given: it does not fit
	took   time.Duration     // to run
	worked time.Duration     // to make the outcome, or to install its copy
}

// run runs one sliver on a lane, until it parks or the handler returns.
func (n *node) run(r core.Run) {
	if r.Read {
		n.read(r)
		return
	}
	t := &turn{Run: r, node: n, e: n.ops[r.Op]}
	if r.Begin != nil {
		t.e = n.execution(r.Begin)
	}
	if t.e == nil {
		n.fail(fmt.Errorf("call %s of operation %s is answered, and the operation does not run here", r.Call, r.Op))
		return
	}
	delete(t.e.performed, r.Call)
	delete(t.e.deadlines, r.Call)
	t.e.from = t.e.called[r.Call].method
	t.sliver = n.services.sliver(t.e.begin.Method, t.e.from)
	t.wide = wide(n.footprint(t.e.begin, t.e.from), t.e.style)
	if r.Given != nil {
		n.launch(job{work: t.repeat, then: func() { n.repeated(t) }})
		return
	}
	n.launch(job{work: t.live, then: func() { n.ranLive(t) }})
}

// execute runs the sliver to its end.
func (t *turn) execute() {
	slow := time.AfterFunc(slowSliver, func() {
		t.node.logger.Warn("a handler blocks: it waits for something other than a nested call", "op", t.Op, "method", t.e.begin.Method)
	})
	defer slow.Stop()
	began := time.Now()
	switch {
	case t.Begin != nil:
		t.node.start(t.e)
	case t.e.called[t.Call].effect:
		t.resumeEffect()
	default:
		t.e.op.Resume(string(t.Call), t.Reply)
	}
	t.stop = t.e.op.Wait()
	t.took = time.Since(began)
}

// live is the work of a sliver that draws its own values.
func (t *turn) live() {
	t.execute()
	if t.fault = t.e.op.Err(); t.fault != nil {
		return
	}
	began := time.Now()
	t.result, t.err = compensate.Outcome(t.e.technique, t.e.op, t.node.state, compensate.Reach{Contaminated: everything, Alone: t.wide})
	t.worked = time.Since(began)
}

// wide says that nothing else runs or is unsettled while a sliver of that footprint does: only then does a copy of the whole state hold
// nothing that may yet be undone. Analysis gives such a footprint to slivers that may draw what cannot be encoded.
func wide(f core.Footprint, style compensate.Style) bool {
	if style == compensate.Active {
		return slices.Contains(f.Contaminated, everything[0])
	}
	return slices.Contains(f.Writes, everything[0]) || slices.Contains(f.Reads, everything[0])
}

// ranLive gives the core what a live run came to.
func (n *node) ranLive(t *turn) {
	t.e.emit(t.stop, t.sliver)
	n.watchDeadlines(t.e)
	ran := core.Ran{Op: t.Op, Call: t.Call}
	ran.Outcome, ran.Drew = n.outcome(t)
	n.auto.ran(t, len(ran.Outcome.Trace)+len(ran.Outcome.Full))
	if t.e.style == compensate.Leader {
		n.retire(t.e)
	}
	n.do(n.core.Ran(ran))
}

// outcome is what the sliver that has just run ships to the replicas that follow it, and whether it drew a value.
func (n *node) outcome(t *turn) (core.Outcome, bool) {
	e := t.e
	if t.fault != nil {
		n.giveUp(t)
		return core.Outcome{Outs: e.outs, Alone: true}, true
	}
	if t.err == nil && !t.result.FellBack {
		return core.Outcome{Trace: t.result.Trace, Full: t.result.Full, Outs: e.outs}, t.result.Drew
	}
	n.stats.FallBacks++
	if t.err == nil && e.ended && (e.style == compensate.Active || t.Begin != nil) {
		n.logger.Warn("whole copies take the place of a trace", "op", t.Op, "method", e.begin.Method, "reason", t.result.Why)
		return core.Outcome{Full: t.result.Full, Outs: e.outs}, true
	}
	n.logger.Warn("only an image can take the place of a trace",
		"op", t.Op, "method", e.begin.Method, "reason", errors.Join(t.err, t.result.Why))
	return core.Outcome{Outs: e.outs, Alone: true}, true
}

// giveUp ends an op whose execution broke a promise. The op answers with the reason; replicas that are to follow it wait for an image,
// because nothing tells what this one did.
func (n *node) giveUp(t *turn) {
	n.logger.Error("an operation cannot be replicated", "op", t.Op, "method", t.e.begin.Method, "error", t.fault)
	n.stats.FallBacks++
	t.e.op.Abandon()
	t.e.ended = true
	t.e.outs = []core.Out{{Payload: failure(status.Errorf(codes.Internal, "midas: %s: %v", t.e.begin.Method, t.fault)).encodeFor(t.e.question)}}
}

// repeat is the work of a sliver that is to go as the log says. If whole copies take the place of its trace, it does not run here: it is all
// of its op then.
func (t *turn) repeat() {
	e, given := t.e, t.Given
	switch {
	case given.Alone:
		t.err = errAlone
		return
	case !compensate.Repeatable(given.Trace, given.Full) && t.Begin != nil && len(given.Outs) == 1:
		t.stop = midasrt.Stop{Done: true, Reply: given.Outs[0].Payload}
		t.err = compensate.Repeat(e.technique, nil, t.node.state, given.Full)
		return
	}
	if t.err = e.op.Give(t.node.spoiled(given.Trace)); t.err != nil {
		return
	}
	t.execute()
	began := time.Now()
	t.err = compensate.Repeat(e.technique, e.op, t.node.state, given.Full)
	t.worked = time.Since(began)
}

// repeated tells the core how a given sliver went.
func (n *node) repeated(t *turn) {
	if t.err == nil {
		t.e.emit(t.stop, t.sliver)
		n.watchDeadlines(t.e)
		t.err = differs(t.e.outs, t.Given.Outs)
	}
	if t.err != nil {
		n.logger.Warn("cannot repeat what the leader did", "op", t.Op, "call", t.Call, "method", t.e.begin.Method, "error", t.err)
		t.e.op.Abandon()
	} else {
		if len(t.Given.Trace)+len(t.Given.Full) > 0 {
			n.auto.repeated(t.e.begin.Method, t.e.technique, t.took+t.worked)
		}
		n.retire(t.e)
	}
	n.do(n.core.Ran(core.Ran{Op: t.Op, Call: t.Call, Err: t.err}))
}

// differs says how the outputs of a given sliver differ here from the leader's: something that was drawn is not in the trace.
func differs(here, there []core.Out) error {
	if len(here) != len(there) {
		return fmt.Errorf("it emits %d messages here and %d at the leader", len(here), len(there))
	}
	for i, a := range here {
		b := there[i]
		switch {
		case !sameCall(a, b):
			return fmt.Errorf("call %q is %s%s here and %s%s at the leader", a.Call, a.Tier, a.Method, b.Tier, b.Method)
		case !bytes.Equal(a.Payload, b.Payload) || !bytes.Equal(a.Meta, b.Meta):
			if a.Call == "" {
				return errors.New("it replies something else than at the leader")
			}
			return fmt.Errorf("call %q of %s sends something else than at the leader", a.Call, a.Method)
		}
	}
	return nil
}

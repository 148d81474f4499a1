package tiers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/midas-tiers/midas/compensate"
	midasrt "github.com/midas-tiers/midas/runtime"
	"github.com/midas-tiers/midas/tiers/core"
)

// slowSliver is how long a sliver may hold the lane before a warning says so.
const slowSliver = 5 * time.Second

// execution is this replica's run of an op, from Begin until its last sliver is settled.
type execution struct {
	op        *midasrt.Op
	method    string
	question  []byte
	technique compensate.Technique
	from      string                 // of the sliver that ran last
	outs      []core.Out             // what it emitted
	called    map[core.CallID]string // method of every nested call so far
	ended     bool                   // the handler has returned, or was given up
}

// run runs one sliver until it parks or the handler returns.
func (n *node) run(r core.Run) core.Ran {
	e := n.ops[r.Op]
	if r.Call == "" {
		e = n.start(r.Begin)
	} else {
		e.from = e.called[r.Call]
		e.op.Resume(string(r.Call), r.Reply)
	}
	slow := time.AfterFunc(slowSliver, func() {
		n.logger.Warn("a handler blocks its tier: it waits for something other than a nested call", "op", r.Op, "method", e.method)
	})
	stop := e.op.Wait()
	slow.Stop()
	sliver := n.services.sliver(e.method, e.from)
	e.emit(stop, sliver)
	ran := core.Ran{Op: r.Op, Call: r.Call}
	ran.Outcome, ran.Drew = n.outcome(r.Op, e, sliver)
	return ran
}

// outcome is what the sliver that has just run ships to the replicas whose execution is not chosen, and whether it drew a value.
func (n *node) outcome(id core.OpID, e *execution, sliver *midasrt.Sliver) (core.Outcome, bool) {
	if err := e.op.Err(); err != nil {
		n.giveUp(id, e, err)
		return core.Outcome{Outs: e.outs, Alone: true}, true
	}
	r, err := compensate.Outcome(e.technique, e.op, n.state, compensate.Reach{Contaminated: everything, Alone: true})
	if err == nil && !r.FellBack {
		return core.Outcome{Trace: r.Trace, Full: r.Full, Outs: e.outs}, r.Drew
	}
	n.stats.FallBacks++
	if err == nil && e.ended && wide(sliver) {
		n.logger.Warn("whole copies take the place of a trace", "op", id, "method", e.method, "reason", r.Why)
		return core.Outcome{Full: r.Full, Outs: e.outs}, true
	}
	n.logger.Warn("only an image can take the place of a trace", "op", id, "method", e.method, "reason", errors.Join(err, r.Why))
	return core.Outcome{Outs: e.outs, Alone: true}, true
}

// wide says that nothing else of the tier is unsettled while the sliver is: only then does a copy of the whole state hold nothing that
// may yet be undone. Analysis gives such a footprint to slivers that may draw what cannot be encoded.
func wide(sliver *midasrt.Sliver) bool {
	return sliver == nil || slices.Contains(sliver.Contaminated, everything[0])
}

// giveUp ends an op whose execution broke a promise, such as that every source is recorded. The op answers with the reason; replicas
// whose execution is not chosen wait for an image, because nothing tells what this one did.
func (n *node) giveUp(id core.OpID, e *execution, reason error) {
	n.logger.Error("an operation cannot be replicated", "op", id, "method", e.method, "error", reason)
	n.stats.FallBacks++
	e.op.Abandon()
	e.ended = true
	e.outs = []core.Out{{Payload: failure(status.Errorf(codes.Internal, "midas: %s: %v", e.method, reason)).encodeFor(e.question)}}
}

// start begins the op of a Begin entry.
func (n *node) start(b *core.Entry) *execution {
	technique := compensate.Technique(b.Technique)
	e := &execution{
		op:        midasrt.NewOp(string(b.Op), technique.Mode(compensate.Active)),
		method:    b.Method,
		question:  question(b.Method, b.Request),
		technique: technique,
		called:    make(map[core.CallID]string),
	}
	n.ops[b.Op] = e
	n.stats.Operations++
	m := n.services.methods[b.Method]
	e.op.Start(context.Background(), func(ctx context.Context) []byte {
		if m == nil {
			return failure(status.Errorf(codes.Unimplemented, "midas: %s: unknown method", b.Method)).encodeFor(e.question)
		}
		return n.handle(ctx, m, b).encodeFor(e.question)
	})
	return e
}

// emit notes what a sliver came to.
func (e *execution) emit(stop midasrt.Stop, sliver *midasrt.Sliver) {
	e.outs, e.ended = nil, stop.Done
	for _, c := range stop.Calls {
		out := core.Out{
			Call: core.CallID(c.ID), Tier: c.Tier, Method: c.Method, Payload: c.Request, Meta: c.Meta,
			Steady: sliver != nil && sliver.Offer,
		}
		e.called[out.Call] = c.Method
		e.outs = append(e.outs, out)
	}
	if stop.Done {
		e.outs = append(e.outs, core.Out{Payload: stop.Reply})
	}
}

// handle runs the method's handler, with the server's interceptors, on the op's goroutine.
func (n *node) handle(ctx context.Context, m *method, b *core.Entry) (r reply) {
	md, err := decodeMeta(b.Meta)
	if err != nil {
		return failure(status.Error(codes.Internal, err.Error()))
	}
	stream := &transportStream{method: m.name}
	ctx = grpc.NewContextWithServerTransportStream(metadata.NewIncomingContext(ctx, md), stream)
	defer func() {
		if p := recover(); p != nil {
			r = failure(panicked(m.name, p))
			n.logger.Error("a handler panicked", "op", b.Op, "error", r.err())
		}
		r.Header, r.Trailer = stream.header, stream.trailer
	}()
	result, err := m.handle(m.impl, ctx, decoder(b.Request), m.chain)
	if err != nil {
		return failure(err)
	}
	message, err := marshal(result)
	if err != nil {
		return failure(status.Errorf(codes.Internal, "midas: %s: encode reply: %v", m.name, err))
	}
	return reply{Message: message}
}

// keep lets this replica's own execution of the sliver stand.
func (n *node) keep(k core.Keep) {
	if e := n.ops[k.Op]; e != nil {
		e.op.Keep()
		n.retire(k.Op, e)
	}
}

// follow makes the sliver equal to the chosen execution.
func (n *node) follow(f core.Follow) error {
	e := n.ops[f.Op]
	switch {
	case e == nil:
		return fmt.Errorf("follow %s: it does not run here", f.Op)
	case f.Outcome.Alone:
		return fmt.Errorf("follow %s: no trace tells what the chosen replica did", f.Op)
	}
	if !slices.EqualFunc(e.outs, f.Outcome.Outs, sameCall) {
		return fmt.Errorf("follow %s: the chosen execution calls something else than this replica's", f.Op)
	}
	trace := f.Outcome.Trace
	if n.spoil != nil {
		trace = n.spoil(trace)
	}
	err := compensate.Settle(e.technique, e.op, n.state, trace, f.Outcome.Full)
	if err != nil {
		n.logger.Warn("cannot follow the chosen execution", "op", f.Op, "call", f.Call, "error", err)
		return err
	}
	n.stats.Compensations++
	n.retire(f.Op, e)
	return nil
}

// sameCall says that two executions go on alike: only what they send or answer differs.
func sameCall(a, b core.Out) bool {
	return a.Call == b.Call && a.Tier == b.Tier && a.Method == b.Method
}

// retire forgets an execution whose last sliver is settled.
func (n *node) retire(id core.OpID, e *execution) {
	if e.ended {
		delete(n.ops, id)
	}
}

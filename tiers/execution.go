package tiers

import (
	"context"
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

// execution is this replica's run of an op, from Begin until its last sliver is settled.
type execution struct {
	op        *midasrt.Op
	begin     *core.Entry
	question  []byte
	technique compensate.Technique
	style     compensate.Style
	from      string                    // of the sliver that ran last
	outs      []core.Out                // what it emitted
	called    map[core.CallID]called    // every call so far
	performed map[core.CallID][]byte    // effects performed here and not resumed; nil while one is under way
	deadlines map[core.CallID]time.Time // of open calls that have one, by this replica's clock
	ended     bool                      // the handler has returned, or was given up
}

// called is a nested call, or an external effect, that an op has made.
type called struct {
	method string
	effect bool
}

// newExecution prepares the run of a Begin entry's op.
func newExecution(b *core.Entry, technique compensate.Technique, mode midasrt.Mode) *execution {
	style := compensate.Leader
	if b.Active {
		style = compensate.Active
	}
	return &execution{
		op:        midasrt.NewOp(string(b.Op), mode),
		begin:     b,
		question:  question(b.Method, b.Request),
		technique: technique,
		style:     style,
		called:    make(map[core.CallID]called),
		performed: make(map[core.CallID][]byte),
		deadlines: make(map[core.CallID]time.Time),
	}
}

// execution makes the execution of an op that begins.
func (n *node) execution(b *core.Entry) *execution {
	technique, style := compensate.Technique(b.Technique), compensate.Leader
	if b.Active {
		style = compensate.Active
	}
	e := newExecution(b, technique, technique.Mode(style))
	n.ops[b.Op] = e
	n.stats.Operations++
	return e
}

// start runs the op's handler on a goroutine of its own.
func (n *node) start(e *execution) {
	m := n.services.methods[e.begin.Method]
	e.op.Start(context.Background(), func(ctx context.Context) []byte {
		r := failure(status.Errorf(codes.Unimplemented, "midas: %s: unknown method", e.begin.Method))
		switch {
		case m == nil:
		case m.refused != "":
			r = failure(m.refusal())
		default:
			r = n.handle(ctx, m, e.begin)
		}
		return r.encodeFor(e.question)
	})
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

// emit notes what a sliver came to.
func (e *execution) emit(stop midasrt.Stop, sliver *midasrt.Sliver) {
	e.outs, e.ended = nil, stop.Done
	for _, c := range stop.Calls {
		out := core.Out{
			Call: core.CallID(c.ID), Tier: c.Tier, Method: c.Method, Payload: c.Request, Meta: c.Meta, Effect: c.Effect,
			Steady: !c.Effect && sliver != nil && sliver.Offer && c.Deadline.IsZero(),
		}
		e.called[out.Call] = called{c.Method, c.Effect}
		if !c.Deadline.IsZero() {
			e.deadlines[out.Call] = c.Deadline
		}
		e.outs = append(e.outs, out)
	}
	if stop.Done {
		e.outs = append(e.outs, core.Out{Payload: stop.Reply})
	}
}

// keep lets this replica's own execution of the sliver stand.
func (n *node) keep(k core.Keep) {
	if e := n.ops[k.Op]; e != nil {
		e.op.Keep()
		n.retire(e)
	}
}

// follow makes the sliver equal to the chosen execution.
func (n *node) follow(f core.Follow) {
	e := n.ops[f.Op]
	var err error
	var took time.Duration
	n.launch(job{
		work: func() {
			began := time.Now()
			err = n.settle(e, f)
			took = time.Since(began)
		},
		then: func() {
			if err != nil {
				n.logger.Warn("cannot follow the chosen execution", "op", f.Op, "call", f.Call, "error", err)
			} else {
				n.stats.Compensations++
				n.auto.repeated(e.begin.Method, e.technique, took)
				n.retire(e)
			}
			n.do(n.core.Followed(f.Op, f.Call, err))
		},
	})
}

// settle is the work of follow.
func (n *node) settle(e *execution, f core.Follow) error {
	switch {
	case e == nil:
		return fmt.Errorf("follow %s: it does not run here", f.Op)
	case f.Outcome.Alone:
		return fmt.Errorf("follow %s: %w", f.Op, errAlone)
	case !slices.EqualFunc(e.outs, f.Outcome.Outs, sameCall):
		return fmt.Errorf("follow %s: the chosen execution calls something else than this replica's", f.Op)
	}
	return compensate.Settle(e.technique, e.op, n.state, n.spoiled(f.Outcome.Trace), f.Outcome.Full)
}

// sameCall says that two executions go on alike: only what they send or answer differs.
func sameCall(a, b core.Out) bool {
	return a.Call == b.Call && a.Tier == b.Tier && a.Method == b.Method && a.Effect == b.Effect
}

func (n *node) spoiled(trace []byte) []byte {
	if n.spoil == nil {
		return trace
	}
	return n.spoil(trace)
}

// retire forgets an execution whose last sliver is settled.
func (n *node) retire(e *execution) {
	if e.ended {
		delete(n.ops, e.begin.Op)
		n.keys.forget(e.begin.Op)
	}
}

package tiers

import (
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/midas-tiers/midas/compensate"
	midasrt "github.com/midas-tiers/midas/runtime"
	"github.com/midas-tiers/midas/tiers/core"
)

// read runs a read. Nothing of it is kept: it is no part of the log, and draws its own values.
func (n *node) read(r core.Run) {
	e := newExecution(r.Begin, compensate.Vanilla, midasrt.ModeVanilla)
	t := &turn{Run: r, node: n, e: e}
	n.launch(job{work: t.execute, then: func() {
		n.stats.Reads++
		out := core.Outcome{Outs: []core.Out{{Payload: n.readReply(t)}}}
		n.do(n.core.Ran(core.Ran{Op: r.Op, Outcome: out}))
	}})
}

// readReply is what the read answers. One that does more than read ends there, at this replica alone.
func (n *node) readReply(t *turn) []byte {
	err := t.e.op.Err()
	switch {
	case err != nil:
		err = status.Errorf(codes.Internal, "midas: %s: %v", t.e.begin.Method, err)
	case len(t.stop.Calls) > 0:
		err = status.Errorf(codes.FailedPrecondition,
			"midas: %s runs as a read, and calls %s: analysis took it to call nobody", t.e.begin.Method, t.stop.Calls[0].Method)
	default:
		return t.stop.Reply
	}
	n.logger.Error("a read does more than read", "op", t.Op, "error", err)
	t.e.op.Abandon()
	return failure(err).encodeFor(t.e.question)
}

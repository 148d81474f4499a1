package tiers

import (
	"context"
	"slices"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/midas-tiers/midas/tiers/core"
)

// waiter is a client's request that waits at this replica. Its channel has room for the one answer.
type waiter chan answer

// answer is what clients of an op get to hear.
type answer struct {
	Op      core.OpID
	Payload []byte
	Durable bool   // the reply is in the log
	Refused bool   // the op did not run for this request: it is below its client's low-water mark, or
	Floor   uint64 // its client was born at or before then, and the tier has forgotten what it asked
}

// ask hands a client's request to the core and waits for its answer, or for ctx to end.
func (n *node) ask(ctx context.Context, r *core.ClientRequest) (answer, error) {
	w := make(waiter, 1)
	if !n.post(ctx, func() { n.admit(r, w) }) {
		return answer{}, n.gaveUp(ctx)
	}
	select {
	case a := <-w:
		return a, nil
	case <-n.done:
	case <-ctx.Done():
		n.post(context.Background(), func() { n.leave(r.Op, w) })
	}
	return answer{}, n.gaveUp(ctx)
}

func (n *node) gaveUp(ctx context.Context) error {
	if ctx.Err() != nil {
		return status.FromContextError(ctx.Err()).Err()
	}
	return status.Error(codes.Unavailable, "midas: the replica is stopping")
}

// admit is ask in the loop.
func (n *node) admit(r *core.ClientRequest, w waiter) {
	n.waiters[r.Op] = append(n.waiters[r.Op], w)
	if n.running() {
		n.do(n.core.Client(r))
	} else {
		n.early = append(n.early, r)
	}
}

// leave forgets a client that waits no longer.
func (n *node) leave(op core.OpID, w waiter) {
	rest := slices.DeleteFunc(n.waiters[op], func(x waiter) bool { return x == w })
	if len(rest) > 0 {
		n.waiters[op] = rest
		return
	}
	delete(n.waiters, op)
	if n.running() {
		n.core.Gone(op)
	}
}

// release answers everybody who waits here for the op.
func (n *node) release(a answer) {
	if !a.Refused && !a.Durable {
		n.answersAhead()
	}
	for _, w := range n.waiters[a.Op] {
		w <- a
	}
	delete(n.waiters, a.Op)
}

// answersAhead notes a reply that leaves before it is known to be in the log.
func (n *node) answersAhead() {
	if n.place.Commit == "fast" {
		n.window.answered(n.core.Stats(), time.Now())
	}
}

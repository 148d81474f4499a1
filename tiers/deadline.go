package tiers

import (
	"context"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/midas-tiers/midas/tiers/core"
)

// A nested call may have a deadline: the one of the context that the handler made for it. Replicas' clocks differ, so the leader's decides,
// and the log tells every replica that the call is given up. Every replica watches its own clock, because it may come to lead.

// watchDeadlines has the loop wake up when a call's time is up.
func (n *node) watchDeadlines(e *execution) {
	op := e.begin.Op
	for call, deadline := range e.deadlines {
		time.AfterFunc(time.Until(deadline), func() { n.ends.put(func() { n.expire(op, call) }) })
	}
}

// expire gives up a call whose time is up, if this replica leads.
func (n *node) expire(op core.OpID, call core.CallID) {
	e := n.ops[op]
	if e == nil || n.leader != n.place.Replica {
		return
	}
	if deadline, open := e.deadlines[call]; open && !time.Now().Before(deadline) {
		reply := failure(status.Error(codes.DeadlineExceeded, context.DeadlineExceeded.Error()))
		n.do(n.core.Expire(op, call, reply.encode()))
	}
}

// expireCalls asks again for every call whose time is up: an earlier word may have been lost with the lead.
func (n *node) expireCalls() {
	type call struct {
		op core.OpID
		id core.CallID
	}
	var open []call
	for op, e := range n.ops {
		for id := range e.deadlines {
			open = append(open, call{op, id})
		}
	}
	for _, c := range open {
		n.expire(c.op, c.id)
	}
}

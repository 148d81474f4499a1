package tiers

import (
	"slices"

	"github.com/midas-tiers/midas/tiers/core"
	"github.com/midas-tiers/midas/tiers/wire"
)

// A client may wait at a replica that does not lead. A follower hears of a commit only when the leader's log next speaks, so the leader
// adopts the request: it proposes the Begin as its own, is the operation's edge, and tells the follower what to answer. That frame may
// get lost, or the leader die; the follower still asks again, and answers from its own log once the Settle is there. If the leader of a
// tier in commit mode fast has died, the others settle only when they suspect it.

// adopt takes a client's Begin from the replica at which the client waits.
func (n *node) adopt(from int, e *core.Entry) {
	if !n.running() || n.stuck || (*n.log.Load()).Leader() != n.place.Replica {
		return
	}
	if !slices.Contains(n.adopted[e.Op], from) {
		n.adopted[e.Op] = append(n.adopted[e.Op], from)
	}
	n.do(n.core.Client(&core.ClientRequest{
		Op: e.Op, Mark: e.Mark, Method: e.Method, Request: e.Request, Meta: e.Meta, Technique: e.Technique,
	}))
}

// handBack answers the replicas from which this one has adopted the op.
func (n *node) handBack(a answer) {
	from := n.adopted[a.Op]
	delete(n.adopted, a.Op)
	if len(from) == 0 {
		return
	}
	body := must(stable.Marshal(a))
	for _, replica := range from {
		n.toMember(replica, wire.Answer, body)
	}
}

// answered takes the leader's answer to a client that waits here.
func (n *node) answered(a answer) {
	n.release(a)
	if n.running() {
		n.core.Gone(a.Op)
	}
}

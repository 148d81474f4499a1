package tiers

import (
	"fmt"

	"github.com/fxamacker/cbor/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/midas-tiers/midas/tiers/core"
	"github.com/midas-tiers/midas/tiers/order"
)

// apply gives the core the next entry of the log.
func (n *node) apply(e order.Entry) {
	var entry core.Entry
	if err := lenient.Unmarshal(e.Data, &entry); err != nil {
		n.fail(fmt.Errorf("log entry %d: %w", e.Index, err)) // every replica sees the same: the programs differ
		return
	}
	n.applied = e.Index
	n.stats.note(&entry)
	n.auto.bytes.returned(&entry)
	n.do(n.core.Apply(e.Index, &entry))
	if n.window.waits() {
		n.window.returned(n.core.Stats())
	}
}

// do carries out what the core asks for, and what comes of that. Called while outputs are carried out, it leaves its own to be carried
// out after them.
func (n *node) do(outs []core.Output) {
	n.outs = append(n.outs, outs...)
	if n.carrying {
		return
	}
	n.carrying = true
	defer func() { n.carrying = false }()
	for {
		switch {
		case len(n.outs) > 0:
			o := n.outs[0]
			n.outs = n.outs[1:]
			n.carry(o)
		case len(n.inputs) > 0:
			in := n.inputs[0]
			n.inputs = n.inputs[1:]
			n.outs = in()
		default:
			return
		}
	}
}

// later gives the core an input once its outputs so far are carried out.
func (n *node) later(input func() []core.Output) {
	n.inputs = append(n.inputs, input)
	n.do(nil)
}

// carry carries out one output.
func (n *node) carry(o core.Output) {
	switch o := o.(type) {
	case core.Append:
		n.append(o.Entry)
	case core.Run:
		n.run(o)
	case core.Follow:
		n.follow(o)
	case core.Keep:
		n.keep(o)
	case core.Perform:
		n.perform(o)
	case core.Send:
		n.send(o)
	case core.Answer:
		n.release(answer{Op: o.Op, Payload: o.Payload, Durable: o.Durable})
	case core.Refuse:
		n.release(answer{Op: o.Op, Refused: true, Floor: o.Floor})
	case core.Verify:
		n.verify(o.Token)
	case core.CallRefused:
		n.callRefused(o)
	case core.Capture:
		n.capture(o.Index)
	case core.Stuck:
		n.stick(o.Index)
	case core.Rebuild:
		n.rebuild()
	}
}

// append gives an entry to the log. What gets lost there is the core's to notice.
func (n *node) append(e *core.Entry) {
	data, err := cbor.Marshal(e)
	if err != nil {
		n.fail(fmt.Errorf("encode entry: %w", err))
		return
	}
	if (*n.log.Load()).Append(data) {
		n.auto.bytes.appended(e, len(data))
	}
}

// callRefused ends a call that the callee will never answer.
func (n *node) callRefused(r core.CallRefused) {
	reply := failure(status.Errorf(codes.Aborted,
		"midas: call %s of operation %s is refused by its callee: it is below a mark, and whether it ran is not known", r.Call, r.Op))
	n.later(func() []core.Output { return n.core.Expire(r.Op, r.Call, reply.encode()) })
}

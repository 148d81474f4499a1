package tiers

import (
	"fmt"

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
	delete(n.asked, nameOf(&entry))
	n.do(n.core.Apply(e.Index, &entry))
}

// do carries out what the core asks for, and what comes of that.
func (n *node) do(outs []core.Output) {
	for {
		var more []core.Output
		for _, o := range outs {
			more = n.carry(o) // only the last, a Run or Follow, has an answer
		}
		switch {
		case len(more) > 0:
			outs = more
		case len(n.local) > 0 && !n.stuck:
			outs = n.core.Receive(n.local[0])
			n.local = n.local[1:]
		default:
			return
		}
	}
}

// carry carries out one output. A Run or Follow is answered: what it returns is the core's next outputs.
func (n *node) carry(o core.Output) []core.Output {
	switch o := o.(type) {
	case core.Run:
		return n.core.Ran(n.run(o))
	case core.Follow:
		return n.core.Followed(o.Op, o.Call, n.follow(o))
	case core.Keep:
		n.keep(o)
	case core.Propose:
		n.propose(o.Entry)
	case core.Send:
		n.send(o)
	case core.Answer:
		n.release(answer{Op: o.Op, Payload: o.Payload})
	case core.Refuse:
		n.release(answer{Op: o.Op, Refused: true})
	case core.Capture:
		n.capture(o.Index)
	case core.Stuck:
		n.stick(o.Index)
	case core.Forget: // executions go when they end
	}
	return nil
}

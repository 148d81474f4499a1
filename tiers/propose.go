package tiers

import (
	"fmt"

	"github.com/fxamacker/cbor/v2"

	"github.com/midas-tiers/midas/tiers/core"
	"github.com/midas-tiers/midas/tiers/wire"
)

// propose asks the leader for an entry. The core repeats what gets lost, with growing pauses; what an election swallowed is repeated
// as soon as there is a leader.
func (n *node) propose(e *core.Entry) {
	if n.mute {
		return
	}
	data, err := cbor.Marshal(e)
	if err != nil {
		n.fail(fmt.Errorf("encode entry: %w", err))
		return
	}
	p := proposal{data: data, client: e.Kind == core.Begin && e.From == ""}
	if len(n.asked) < maxAsked {
		n.asked[nameOf(e)] = p
	}
	n.hand(p)
}

// proposal is an entry that is not in the log yet.
type proposal struct {
	data   []byte
	client bool // the leader is to propose it as its own
}

// entryName is what makes two proposals the same one.
type entryName struct {
	kind core.Kind
	op   core.OpID
	call core.CallID
}

func nameOf(e *core.Entry) entryName { return entryName{e.Kind, e.Op, e.Call} }

// maxAsked bounds the proposals that are remembered until the next election.
const maxAsked = 4096

// hand gives a proposal to the leader, if one is known.
func (n *node) hand(p proposal) {
	log := *n.log.Load()
	if log.Append(p.data) {
		return
	}
	leader := log.Leader()
	switch {
	case leader == 0 || leader == n.place.Replica:
	case p.client:
		n.toMember(leader, wire.Client, p.data)
	default:
		n.toMember(leader, wire.Proposal, p.data)
	}
}

// watchLeader hands everything that is not in the log to a new leader.
func (n *node) watchLeader() {
	leader := (*n.log.Load()).Leader()
	if leader == n.leader || leader == 0 {
		return
	}
	n.leader = leader
	asked := n.asked
	n.asked = make(map[entryName]proposal)
	for _, p := range asked {
		n.hand(p)
	}
}

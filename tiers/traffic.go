package tiers

import (
	"context"

	"github.com/fxamacker/cbor/v2"

	"github.com/midas-tiers/midas/tiers/core"
	"github.com/midas-tiers/midas/tiers/wire"
)

// receive takes a frame from the network, on any goroutine.
func (n *node) receive(f *wire.Frame, give func(*wire.Frame)) {
	switch f.Kind {
	case wire.Message:
		var m core.Msg
		if err := lenient.Unmarshal(f.Body, &m); err != nil {
			n.logger.Warn("a message cannot be read", "from", f.From, "error", err)
			return
		}
		n.post(context.Background(), func() { n.message(f, &m) })
	default:
		n.post(context.Background(), func() { n.frame(f, give) })
	}
}

// frame handles what concerns the host alone.
func (n *node) frame(f *wire.Frame, give func(*wire.Frame)) {
	own := f.From.Tier == n.place.Tier
	switch {
	case f.Kind == wire.Inspect:
		n.report(f, give)
	case f.Kind == wire.Probe:
		n.probed(f, give)
	case f.Kind == wire.Hello && own:
		n.meet(f)
	case f.Kind == wire.Hello:
		n.refuse(f, "this port belongs to replica "+n.place.self().String())
	case f.Kind == wire.Welcome && own:
		n.welcomed(f)
	case f.Kind == wire.Seat && own:
		n.takeSeat(f)
	case f.Kind == wire.Here && !own:
		n.learnMove(f)
	case f.Kind == wire.Refusal:
		n.refused(f)
	case f.Kind == wire.ImageAsk && own:
		n.giveImage(f)
	case f.Kind == wire.Image && own:
		n.takeImage(f)
	case f.Kind == wire.Audit && own:
		n.hear(f)
	case f.Kind == wire.Costs && own:
		n.learnCosts(f)
	}
}

// message gives the core a message of another replica.
func (n *node) message(f *wire.Frame, m *core.Msg) {
	n.leaders[f.From.Tier] = f.Leader
	if n.running() && f.From == (wire.ID{Tier: m.FromTier, Replica: m.FromReplica}) {
		n.do(n.core.Receive(m))
	}
}

// send carries out a core.Send.
func (n *node) send(s core.Send) {
	own := s.Tier == n.place.Tier
	if n.mute && !own {
		return
	}
	if own && s.Msg.Kind == core.Answered && s.Msg.Refusal == nil {
		n.answersAhead()
	}
	body, err := cbor.Marshal(s.Msg)
	if err != nil {
		n.logger.Error("a message cannot be encoded", "op", s.Msg.Op, "error", err)
		return
	}
	replica := s.Replica
	if replica == 0 && own {
		replica = n.leader
	} else if replica == 0 {
		replica = n.leaders[s.Tier]
	}
	for _, m := range n.place.Tiers[s.Tier] {
		if replica > 0 && m.ID != replica {
			continue
		}
		to := wire.ID{Tier: s.Tier, Replica: m.ID}
		if to == n.place.self() {
			n.later(func() []core.Output { return n.core.Receive(s.Msg) })
			continue
		}
		n.link.Send(to, n.envelope(wire.Message, body))
	}
}

// toMember sends a frame to another replica of the own tier.
func (n *node) toMember(replica int, kind wire.Kind, body []byte) {
	n.link.Send(wire.ID{Tier: n.place.Tier, Replica: replica}, n.envelope(kind, body))
}

// toMembers sends a frame to every other replica of the own tier.
func (n *node) toMembers(kind wire.Kind, body []byte) {
	for _, m := range n.place.Tiers[n.place.Tier] {
		if m.ID != n.place.Replica {
			n.toMember(m.ID, kind, body)
		}
	}
}

func (n *node) envelope(kind wire.Kind, body []byte) *wire.Frame {
	f := &wire.Frame{Kind: kind, From: n.place.self(), Body: body}
	if log := n.log.Load(); log != nil {
		f.Leader = (*log).Leader()
	}
	return f
}

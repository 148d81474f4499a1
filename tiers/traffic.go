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
	case wire.Proposal:
		if log := n.log.Load(); log != nil && f.From.Tier == n.place.Tier {
			(*log).Append(f.Body) // not sent on: the core that made it proposes again
		}
	case wire.Message:
		var m core.Msg
		if err := lenient.Unmarshal(f.Body, &m); err != nil {
			n.logger.Warn("a message cannot be read", "from", f.From, "error", err)
			return
		}
		n.post(context.Background(), func() { n.message(f, &m) })
	case wire.Client:
		var e core.Entry
		if err := lenient.Unmarshal(f.Body, &e); err == nil && f.From.Tier == n.place.Tier {
			n.post(context.Background(), func() { n.adopt(f.From.Replica, &e) })
		}
	case wire.Answer:
		var a answer
		if err := lenient.Unmarshal(f.Body, &a); err == nil && f.From.Tier == n.place.Tier {
			n.post(context.Background(), func() { n.answered(a) })
		}
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
	case f.Kind == wire.Hello && own:
		n.meet(f)
	case f.Kind == wire.Hello:
		n.refuse(f, "this port belongs to replica "+n.place.self().String())
	case f.Kind == wire.Welcome && own:
		n.welcomed(f)
	case f.Kind == wire.Refusal:
		n.refused(f)
	case f.Kind == wire.ImageAsk && own:
		n.giveImage(f)
	case f.Kind == wire.Image && own:
		n.takeImage(f)
	case f.Kind == wire.Audit && own:
		n.hear(f)
	}
}

// message gives the core a message of a neighbouring tier.
func (n *node) message(f *wire.Frame, m *core.Msg) {
	n.leaders[f.From.Tier] = f.Leader
	if n.running() && !n.stuck {
		n.do(n.core.Receive(m))
	}
}

// send carries out a core.Send.
func (n *node) send(s core.Send) {
	if n.mute {
		return
	}
	body, err := cbor.Marshal(s.Msg)
	if err != nil {
		n.logger.Error("a message cannot be encoded", "op", s.Msg.Op, "error", err)
		return
	}
	replica := s.Replica
	if replica == 0 {
		replica = n.leaders[s.Tier]
	}
	for _, m := range n.place.Tiers[s.Tier] {
		if replica > 0 && m.ID != replica {
			continue
		}
		to := wire.ID{Tier: s.Tier, Replica: m.ID}
		if to == n.place.self() {
			n.local = append(n.local, s.Msg)
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

package tiers

import (
	"bytes"
	"testing"

	"github.com/fxamacker/cbor/v2"

	"github.com/midas-tiers/midas/tiers/core"
	"github.com/midas-tiers/midas/tiers/order"
	"github.com/midas-tiers/midas/tiers/wire"
)

// FuzzFrame: whatever a peer sends, a replica goes on or stops with a fault; it does not panic.
func FuzzFrame(f *testing.F) {
	for kind := wire.Hello; kind <= wire.Here; kind++ {
		f.Add(uint8(kind), true, []byte{})
	}
	begin := core.Entry{Kind: core.Begin, Op: "tier2:c@9/1", Method: fooMethod, Technique: "reexecute"}
	for _, m := range []core.Msg{
		{Kind: core.Request, Op: "tier2:c@9/1/1", FromTier: "tier2", FromReplica: 2, Method: barMethod},
		{Kind: core.Reply, Op: "tier2:c@9/1/1", FromTier: "tier2", FromReplica: 2, Out: &core.Outcome{Exec: "2.1.1"}},
		{Kind: core.Proposal, Op: begin.Op, FromTier: "tier3", FromReplica: 2, Entry: &begin},
		{Kind: core.ReadIndex, Op: begin.Op, FromTier: "tier3", FromReplica: 2, Index: 7},
	} {
		f.Add(uint8(wire.Message), m.FromTier == "tier3", must(cbor.Marshal(m)))
	}
	f.Add(uint8(wire.Image), true, must(stable.Marshal(order.Image{Index: 3, Data: []byte{1}})))
	f.Fuzz(func(t *testing.T, kind uint8, own bool, body []byte) {
		s := newSystem(t, slides, arms[0], nil)
		s.startAll()
		from := wire.ID{Tier: "tier2", Replica: 2}
		if own {
			from.Tier = "tier3"
		}
		n := s.nodes[wire.ID{Tier: "tier3", Replica: 1}]
		n.receive(&wire.Frame{Kind: wire.Kind(kind), From: from, Leader: 2, Body: body}, func(*wire.Frame) {})
		for range 3 {
			for steps := 0; s.step(); steps++ {
				if steps > 10000 {
					t.Fatal("messages never end")
				}
			}
			n.tick()
		}
	})
}

// FuzzReply: what is stored as a reply, or travels as metadata, is read or refused.
func FuzzReply(f *testing.F) {
	f.Add(reply{Message: []byte("m")}.encode())
	f.Add(must(encodeMeta(map[string][]string{"k": {"v", "w"}})))
	f.Fuzz(func(t *testing.T, b []byte) {
		if r, err := decodeReply(b); err == nil {
			again, err := decodeReply(r.encode())
			if err != nil || !bytes.Equal(again.Message, r.Message) {
				t.Errorf("a reply comes back as %v, %v", again, err)
			}
			r.err()
		}
		decodeMeta(b)
	})
}

// FuzzPlace: an environment variable of any content is a place or one line that says why not.
func FuzzPlace(f *testing.F) {
	f.Add(`{"version":2,"tier":"a","replica":1,"technique":"auto","tiers":{"a":[{"id":1,"addr":"x:1","peer":"x:2"}]}}`)
	f.Fuzz(func(t *testing.T, text string) {
		if p, err := ParsePlace(text); err == nil {
			p.offersRequests("a")
			p.peers()
		}
	})
}

package tiers

import "github.com/midas-tiers/midas/tiers/wire"

// A replica that takes a lost one's place may listen elsewhere. Those of its tier learn so from the group's seats; those of the tiers that
// it knows learn it from the replica itself, again and again, since they forget it when they end.

// announceEvery is the number of ticks between two announcements.
const announceEvery = 10

// here is the body of a Here frame.
type here struct {
	Addr  string
	Since uint64 // of the sender's seat: the later one counts
}

// announce tells the other tiers where this replica listens.
func (n *node) announce() {
	if n.life.Since == 0 || n.ticks%announceEvery != 0 {
		return
	}
	f := n.envelope(wire.Here, must(stable.Marshal(here{Addr: n.place.group()[n.place.Replica], Since: n.life.Since})))
	for id := range n.place.peers() {
		if id.Tier != n.place.Tier {
			n.link.Send(id, f)
		}
	}
}

// learnMove takes another tier's word for where a replica of it listens.
func (n *node) learnMove(f *wire.Frame) {
	var h here
	if err := lenient.Unmarshal(f.Body, &h); err != nil || h.Since < n.moved[f.From] {
		return
	}
	n.moved[f.From] = h.Since
	n.link.Move(f.From, h.Addr)
}

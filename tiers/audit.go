package tiers

import (
	"fmt"

	"github.com/midas-tiers/midas/compensate"
	"github.com/midas-tiers/midas/tiers/order"
	"github.com/midas-tiers/midas/tiers/wire"
)

// The audit compares the replicas of a tier wherever they take an image: nothing is in flight then, so their states must be equal. A
// replica that stands against a majority has met something that analysis missed. It stops, because its answers are worth nothing, and
// names the first path that differs.

// auditPatience is how many ticks an odd replica waits for another's image to learn the path.
const auditPatience = 25

// finding is the body of an Audit frame: a replica's digest of its state at an image.
type finding struct {
	Index  uint64
	Digest [32]byte
}

// audit is what a node knows of the latest image at which it compared states.
type audit struct {
	index uint64
	own   [32]byte
	heard map[int]finding // the latest of each other replica, which may be ahead of this one
	odd   uint64          // tick from which this replica knows that it is the odd one, 0 if it is not
}

// publish tells the others the state's digest at the image just taken.
func (n *node) publish(index uint64) {
	if n.place.Technique == string(compensate.Vanilla) {
		return // the baseline diverges, and is let
	}
	digest, err := n.state.Digest()
	if err != nil {
		n.logger.Error("no audit at this image", "index", index, "error", err)
		return
	}
	n.audit.index, n.audit.own = index, digest
	n.toMembers(wire.Audit, must(stable.Marshal(finding{Index: index, Digest: digest})))
	n.judge()
}

// hear takes another replica's digest.
func (n *node) hear(f *wire.Frame) {
	var v finding
	if err := lenient.Unmarshal(f.Body, &v); err != nil {
		return
	}
	if n.audit.heard == nil {
		n.audit.heard = make(map[int]finding)
	}
	n.audit.heard[f.From.Replica] = v
	n.judge()
}

// judge looks whether this replica stands alone.
func (n *node) judge() {
	a := &n.audit
	votes := make(map[[32]byte]int)
	for _, v := range a.heard {
		if a.index != 0 && v.Index == a.index {
			votes[v.Digest]++
		}
	}
	for digest, count := range votes {
		if digest == a.own {
			continue
		}
		n.logger.Error("replicas differ", "index", a.index, "others", count)
		if a.odd == 0 && count > len(n.place.Tiers[n.place.Tier])/2 {
			a.odd = n.ticks + 1
			n.toMembers(wire.ImageAsk, must(stable.Marshal(a.index)))
		}
	}
}

// compare ends an odd replica, with the path at which its image differs from another's.
func (n *node) compare(other order.Image) {
	own := (*n.log.Load()).Latest()
	if other.Index != n.audit.index || own == nil || own.Index != other.Index {
		return
	}
	n.launch(job{alone: true, then: func() {
		path := "a path that is not known"
		if d, err := n.difference(own.Data, other.Data); err == nil && len(d) > 0 {
			path = firstOf(d)
		}
		n.expel(path)
	}})
}

func (n *node) difference(own, other []byte) ([]compensate.Difference, error) {
	var leaves [2][]compensate.Leaf
	for i, data := range [][]byte{own, other} {
		var img image
		if err := lenient.Unmarshal(data, &img); err != nil {
			return nil, err
		}
		var err error
		if leaves[i], err = n.state.DumpOf(img.State); err != nil {
			return nil, err
		}
	}
	return compensate.Diff(leaves[0], leaves[1]), nil
}

// expel ends the replica.
func (n *node) expel(path string) {
	n.fail(fmt.Errorf("audit at log entry %d: the state differs from that of the group at %s: a source of nondeterminism was not recorded",
		n.audit.index, path))
}

// impatient ends an odd replica that nobody sent an image.
func (n *node) impatient() {
	if n.audit.odd != 0 && n.ticks > n.audit.odd+auditPatience {
		n.expel("a path that is not known")
	}
}

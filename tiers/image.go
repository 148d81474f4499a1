package tiers

import (
	"fmt"

	"github.com/midas-tiers/midas/tiers/order"
	"github.com/midas-tiers/midas/tiers/wire"
)

// image is the content of an order.Image: everything that a replica is at an index.
type image struct {
	State []byte // persistent state
	Core  []byte // op table and marks
}

// capture takes an image, from which a replica can start instead of from the log's beginning.
func (n *node) capture(index uint64) {
	state, err := n.state.Encode()
	if err != nil {
		n.logger.Error("no image can be taken, the log cannot be cut", "index", index, "error", err)
		return
	}
	table, err := n.core.Snapshot()
	if err != nil {
		n.logger.Error("no image can be taken, the log cannot be cut", "index", index, "error", err)
		return
	}
	data := must(stable.Marshal(image{State: state, Core: table}))
	(*n.log.Load()).Capture(order.Image{Index: index, Data: data})
	n.publish(index)
}

// install replaces everything by an image, once no sliver runs. What ran is abandoned.
func (n *node) install(i order.Image) {
	n.replace(func() error {
		var img image
		if err := lenient.Unmarshal(i.Data, &img); err != nil {
			return fmt.Errorf("install image at %d: %w", i.Index, err)
		}
		if err := n.state.Restore(img.State); err != nil {
			return fmt.Errorf("install image at %d: %w", i.Index, err)
		}
		if err := n.core.Restore(img.Core, i.Index); err != nil {
			return fmt.Errorf("install image at %d: %w", i.Index, err)
		}
		n.applied, n.stuck = i.Index, false
		n.stats.ImageInstalls++
		n.logger.Info("installed an image", "index", i.Index)
		return nil
	})
}

// stick notes that the entry at index cannot be followed here.
func (n *node) stick(index uint64) {
	n.stuck, n.stuckAt = true, index
	n.stats.Stuck++
	n.logger.Warn("this replica cannot follow its group and waits for an image", "index", index)
	n.askForImage()
}

// askForImage looks for an image at or after the entry that cannot be followed. The log may have one by now.
func (n *node) askForImage() {
	if n.replaced {
		return
	}
	log := *n.log.Load()
	if i := log.Latest(); i != nil && i.Index >= n.stuckAt {
		n.install(*i)
		return
	}
	n.toMembers(wire.ImageAsk, must(stable.Marshal(n.stuckAt)))
}

// giveImage answers a replica that needs an image. If there is none yet, a barrier makes one.
func (n *node) giveImage(f *wire.Frame) {
	var index uint64
	if err := lenient.Unmarshal(f.Body, &index); err != nil || !n.running() || n.stuck {
		return
	}
	if i := (*n.log.Load()).Latest(); i != nil && i.Index >= index {
		n.toMember(f.From.Replica, wire.Image, must(stable.Marshal(i)))
		return
	}
	n.askForBarrier()
}

// takeImage installs what another replica gave.
func (n *node) takeImage(f *wire.Frame) {
	var i order.Image
	err := lenient.Unmarshal(f.Body, &i)
	if err == nil && n.audit.odd != 0 {
		n.compare(i)
		return
	}
	if err != nil || !n.stuck || n.replaced || i.Index < n.stuckAt {
		return
	}
	(*n.log.Load()).Capture(i)
	n.install(i)
}

// askForBarrier proposes a barrier, unless one was proposed just now.
func (n *node) askForBarrier() {
	if n.barrier != 0 && n.ticks-n.barrier < barrierPause {
		return
	}
	n.barrier = n.ticks
	n.do(n.core.Barrier())
}

// imageIndex is where the log's latest image is, 0 if there is none.
func imageIndex(l order.Log) uint64 {
	if i := l.Latest(); i != nil {
		return i.Index
	}
	return 0
}

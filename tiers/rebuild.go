package tiers

import (
	"fmt"

	"github.com/midas-tiers/midas/tiers/core"
)

// replace has by put another state in the place of this one, once no sliver runs. The log waits meanwhile; every execution is abandoned.
func (n *node) replace(by func() error) {
	n.replaced = true
	n.launch(job{alone: true, then: func() {
		n.replaced = false
		for _, e := range n.ops {
			e.op.Abandon()
		}
		n.ops = make(map[core.OpID]*execution)
		if err := by(); err != nil {
			n.fail(err)
		}
	}})
}

// rebuild goes back to what the log says: this replica led, and has run ahead of the log what will never stand in it. It starts from the
// newest image, or from the beginning, and applies the log again.
func (n *node) rebuild() {
	n.logger.Warn("this replica led, and what it ran ahead of the log is void: it rebuilds its state", "index", n.applied)
	n.window.rebuilt()
	if i := (*n.log.Load()).Latest(); i != nil {
		n.install(*i)
		return
	}
	n.replace(func() error {
		if err := n.state.Restore(n.genesis.encoded); err != nil {
			return fmt.Errorf("go back to the initial state: %w", err)
		}
		n.core.Reset()
		n.applied = 0
		return nil
	})
}

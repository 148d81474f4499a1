package world

import (
	"fmt"

	"github.com/midas-tiers/midas/tiers/core"
)

// check says what is wrong with the finished world, "" if nothing.
func (w *World) check() string {
	if w.viol != "" {
		return w.viol
	}
	if s := w.unfinished(); s != "" {
		return "DEADLOCK: " + s
	}
	for _, r := range w.all {
		if s := r.core.Check(); s != "" {
			return fmt.Sprintf("TABLE: %s: %s", r, s)
		}
	}
	for i, t := range w.tiers {
		for _, r := range t.replicas[1:] {
			if s := t.difference(&t.replicas[0].st, &r.st); s != "" {
				return fmt.Sprintf("DIVERGE: T%d: r1 and r%d: %s", i+1, r.id, s)
			}
		}
	}
	for i := range w.tiers {
		c := tierCheck{w: w, tier: i, st: &w.tiers[i].replicas[0].st}
		if s := c.all(); s != "" {
			return s
		}
	}
	return w.checkClients()
}

func (t *tier) difference(a, b *state) string {
	if a.sum == b.sum {
		return ""
	}
	for loc := range max(len(a.cells), len(b.cells)) {
		if x, y := a.get(loc), b.get(loc); x != y {
			return fmt.Sprintf("%s is %d and %d", t.location(loc), x, y)
		}
	}
	return "digests"
}

var keyCellNames = [keyCells]string{"v", "x", "w", "m0", "m1", "m2", "o", "s", "d", "end"}

var opCellNames = [opReq]string{
	"began", "in", "id", "plain", "vp", "vn", "xp", "xn", "xr", "cx", "rd", "wp", "wn", "out", "skip", "acc",
}

// location names a location.
func (t *tier) location(loc int) string {
	if loc < maxKeys*keyCells {
		return fmt.Sprintf("%s%d", keyCellNames[loc%keyCells], loc/keyCells)
	}
	loc -= maxKeys * keyCells
	id, c := core.OpID("?"), loc%opCells
	if loc/opCells < len(t.ids) {
		id = t.ids[loc/opCells]
	}
	if c < opReq {
		return fmt.Sprintf("%s of %s", opCellNames[c], id)
	}
	return fmt.Sprintf("%s%d of %s", []string{"req", "rep", "sub", "add"}[(c-opReq)/maxCalls], (c-opReq)%maxCalls+1, id)
}

// at reads a location of an op at its tier, in the final state.
func (w *World) at(tier, op, cell int) int64 { return w.tiers[tier].replicas[0].st.get(opAt(op, cell)) }

// find is the tier at which the op ran, and its number there.
func (w *World) find(id core.OpID) (tier, op int, ok bool) {
	for i, t := range w.tiers {
		if n, known := t.numbers[id]; known && w.at(i, n, opBegan) != 0 {
			return i, n, true
		}
	}
	return 0, 0, false
}

// checkClients: what was acknowledged stands. Commit mode fast may contradict it after a crash or a change of leaders.
func (w *World) checkClients() string {
	for _, c := range w.clients {
		for _, o := range c.ops {
			if o.acked == 0 || o.method.class == 'R' || w.svc.cfg.Fast && w.unsafe {
				continue
			}
			tier, n, ok := w.find(o.id)
			if !ok {
				return fmt.Sprintf("LOST: %s was acknowledged and has not run", o.id)
			}
			if v := w.at(tier, n, opOut); v != o.value {
				return fmt.Sprintf("CONTRADICTED: %s was acknowledged as %d, T%d holds %d", o.id, o.value, tier+1, v)
			}
		}
	}
	return ""
}

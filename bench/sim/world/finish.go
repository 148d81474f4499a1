package world

import "fmt"

// Progress must be made within this many rounds of ticks after everything is mended.
const roundsToRest = 240

// finish mends everything and lets it come to rest.
func (w *World) finish() {
	w.slow = false
	w.heal()
	for _, r := range w.all {
		r.paused = false
		if !r.up {
			r.restart(false)
		}
	}
	for _, r := range w.all {
		w.goneFrom(r)
		r.believe(w.tiers[r.tier].leader)
	}
	for round := range roundsToRest {
		w.drain()
		if w.viol != "" || w.atRest() {
			return
		}
		w.step++
		for _, c := range w.clients {
			if !c.dead {
				w.asks(c, (round/4+c.number)%replicas+1)
			}
		}
		for _, r := range w.all {
			if r.stuck > 0 && round%16 == 0 {
				w.handOver(r)
				for _, o := range w.tiers[r.tier].replicas {
					o.do(o.core.Barrier())
				}
			}
			r.do(r.core.Tick())
		}
	}
}

// drain delivers all, commits all and applies all.
func (w *World) drain() {
	for range 5000 {
		progress := false
		for _, r := range w.all {
			for len(r.jobs) > 0 {
				r.work(r.jobs[0])
			}
			for w.tiers[r.tier].commit(r) {
				progress = true
			}
		}
		for _, r := range w.all {
			for r.apply() {
				progress = true
			}
		}
		batch := w.flight
		w.flight = w.spare[:0]
		for i := range batch {
			w.step++
			w.deliver(batch[i])
			progress = true
		}
		clear(batch)
		w.spare = batch[:0]
		if !progress || w.viol != "" {
			return
		}
	}
	w.fail("STORM: messages never end")
}

// handOver has another replica elected if this one leads: it is stuck.
func (w *World) handOver(r *replica) {
	t := w.tiers[r.tier]
	if t.leader != r.id {
		return
	}
	t.leader = r.id%replicas + 1
	t.term++
	for _, o := range t.replicas {
		o.believe(t.leader)
	}
}

func (w *World) atRest() bool {
	if !w.idle() {
		return false
	}
	for _, r := range w.all {
		if r.stuck > 0 || r.applied < len(w.tiers[r.tier].log) || !r.core.Quiet() {
			return false
		}
	}
	return true
}

// unfinished says what has not come to rest.
func (w *World) unfinished() string {
	for _, c := range w.clients {
		for _, o := range c.ops {
			if !c.dead && !o.done() {
				return fmt.Sprintf("the client of %s still waits", o.id)
			}
		}
	}
	for _, r := range w.all {
		switch s := r.core.Stats(); {
		case r.stuck > 0:
			return fmt.Sprintf("%s is stuck at %d", r, r.stuck)
		case r.applied < len(w.tiers[r.tier].log):
			return fmt.Sprintf("%s has applied %d of %d", r, r.applied, len(w.tiers[r.tier].log))
		case !r.core.Quiet():
			return fmt.Sprintf("%s does not come to rest: %d live, %d unsettled, %d waiting, %d running, %d owing, %d ahead",
				r, s.Live, s.Unsettled, s.Waiting, s.Running, s.Owing, s.Ahead)
		}
	}
	return ""
}

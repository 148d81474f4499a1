package core

import "fmt"

// finish heals everything and lets it come to rest.
func (w *world) finish() {
	for t, T := range w.tiers {
		for i, r := range T.replicas {
			if !r.up {
				w.event(fmt.Sprintf("restart T%dr%d", t+1, i+1))
			}
		}
	}
	for round := 0; round < 400; round++ {
		w.drain()
		if w.unfinished() == "" {
			return
		}
		for i, c := range w.clients {
			w.event(fmt.Sprintf("client %d asks %d", i, (round/4)%replicas+1))
			_ = c
		}
		for _, T := range w.tiers {
			for _, r := range T.replicas {
				if r.stuck > 0 && round%20 == 0 {
					o := T.replicas[r.id%replicas]
					o.do(o.core.Barrier())
				}
				r.do(r.core.Tick())
			}
		}
	}
}

// drain delivers all and applies all.
func (w *world) drain() {
	for range 20000 {
		progress := false
		for _, T := range w.tiers {
			for _, r := range T.replicas {
				for r.apply() {
					progress = true
				}
			}
		}
		if len(w.flight) > 0 {
			w.step++
			x := w.flight[0]
			w.flight = append([]*item(nil), w.flight[1:]...)
			w.deliver(x)
			progress = true
		}
		if !progress {
			return
		}
	}
	w.fail("STORM: messages never end")
}

func (w *world) unfinished() string {
	for _, c := range w.clients {
		for _, o := range c.ops {
			if !c.dead && o.acked == 0 && !o.gave {
				return fmt.Sprintf("client still waits for %s", o.id)
			}
		}
	}
	for t, T := range w.tiers {
		for _, r := range T.replicas {
			s := r.core.Stats()
			if r.stuck > 0 || r.applied < len(T.log) || s.Live+s.Unsettled+s.Waiting+s.Owing > 0 || r.core.barrier != nil {
				return fmt.Sprintf("T%dr%d stuck=%d applied=%d of %d %+v", t+1, r.id, r.stuck, r.applied, len(T.log), s)
			}
		}
	}
	return ""
}

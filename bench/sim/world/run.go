package world

// Simulation runs seeds of one configuration. It is for one goroutine.
type Simulation struct {
	svc   *service
	Cover Cover
}

// NewSimulation prepares a configuration.
func NewSimulation(cfg Config) *Simulation { return &Simulation{svc: newService(cfg)} }

// Run runs one seed and says what was violated, "" if nothing.
func (s *Simulation) Run(seed uint64) string {
	w := newWorld(s.svc, seed, false)
	w.explore(nil)
	return s.end(w)
}

// explore makes the events of the seed happen, and gives them to seen before.
func (w *World) explore(seen func(event)) {
	x := newExplorer(w)
	most := w.exploreSteps()
	for n := 0; n < 4*most; n++ {
		e, ok := event{}, false
		if n%64 == 0 {
			idle := w.idle()
			if (idle || n > most) && w.enough() {
				return
			}
			if idle {
				e, ok = event{verb: vMore, at: n / 64 % len(w.clients)}, true
			}
		}
		if !ok {
			e, ok = x.next()
		}
		if !ok {
			continue
		}
		if seen != nil {
			seen(e)
		}
		w.carry(e)
		if w.viol != "" {
			break
		}
	}
}

// end brings the world to rest and checks it.
func (s *Simulation) end(w *World) string {
	if w.viol == "" {
		w.finish()
	}
	viol := w.check()
	s.count(w)
	return viol
}

// count adds up what the world came to.
func (s *Simulation) count(w *World) {
	c := w.cover
	c.Seeds, c.Steps = 1, w.step
	for _, t := range w.tiers {
		c.Entries += len(t.log)
		c.Ops += len(t.ids)
	}
	c.Ops += c.ReadsAcked
	c.MinOps = c.Ops
	for _, n := range c.Faults {
		c.MinFaults += n
	}
	for _, r := range w.all {
		w.retired.add(r.core.Stats())
	}
	c.Core = w.retired.Stats
	s.Cover.Add(&c)
}

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
	for n := range w.exploreSteps() {
		if n%64 == 0 && w.idle() {
			break
		}
		e, ok := x.next()
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

func (s *Simulation) count(w *World) {
	c := &s.Cover
	c.Seeds++
	c.Steps += w.step
	c.Acked += w.cover.Acked
	c.TooOld += w.cover.TooOld
	c.Reads += w.cover.Reads
	c.Compared += w.cover.Compared
	c.Stuck += w.cover.Stuck
	c.Rebuilds += w.cover.Rebuilds
	c.Captures += w.cover.Captures
	c.LostAppends += w.cover.LostAppends
	c.Performed += w.cover.Performed
	c.Expired += w.cover.Expired
	for i, n := range w.cover.Faults {
		c.Faults[i] += n
	}
	for _, t := range w.tiers {
		c.Entries += len(t.log)
		c.Ops += len(t.ids)
	}
	for _, r := range w.all {
		w.retired.add(r.core.Stats())
	}
	all := stats{c.Core}
	all.add(w.retired.Stats)
	c.Core = all.Stats
}

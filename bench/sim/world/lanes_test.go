package world

import (
	"testing"

	"github.com/midas-tiers/midas/tiers/core"
)

// TestLanes: a log gives the same state with 1, 2 and 4 lanes, whatever order the runs are answered in.
func TestLanes(t *testing.T) {
	beside := 0
	for _, text := range []string{
		"keys=4 clients=5 window=3 technique=contaminated", "keys=4 clients=5 window=3 style=active technique=reexecute keyed",
		"keys=4 clients=5 window=3 style=mixed topology=fan shapes=cf", "keys=3 style=mixed loc-read keyed technique=reexecute",
	} {
		svc := newService(configure(t, text, ""))
		for seed := range uint64(12) {
			w := newWorld(svc, seed, false)
			w.explore(nil)
			w.finish()
			if v := w.check(); v != "" {
				t.Fatalf("%q seed %d: %s", text, seed, v)
			}
			for i, tr := range w.tiers {
				for _, lanes := range []int{1, 2, 4} {
					st, most := w.relane(i, lanes)
					if s := tr.difference(&tr.replicas[0].st, st); s != "" || w.viol != "" {
						t.Errorf("%q seed %d: T%d with %d lanes: %s %s", text, seed, i+1, lanes, s, w.viol)
					}
					if most > 1 {
						beside++
					}
				}
			}
		}
	}
	if beside == 0 {
		t.Error("no two slivers ran beside one another")
	}
}

// TestLanesBites: lanes that run what meets come to something else.
func TestLanesBites(t *testing.T) {
	svc := newService(configure(t, "keys=2 clients=5 window=3 technique=contaminated", ""))
	for seed := range uint64(20) {
		w := newWorld(svc, seed, false)
		w.explore(nil)
		w.finish()
		svc.cfg.Break = core.RuleLanesApart
		st, _ := w.relane(0, 4)
		differs := w.tiers[0].difference(&w.tiers[0].replicas[0].st, st) != "" || w.viol != ""
		svc.cfg.Break = 0
		if differs {
			return
		}
	}
	t.Error("nothing differs")
}

// relane feeds a tier's log to a new replica with so many lanes, which answers its runs in random order. It returns the state and how
// many runs were with the host at most.
func (w *World) relane(tier, lanes int) (st *state, most int) {
	w.slow = true
	slow := w.svc.cfg.Slow
	defer func() { w.svc.cfg.Slow = slow }()
	w.svc.cfg.Slow = 100
	r := &replica{w: w, tier: tier, id: 2, lanes: lanes, inc: 99}
	r.start()
	draw := rng(w.seed + uint64(lanes))
	for r.applied < len(w.tiers[tier].log) || len(r.jobs) > 0 {
		most = max(most, len(r.jobs))
		if n := len(r.jobs); n > 0 && draw.n(3) == 0 {
			r.work(r.jobs[draw.n(n)])
			continue
		}
		if !r.apply() && len(r.jobs) == 0 || w.viol != "" {
			break
		}
	}
	return &r.st, most
}

package core

import (
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"
)

var seeds = flag.Int("seeds", 0, "seeds per configuration (0: a few)")

func base(topology string) simConfig {
	return simConfig{topology: topology, technique: "mix", classes: "CDMNS", clients: 3, ops: 3, keys: 2, window: 2, barriers: true}
}

// configurations that must run clean.
func configurations() []simConfig {
	var all []simConfig
	for _, topology := range []string{"chain2", "chain3", "twice", "up2", "diamond", "circle"} {
		for _, variant := range []string{
			"", "reexecute", "contaminated", "full", "own", "fast", "give-up", "misfit", "deterministic", "maybe", "loc-read", "all-draw", "crowd",
		} {
			c := base(topology)
			c.name = topology + "/" + variant
			switch variant {
			case "reexecute", "contaminated", "full":
				c.technique = variant
			case "own":
				c.own = true
			case "fast":
				c.fast = true
			case "give-up":
				c.giveUp = true
				c.ops = 5
			case "misfit":
				c.misfit = true
			case "deterministic":
				c.classes = "DM"
			case "maybe":
				c.classes = "YCD"
			case "loc-read":
				c.locRead = true
			case "crowd":
				c.clients, c.ops, c.window, c.giveUp, c.imageBias = 5, 5, 3, true, true
			case "all-draw":
				c.classes, c.keys, c.clients = "C", 1, 4
			}
			all = append(all, c)
		}
	}
	return all
}

// simulate runs one seed, and returns what is wrong and the events.
func simulate(cfg simConfig, seed uint64) (string, []string) {
	w := newWorld(cfg, seed)
	var events []string
	steps := 20 + w.rng.IntN(60*cfg.clients)
	weights := w.weights()
	for range steps {
		e := w.pick(weights)
		if e == "" || !w.event(e) {
			continue
		}
		events = append(events, e)
		if w.viol != "" {
			return w.viol, events
		}
	}
	w.finish()
	return w.check(), events
}

// weights of kinds of events differ by seed.
func (w *world) weights() [10]int {
	g := func(max int) int { return w.rng.IntN(max + 1) }
	f := [10]int{10 + g(30), 10 + g(30), 4 + g(8), g(3), g(2), g(6), g(3), g(1), g(1), g(2)}
	if w.cfg.quiet {
		f[6] = 0
	}
	if w.cfg.imageBias {
		f[6], f[8] = f[6]+2, f[8]+3
	}
	if !w.cfg.barriers {
		f[8] = 0
	}
	if !w.cfg.giveUp {
		f[9] = 0
	}
	return f
}

// pick chooses the next event; "" if the choice means nothing now.
func (w *world) pick(f [10]int) string {
	total := 0
	for _, x := range f {
		total += x
	}
	n, kind := w.rng.IntN(total), 0
	for n >= f[kind] {
		n -= f[kind]
		kind++
	}
	t := w.rng.IntN(len(w.tiers))
	rep := fmt.Sprintf(" T%dr%d", t+1, w.rng.IntN(replicas)+1)
	client := w.rng.IntN(len(w.clients))
	item := ""
	if len(w.flight) > 0 {
		item = w.flight[w.rng.IntN(len(w.flight))].name
	}
	switch kind {
	case 0:
		return "deliver " + item
	case 1:
		return "apply" + rep
	case 2:
		return fmt.Sprintf("client %d asks %d", client, w.rng.IntN(replicas)+1)
	case 3:
		return "drop " + item
	case 4:
		return "dup " + item
	case 5:
		return "tick" + rep
	case 6:
		return []string{"crash", "restart", "restart", "rejoin"}[w.rng.IntN(4)] + rep
	case 7:
		return "lead" + rep
	case 8:
		return "barrier" + rep
	}
	return fmt.Sprintf("client %d %s", client, []string{"gives-up", "gives-up", "dies"}[w.rng.IntN(3)])
}

func TestSimulation(t *testing.T) {
	n := *seeds
	if n == 0 {
		n = 30
	}
	start, total := time.Now(), 0
	t.Run("configurations", func(t *testing.T) {
		for _, cfg := range configurations() {
			total += n
			t.Run(cfg.name, func(t *testing.T) {
				t.Parallel()
				for seed := range uint64(n) {
					if viol, _ := simulate(cfg, seed); viol != "" {
						t.Fatalf("seed %d: %s", seed, viol)
					}
				}
			})
		}
	})
	t.Logf("%d seeds, %.0f a second", total, float64(total)/time.Since(start).Seconds())
}

// TestVanillaDiverges is the negative control: without compensation the same runs end in different states.
func TestVanillaDiverges(t *testing.T) {
	cfg := base("chain2")
	cfg.technique, cfg.classes = Vanilla, "CDMNS"
	diverged := 0
	for seed := range uint64(100) {
		viol, _ := simulate(cfg, seed)
		if strings.HasPrefix(viol, "DEADLOCK") {
			t.Errorf("seed %d: %s", seed, viol)
		}
		if viol != "" {
			diverged++
		}
	}
	if diverged < 80 {
		t.Errorf("%d of 100 vanilla runs diverge, want nearly all", diverged)
	}
}

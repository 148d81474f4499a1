package world

import (
	"slices"
	"strings"
	"testing"
)

func configure(t *testing.T, text, broken string) Config {
	t.Helper()
	cfg, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if broken != "" {
		if err := cfg.SetBreak(broken); err != nil {
			t.Fatal(err)
		}
	}
	return cfg
}

// sum is a digest of a finished world: its logs' lengths and its states.
func (w *World) sum() uint64 {
	var h uint64
	for _, r := range w.all {
		h = scramble(h ^ r.st.sum ^ uint64(len(w.tiers[r.tier].log)))
	}
	return h
}

// TestReproducible: a seed is a run. Its events as text are the same twice, and played they come to what the seed came to.
func TestReproducible(t *testing.T) {
	for _, text := range []string{"", "style=mixed topology=circle deadlines give-up", "sessions=2 clients=5 images lanes=4 reads=20", "shapes=cfe topology=fan timer misfit"} {
		s := NewSimulation(configure(t, text, ""))
		for seed := range uint64(5) {
			plain := newWorld(s.svc, seed, false)
			plain.explore(nil)
			plain.finish()
			events, _ := s.Trace(seed)
			again, _ := s.Trace(seed)
			if !slices.Equal(events, again) {
				t.Fatalf("%q seed %d: two runs differ", text, seed)
			}
			played := newWorld(s.svc, seed, true)
			for i, text := range events {
				e, ok := played.parse(text)
				if !ok {
					t.Fatalf("seed %d: event %d, %q, means nothing", seed, i, text)
				}
				played.carry(e)
			}
			played.finish()
			if plain.sum() != played.sum() {
				t.Errorf("%q seed %d: the events come to something else", text, seed)
			}
		}
	}
}

// TestShrink: what is left of a failing seed fails, and no event of it can be left out.
func TestShrink(t *testing.T) {
	s := NewSimulation(configure(t, "clients=2 ops=3 slow=0", "fence"))
	for seed := range uint64(200) {
		if s.Run(seed) == "" {
			continue
		}
		all, _ := s.Trace(seed)
		events, violation := s.ShrinkSeed(seed)
		if violation == "" || len(events) >= len(all)/2 {
			t.Fatalf("seed %d: %d of %d events left, violation %q", seed, len(events), len(all), violation)
		}
		for i := range events {
			if kind(s.Play(seed, slices.Delete(slices.Clone(events), i, i+1))) == kind(violation) {
				t.Errorf("seed %d fails without %q too", seed, events[i])
			}
		}
		return
	}
	t.Fatal("no seed fails")
}

// TestVanilla is the negative control: without compensation the same runs end in different states, and nothing else is wrong.
func TestVanilla(t *testing.T) {
	s := NewSimulation(configure(t, "", "vanilla"))
	diverged := 0
	for seed := range uint64(60) {
		switch v := s.Run(seed); kind(v) {
		case "DIVERGE":
			diverged++
		case "DEADLOCK", "STORM":
			t.Errorf("seed %d: %s", seed, v)
		}
	}
	if diverged < 50 {
		t.Errorf("%d of 60 vanilla runs diverge, want nearly all", diverged)
	}
}

func TestParse(t *testing.T) {
	for _, text := range []string{"topology=star", "keys=9", "clients=x", "what", "clients=0"} {
		if _, err := Parse(text); err == nil {
			t.Errorf("%q: no error", text)
		}
	}
	var c Config
	if err := c.SetBreak("nothing"); err == nil || !strings.Contains(err.Error(), "nothing") {
		t.Errorf("break nothing: %v", err)
	}
}

// TestLocations: every location has a name of its own.
func TestLocations(t *testing.T) {
	tr := &tier{}
	tr.ids = append(tr.ids, "c/1", "c/2")
	seen := map[string]bool{}
	for loc := range maxKeys*keyCells + 2*opCells {
		name := tr.location(loc)
		if seen[name] {
			t.Errorf("two locations are called %q", name)
		}
		seen[name] = true
	}
}

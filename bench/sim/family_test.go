package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/midas-tiers/midas/bench/sim/scenario"
	"github.com/midas-tiers/midas/bench/sim/world"
)

// TestFamilies runs a few seeds of each family.
func TestFamilies(t *testing.T) {
	for _, s := range load(t) {
		if s.Regression() {
			continue
		}
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			f := family(t, s, "")
			for seed := range uint64(60) {
				if v := f.Run(seed); v != "" {
					t.Fatalf("seed %d (%s): %s", seed, f.Configuration(seed), v)
				}
			}
			if c := f.Cover(); c.MinOps < 20 || c.Compared == 0 || c.Acked == 0 {
				t.Errorf("the seeds reached little: %+v", c)
			}
		})
	}
}

func family(t *testing.T, s *scenario.Scenario, broken string) *scenario.Family {
	t.Helper()
	f, err := s.Family(broken)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestPlanted: every bug that can be planted is found within so many seeds of a family, or shown by a regression.
func TestPlanted(t *testing.T) {
	within := map[string]uint64{"read-verify": 1000, "image-marks": 400, "image-owed": 300}
	all := load(t)
	for _, name := range world.Breakable() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := breaks(all, name, false)
			if s == nil {
				if breaks(all, name, true) == nil {
					t.Error("no scenario breaks it")
				}
				return
			}
			f := family(t, s, name)
			n := max(within[name], 100)
			for seed := range n {
				if f.Run(seed) != "" {
					return
				}
			}
			t.Errorf("not found in %d seeds of %s", n, s.Name)
		})
	}
}

// TestCoverage: the families together reach every kind of fault and every branch that is counted.
func TestCoverage(t *testing.T) {
	var c world.Cover
	for _, s := range load(t) {
		if s.Regression() {
			continue
		}
		f := family(t, s, "")
		for seed := range uint64(30) {
			f.Run(seed)
		}
		x := f.Cover()
		c.Add(&x)
	}
	for i, n := range c.Faults {
		if n == 0 {
			t.Errorf("no %s", world.FaultNames[i])
		}
	}
	for name, n := range map[string]int{
		"stuck": c.Stuck, "performed": c.Performed, "expired": c.Expired, "too old": c.TooOld, "reads": c.Reads, "lost appends": c.LostAppends,
		"void": int(c.Core.Void), "closed": int(c.Core.Closed), "followed": int(c.Core.Followed), "rebuilds": int(c.Core.Rebuilds),
		"captures": int(c.Core.Captures), "refused": int(c.Core.Refused),
	} {
		if n == 0 {
			t.Errorf("branch not reached: %s", name)
		}
	}
}

// TestNames: what a scenario says it finds can be broken.
func TestNames(t *testing.T) {
	for _, s := range load(t) {
		for _, b := range s.Breaks {
			if !slices.Contains(world.Breakable(), b) {
				t.Errorf("%s breaks %s, which cannot be", s.Name, b)
			}
		}
		if s.About == "" || strings.HasSuffix(s.About, "..") {
			t.Errorf("%s has no description", s.Name)
		}
	}
}

package main

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/midas-tiers/midas/bench/sim/scenario"
)

var update = flag.Bool("update", false, "search again for the regressions that were found by search, and write goldens")

func load(t *testing.T) []*scenario.Scenario {
	t.Helper()
	all, err := scenario.Load(os.DirFS("scenarios"))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestRegressions plays each both ways: nothing is violated, and with its rule broken what it is to show is.
func TestRegressions(t *testing.T) {
	n := 0
	for _, s := range load(t) {
		if !s.Regression() {
			continue
		}
		n++
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			if *update && !s.Hand {
				if !s.Search(30000) {
					t.Fatal("no seed shows it")
				}
				if err := os.WriteFile(filepath.Join("scenarios", s.Name+".txt"), []byte(s.Text()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if got := s.Play(false); got != "" {
				t.Errorf("rule kept: %s", got)
			}
			if got := s.Play(true); !s.Fits(got) {
				t.Errorf("%s broken: got %q, want %v", s.Breaks[0], got, s.Shows)
			}
		})
	}
	if n < 50 {
		t.Errorf("%d regressions", n)
	}
}

package generate_test

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/midas-tiers/midas/analysis"
	"github.com/midas-tiers/midas/analysis/verify/generate"
)

var (
	seed  = flag.Uint64("seed", 5, "seed of the oracle's programs")
	first = flag.Int("first", 0, "number of the first program of the oracle")
	count = flag.Int("programs", 25, "how many programs the oracle takes")
)

// TestOracle: no field that diverged is missing from the report. It prints how many fields the report has that did not diverge; some of
// them can, and merely did not.
func TestOracle(t *testing.T) {
	cfg := generate.Config{Seed: *seed, First: *first, Programs: *count, Sources: true}
	results, known := run(t, cfg), contaminated(t, cfg)
	reported, diverged, missing := 0, 0, 0
	for _, r := range results {
		fields := map[string]bool{}
		for _, d := range r.Diverged {
			path := strings.Fields(d)
			fields[path[0]] = true
			if !slices.ContainsFunc(path, func(f string) bool { return known[r.Program][f] }) {
				missing++
				t.Errorf("program %d of seed %d: %s diverged and is not in the report: %q", r.Program, *seed, d, slices.Sorted(maps.Keys(known[r.Program])))
			}
		}
		for f := range known[r.Program] {
			if strings.HasPrefix(f, "Service") {
				reported++
			}
		}
		diverged += len(fields)
	}
	t.Logf("%d programs: of the services' fields %d diverged, %d were reported; %d paths missing", len(results), diverged, reported, missing)
}

// contaminated are the fields of the report, by program and without the package. Each program is a package of its own.
func contaminated(t *testing.T, cfg generate.Config) map[int]map[string]bool {
	t.Helper()
	dir, out := t.TempDir(), map[int]map[string]bool{}
	write(t, filepath.Join(dir, "go.mod"), []byte(goMod))
	for n := cfg.First; n < cfg.First+cfg.Programs; n++ {
		out[n] = map[string]bool{}
		one := cfg
		one.First, one.Programs = n, 1
		for name, data := range files(t, one) {
			if name != "driver.go" {
				write(t, filepath.Join(dir, fmt.Sprint("p", n), name), data)
			}
		}
	}
	res, err := analysis.Run(context.Background(), analysis.Config{Dir: dir, Patterns: []string{"./..."}, Profile: "func", Roots: `Service\d+\)\.Handle\d+$`})
	if err != nil {
		t.Fatal(err)
	}
	if least := 3 * cfg.Programs; res.Report.Stats.Entries < least {
		t.Fatalf("%d entries, want at least %d", res.Report.Stats.Entries, least)
	}
	for _, c := range res.Report.Contaminated {
		var n int
		var field string
		if _, err := fmt.Sscanf(c.Field, "example.com/generated/p%d.%s", &n, &field); err == nil {
			out[n][field] = true
		}
	}
	return out
}

package generate_test

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/midas-tiers/midas/analysis"
	"github.com/midas-tiers/midas/analysis/verify/generate"
)

var (
	first = flag.Int("first", 0, "number of the first program of the oracle")
	count = flag.Int("programs", 25, "how many programs the oracle takes")
)

// TestOracle: no field that diverged is missing from the report. It prints how many fields the report has that did not diverge; some of
// them can, and merely did not.
func TestOracle(t *testing.T) {
	cfg := generate.Config{Seed: 5, First: *first, Programs: *count, Sources: true}
	results := run(t, cfg)
	reported, diverged, missing := 0, 0, 0
	for _, r := range results {
		one := generate.Config{Seed: cfg.Seed, First: r.Program, Programs: 1, Sources: true}
		known, fields := contaminated(t, unpack(t, one), r.Program), map[string]bool{}
		for _, d := range r.Diverged {
			path := strings.Fields(d)
			fields[path[0]] = true
			if !slices.ContainsFunc(path, func(f string) bool { return known[f] }) {
				missing++
				t.Errorf("program %d of seed %d: %s diverged and is not in the report: %q", r.Program, cfg.Seed, d, slices.Sorted(maps.Keys(known)))
			}
		}
		for f := range known {
			if strings.HasPrefix(f, "Service") {
				reported++
			}
		}
		diverged += len(fields)
	}
	t.Logf("%d programs: of the services' fields %d diverged, %d were reported; %d paths missing", len(results), diverged, reported, missing)
}

// contaminated are the fields of the report, without the package.
func contaminated(t *testing.T, dir string, n int) map[string]bool {
	t.Helper()
	if err := os.Remove(filepath.Join(dir, "driver.go")); err != nil {
		t.Fatal(err)
	}
	roots := fmt.Sprintf(`Service%d\)\.Handle\d+$`, n)
	res, err := analysis.Run(context.Background(), analysis.Config{Dir: dir, Profile: "func", Roots: roots})
	if err != nil {
		t.Fatal(err)
	}
	if res.Report.Stats.Entries < 3 {
		t.Fatalf("program %d: %d entries match %s", n, res.Report.Stats.Entries, regexp.QuoteMeta(roots))
	}
	out := map[string]bool{}
	for _, c := range res.Report.Contaminated {
		out[strings.TrimPrefix(c.Field, "example.com/generated.")] = true
	}
	return out
}

package slice

import (
	"context"
	"flag"
	"runtime"
	"testing"
	"time"
)

var (
	benchLimit = flag.Duration("limit", time.Minute, "time for each Run of BenchmarkRun")
	benchDir   = flag.String("dir", "", "module for BenchmarkRun")
	benchRoots = flag.String("roots", ".", "regular expression of the entries for BenchmarkRun")
)

// BenchmarkRun analyses the packages of the module in -dir.
func BenchmarkRun(b *testing.B) {
	if *benchDir == "" {
		b.Skip("no -dir")
	}
	start := time.Now()
	cfg := load(b, *benchDir, []string{*benchRoots})
	b.Logf("load: %v, %d entries", time.Since(start), len(cfg.Entries))
	for b.Loop() {
		ctx, cancel := context.WithTimeout(context.Background(), *benchLimit)
		res, err := Run(ctx, cfg)
		cancel()
		if err != nil {
			b.Fatal(err)
		}
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		b.Logf("%d verdicts, %d writes, %d unknown; %d MB", len(res.Verdicts), len(res.Writes), len(res.Unknown), m.Sys>>20)
	}
}

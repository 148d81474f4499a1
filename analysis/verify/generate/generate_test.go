package generate_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/midas-tiers/midas/analysis/verify/generate"
)

// TestSame: the same Config gives the same bytes, and a program does not depend on those beside it.
func TestSame(t *testing.T) {
	a, b := files(t, generate.Config{Seed: 1, Programs: 20, Sources: true}), files(t, generate.Config{Seed: 1, Programs: 20, Sources: true})
	if diff := cmp.Diff(a, b); diff != "" {
		t.Errorf("second time (-first +second):\n%s", diff)
	}
	c := files(t, generate.Config{Seed: 1, First: 7, Programs: 1, Sources: true})
	if diff := cmp.Diff(string(a["program7.go"]), string(c["program7.go"])); diff != "" {
		t.Errorf("program 7 alone (-among others +alone):\n%s", diff)
	}
	d := files(t, generate.Config{Seed: 2, Programs: 1, Sources: true})
	if bytes.Equal(a["program0.go"], d["program0.go"]) {
		t.Error("another seed gives the same program")
	}
}

// TestSourcesDiverge: programs that draw come apart, in some fields and not in all.
func TestSourcesDiverge(t *testing.T) {
	apart, fields := 0, 0
	for _, r := range run(t, generate.Config{Seed: 3, Programs: programs, Sources: true}) {
		if len(r.Diverged) > 0 {
			apart++
		}
		fields += len(r.Diverged)
	}
	t.Logf("%d of %d programs diverged, in %d fields", apart, programs, fields)
	if apart < programs/4 || apart > programs*19/20 {
		t.Errorf("%d of %d programs diverged: the rest or the others show nothing", apart, programs)
	}
}

// TestWithoutSources: programs that draw nothing never come apart, whatever else is random in them.
func TestWithoutSources(t *testing.T) {
	for _, r := range run(t, generate.Config{Seed: 4, Programs: programs}) {
		if len(r.Diverged) > 0 {
			t.Errorf("program %d diverged without a source: %q", r.Program, r.Diverged)
		}
	}
}

const programs = 60

func files(t *testing.T, cfg generate.Config) map[string][]byte {
	t.Helper()
	out, err := generate.Files(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

const goMod = "module example.com/generated\n\ngo 1.26.0\n"

func write(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

type result struct {
	Program  int
	Diverged []string
}

// run builds and runs the programs.
func run(t *testing.T, cfg generate.Config) []result {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "go.mod"), []byte(goMod))
	for name, data := range files(t, cfg) {
		write(t, filepath.Join(dir, name), data)
	}
	build := exec.Command("go", "build", "-o", "programs", ".")
	build.Dir = dir
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	cmd := exec.CommandContext(t.Context(), filepath.Join(dir, "programs"))
	cmd.WaitDelay = time.Second
	stop := time.AfterFunc(time.Minute, func() { _ = cmd.Cancel() })
	defer stop.Stop()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("run: %v\n%.2000s", err, stderr.Bytes())
	}
	var results []result
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		var r result
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		results = append(results, r)
	}
	if len(results) != cfg.Programs {
		t.Fatalf("%d programs ran, want %d", len(results), cfg.Programs)
	}
	return results
}

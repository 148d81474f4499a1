package rewrite

import (
	"maps"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestDifferential runs the case "differential", a program, as it is and rewritten. Outside every operation both must print the same: the
// same values in the same order of evaluation, and the same lines in panics.
func TestDifferential(t *testing.T) {
	if testing.Short() {
		t.Skip("builds two programs")
	}
	for _, g := range load(t) {
		if g.name != "differential" {
			continue
		}
		if len(g.edits.Problems) > 0 {
			t.Fatalf("problems: %v", g.edits.Problems)
		}
		in := filepath.Join(g.dir, "in.go")
		files := map[string][]byte{in: []byte(g.section("in.go"))}
		want := run(t, g, files)
		maps.Copy(files, g.edits.Files)
		for dir, added := range g.edits.Added {
			for _, f := range added {
				files[filepath.Join(dir, f.Name)] = f.Content
			}
		}
		if diff := cmp.Diff(want, run(t, g, files)); diff != "" {
			t.Errorf("the rewritten program prints something else (-original +rewritten):\n%s", diff)
		}
		return
	}
	t.Fatal("no case differential")
}

// run runs a program whose files exist in an overlay only.
func run(t *testing.T, g *golden, files map[string][]byte) string {
	t.Helper()
	overlay := writeOverlay(t, files)
	out, err := exec.Command("go", "run", "-overlay", overlay, "./testdata/src/"+g.name).CombinedOutput()
	if err != nil {
		t.Fatalf("go run: %v\n%s", err, out)
	}
	return string(out)
}

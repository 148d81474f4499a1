package rewrite

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/midas-tiers/midas/analysis"
)

// TestExamples rewrites the example as the real analysis sees it. The result must vet, rewriting it again must change nothing, and two
// replicas of it must converge under both ways of recording, in both styles, and differ without. What only style leader can run must
// converge, too, with each external effect performed once.
func TestExamples(t *testing.T) {
	files := rewriteExamples(t, false)
	compareExample(t, files)
	overlay := writeOverlay(t, files)
	if out, err := exec.Command("go", "vet", "-overlay", overlay, "../examples/threetier/...", "./testdata/eight", "./testdata/bound").CombinedOutput(); err != nil {
		t.Errorf("go vet: %v\n%s", err, out)
	}
	runReplicas(t, overlay, []string{"active", "leader"}, "vanilla equal: false leaves: true", "source equal: true leaves: true",
		"cut equal: true leaves: true", "record equal: true leaves: true", "record performed: 44", "record at cuts equal: true leaves: true",
		"record at cuts performed: 44")
}

// TestTransparent is the same without analysis, which leaves style leader.
func TestTransparent(t *testing.T) {
	runReplicas(t, writeOverlay(t, rewriteExamples(t, true)), []string{"leader"}, "record equal: true leaves: true", "record performed: 44",
		"record at cuts equal: true leaves: true")
}

func rewriteExamples(t *testing.T, transparent bool) map[string][]byte {
	t.Helper()
	if testing.Short() {
		t.Skip("builds the example")
	}
	res, err := analysis.Run(t.Context(), analysis.Config{
		Patterns: []string{"../examples/threetier/...", "./testdata/eight", "./testdata/bound"}, Transparent: transparent,
	})
	if err != nil {
		t.Fatal(err)
	}
	edits, err := Apply(res.Facts, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range edits.Problems {
		t.Errorf("%s: %s", p.Pos, p.Reason)
	}
	files := maps.Clone(edits.Files)
	for dir, added := range edits.Added {
		for _, f := range added {
			files[filepath.Join(dir, f.Name)] = f.Content
		}
	}
	return files
}

// runReplicas runs testdata/replica, which must print the lines.
func runReplicas(t *testing.T, overlay string, styles []string, lines ...string) {
	t.Helper()
	out, err := exec.Command("go", append([]string{"run", "-overlay", overlay, "./testdata/replica"}, styles...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("go run: %v\n%s", err, out)
	}
	for _, want := range lines {
		if !strings.Contains(string(out), want+"\n") {
			t.Errorf("no line %q in\n%s", want, out)
		}
	}
}

// compareExample compares what is emitted for the example, but for the method tables, with testdata/threetier.golden.
func compareExample(t *testing.T, files map[string][]byte) {
	t.Helper()
	root, err := filepath.Abs("../examples/threetier")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for name, content := range files {
		rel, err := filepath.Rel(root, name)
		if err == nil && filepath.IsLocal(rel) && filepath.Base(rel) != "midas_methods.go" {
			got[filepath.ToSlash(rel)] = string(content)
		}
	}
	path := "testdata/threetier.golden"
	if *update {
		a := &txtar.Archive{Comment: []byte("What is emitted for examples/threetier.\n")}
		for _, name := range slices.Sorted(maps.Keys(got)) {
			a.Files = append(a.Files, txtar.File{Name: name, Data: []byte(got[name])})
		}
		if err := os.WriteFile(path, txtar.Format(a), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	a, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, f := range a.Files {
		want[f.Name] = string(f.Data)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("emitted for the example (-want +got; -update rewrites it):\n%s", diff)
	}
}

// writeOverlay writes the files to a temporary folder and returns a file for the go command's -overlay.
func writeOverlay(t *testing.T, files map[string][]byte) string {
	t.Helper()
	tmp := t.TempDir()
	replace := map[string]string{}
	for name, content := range files {
		copied := filepath.Join(tmp, strconv.Itoa(len(replace))+filepath.Base(name))
		if err := os.WriteFile(copied, content, 0o644); err != nil {
			t.Fatal(err)
		}
		replace[name] = copied
	}
	data, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	overlay := filepath.Join(tmp, "overlay.json")
	if err := os.WriteFile(overlay, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return overlay
}

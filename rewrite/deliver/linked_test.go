package deliver

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/midas-tiers/midas"
)

// TestLinkedHalf: the module that programs get is complete, and asks for no more than it needs.
func TestLinkedHalf(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the linked half and its dependencies")
	}
	dir := t.TempDir()
	if err := writeFiles(dir, midas.Linked()); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOWORK", "off")
	for _, args := range [][]string{{"mod", "tidy", "-diff"}, {"build", "./..."}} {
		cmd := exec.CommandContext(t.Context(), "go", args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("linked.mod, linked.sum: go %v: %v\n%s", args, err, out)
		}
	}
	for _, name := range []string{"go.mod", "go.sum", "LICENSE", "NOTICE", "runtime/here.s"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
}

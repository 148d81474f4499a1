package fleet

import (
	"bytes"
	"os"
	"os/exec"
	"testing"
	"time"
)

func TestNobodySurvivesItsParent(t *testing.T) {
	c := command(t, "parent", "parent")
	cmd := exec.Command(c.Path)
	cmd.Env = append(os.Environ(), c.Env...)
	if out, err := cmd.Output(); err == nil || !bytes.Contains(out, []byte("child | serving")) {
		t.Fatalf("parent: %v, output %q", err, out)
	}
	for end := time.Now().Add(5 * time.Second); greets(t.Context(), c.Addr); {
		if time.Now().After(end) {
			t.Fatal("the child serves although its parent was killed")
		}
		time.Sleep(10 * time.Millisecond)
	}
}

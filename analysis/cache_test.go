package analysis

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/midas-tiers/midas/analysis/report"
)

// TestCache: what is kept comes back as it was, and what is damaged does not.
func TestCache(t *testing.T) {
	shared := []string{"p.F time 1", "p.F time 2"}
	want := report.New("func")
	want.Contaminated = []report.Contaminated{{Field: "p.a", From: shared}, {Field: "p.b", From: []string{}}, {Field: "p.c", From: shared}}
	c := cache{t.TempDir()}
	if _, ok := c.read("00key"); ok {
		t.Error("an empty cache has something")
	}
	if err := c.write("00key", &Result{Report: want}); err != nil {
		t.Fatal(err)
	}
	got, ok := c.read("00key")
	if !ok {
		t.Fatal("nothing was kept")
	}
	if diff := cmp.Diff(want, got.Report); diff != "" {
		t.Errorf("(-kept +read):\n%s", diff)
	}
	b, err := os.ReadFile(c.file("00key"))
	if err != nil {
		t.Fatal(err)
	}
	for _, damaged := range [][]byte{nil, b[:10], b[:len(b)-1], append(append([]byte(nil), b[:40]...), append([]byte{b[40] ^ 1}, b[41:]...)...)} {
		if err := os.WriteFile(c.file("00key"), damaged, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, ok := c.read("00key"); ok {
			t.Errorf("%d damaged bytes are read", len(damaged))
		}
	}
}

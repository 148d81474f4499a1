package dictionary

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// TestVerdicts holds verdicts that were given by hand, without a look at what was derived.
func TestVerdicts(t *testing.T) {
	d, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile("testdata/verdicts.txt")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		if len(f) < 2 || f[0] == "#" {
			continue
		}
		n++
		x, err := d.Explain(f[0])
		if err != nil {
			t.Error(err)
			continue
		}
		if x.Verdict() != f[1] {
			t.Errorf("%s: %s %q, want %s", f[0], x.Verdict(), x.Func.Kinds, f[1])
			continue
		}
		for _, k := range f[2:] {
			if !slices.Contains(x.Func.Kinds, strings.ReplaceAll(k, "~", " ")) {
				t.Errorf("%s: kinds %q, want %s", f[0], x.Func.Kinds, k)
			}
		}
		if len(f) == 2 && f[1] != "external" && x.Func.Source != "" {
			t.Errorf("%s: kinds %q, want none", f[0], x.Func.Kinds)
		}
	}
	if n < 300 {
		t.Errorf("%d verdicts, want at least 300", n)
	}
}

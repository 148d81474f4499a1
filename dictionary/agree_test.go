package dictionary

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// TestAgreement compares what is said by hand of the standard library with what was derived. Where they differ for good, the reason stands in
// testdata/disagree.txt. What is called may be anything, so a function that calls operands may be said to be more than what was derived.
func TestAgreement(t *testing.T) {
	d, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile("testdata/disagree.txt")
	if err != nil {
		t.Fatal(err)
	}
	reasons := map[string]string{}
	for line := range strings.Lines(string(b)) {
		name, reason, _ := strings.Cut(strings.TrimSpace(line), "\t")
		reasons[name] = reason
	}
	for _, path := range stdPaths() {
		for name, f := range derivedPackage(path).funcs {
			s := split(path, name)
			fn, how, _ := d.said(path, func(e *entry) (Func, said) { return e.find(s.recv, s.name) })
			if how == unsaid || f.abstract || fn.Superficial || fn.Local {
				continue
			}
			got := f.Func.complete(false)
			fn = fn.fill(f, how).complete(false)
			differ := fn.Source == "" && fn.Bag == "" && got.Source != "" ||
				how == byName && fn.Source != "" && !slices.Contains(got.Kinds, fn.Source) && len(f.Calls)+len(f.Goes) == 0
			if differ && reasons[s.String()] == "" {
				t.Errorf("%s: said: %q, derived: %q", s, fn.Kinds, got.Kinds)
			}
			if differ {
				delete(reasons, s.String())
			}
		}
	}
	for name := range reasons {
		t.Errorf("%s: there is no difference to give a reason for", name)
	}
}

package report_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/midas-tiers/midas/analysis/report"
)

// TestKinds: people are told something of every kind that the finder of sources has, and of no other.
func TestKinds(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "../source/kind.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	ast.Inspect(f, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			s, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, s)
		}
		return true
	})
	var got []string
	for _, k := range report.Kinds() {
		got = append(got, k.Name)
		if k.What == "" || k.Cure == "" {
			t.Errorf("%s: nothing is said of it", k.Name)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-source +report:\n%s", diff)
	}
}

func TestKindNamed(t *testing.T) {
	for name, want := range map[string]string{"map order": "map order", "map-order": "map order", "process-local": "process-local", "time": "time"} {
		if k, ok := report.KindNamed(name); !ok || k.Name != want {
			t.Errorf("KindNamed(%q) = %q, %t", name, k.Name, ok)
		}
	}
	if k, ok := report.KindNamed("weather"); ok || k.Name != "weather" {
		t.Errorf("KindNamed(weather) = %+v, %t", k, ok)
	}
}

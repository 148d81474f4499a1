package rewrite

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "rewrite the expectations in testdata")

const loadMode = packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports | packages.NeedTypes |
	packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedExportFile | packages.NeedTypesSizes

// golden is one case of testdata: in.go and facts, and beside them what is expected.
type golden struct {
	name, dir string
	path      string
	archive   *txtar.Archive
	edits     *Edits
}

func (g *golden) section(name string) string {
	for _, f := range g.archive.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

// results are the emitted texts by section.
func (g *golden) results() map[string]string {
	got := map[string]string{}
	for name, src := range g.edits.Files {
		got["out/"+filepath.Base(name)] = string(src)
	}
	for _, files := range g.edits.Added {
		for _, f := range files {
			got["out/"+f.Name] = string(f.Content)
		}
	}
	for _, p := range g.edits.Leader {
		got["leader"] += fmt.Sprintf("%s:%d: %s: %s\n", filepath.Base(p.Pos.Filename), p.Pos.Line, p.Entry, p.Reason)
	}
	for _, p := range g.edits.Problems {
		got["problems"] += fmt.Sprintf("%s:%d: %s\n", filepath.Base(p.Pos.Filename), p.Pos.Line, p.Reason)
	}
	return got
}

// load reads the cases and type-checks them in one go, as packages that exist in an overlay only.
func load(t *testing.T) []*golden {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	var cases []*golden
	overlay := map[string][]byte{}
	for _, file := range files {
		g := &golden{name: strings.TrimSuffix(filepath.Base(file), ".txtar"), path: file}
		if g.archive, err = txtar.ParseFile(file); err != nil {
			t.Fatal(err)
		}
		g.dir, _ = filepath.Abs("testdata/src/" + g.name)
		overlay[filepath.Join(g.dir, "in.go")] = []byte(g.section("in.go"))
		cases = append(cases, g)
	}
	pkgs := check(t, cases, overlay)
	for _, g := range cases {
		p := pkgs[g.dir]
		if p == nil {
			t.Fatalf("%s: not loaded", g.name)
		}
		read := func(name string) ([]byte, error) { return overlay[name], nil }
		if g.edits, err = Apply(newFakeFacts(p, g.section("facts")), Options{ReadFile: read}); err != nil {
			t.Errorf("%s: %v", g.name, err)
			g.edits = &Edits{}
		}
	}
	return cases
}

// check type-checks the packages in the cases' folders.
func check(t *testing.T, cases []*golden, overlay map[string][]byte) map[string]*packages.Package {
	t.Helper()
	var patterns []string
	for _, g := range cases {
		patterns = append(patterns, "./testdata/src/"+g.name)
	}
	pkgs, err := packages.Load(&packages.Config{Mode: loadMode, Overlay: overlay}, patterns...)
	if err != nil {
		t.Fatal(err)
	}
	byDir := map[string]*packages.Package{}
	for _, p := range pkgs {
		for _, e := range p.Errors {
			t.Errorf("%s: %v", p.PkgPath, e)
		}
		if len(p.GoFiles) > 0 {
			byDir[filepath.Dir(p.GoFiles[0])] = p
		}
	}
	return byDir
}

func TestGolden(t *testing.T) {
	cases := load(t)
	for _, g := range cases {
		t.Run(g.name, func(t *testing.T) {
			got := g.results()
			if *update {
				rewriteCase(t, g, got)
				return
			}
			want := map[string]string{}
			for _, f := range g.archive.Files {
				if f.Name != "in.go" && f.Name != "facts" {
					want[f.Name] = string(f.Data)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("output (-want +got):\n%s", diff)
			}
		})
	}
	checkOutputs(t, cases)
}

func rewriteCase(t *testing.T, g *golden, got map[string]string) {
	t.Helper()
	g.archive.Files = slices.DeleteFunc(g.archive.Files, func(f txtar.File) bool { return f.Name != "in.go" && f.Name != "facts" })
	for _, name := range slices.Sorted(maps.Keys(got)) {
		g.archive.Files = append(g.archive.Files, txtar.File{Name: name, Data: []byte(got[name])})
	}
	if err := os.WriteFile(g.path, txtar.Format(g.archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

// checkOutputs type-checks what was emitted against the runtime, and rewrites it once more, which must change nothing.
func checkOutputs(t *testing.T, cases []*golden) {
	t.Helper()
	overlay := map[string][]byte{}
	for _, g := range cases {
		overlay[filepath.Join(g.dir, "in.go")] = []byte(g.section("in.go"))
		maps.Copy(overlay, g.edits.Files)
		for dir, files := range g.edits.Added {
			for _, f := range files {
				overlay[filepath.Join(dir, f.Name)] = f.Content
			}
		}
	}
	pkgs := check(t, cases, overlay)
	for _, g := range cases {
		again, err := Apply(newFakeFacts(pkgs[g.dir], g.section("facts")), Options{ReadFile: func(name string) ([]byte, error) {
			return overlay[name], nil
		}})
		if err != nil {
			t.Fatal(err)
		}
		if len(g.edits.Files) > 0 && len(again.Files)+len(again.Added) > 0 {
			t.Errorf("%s: rewriting the output changes it", g.name)
		}
	}
}

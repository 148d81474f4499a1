package source_test

import (
	"flag"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"
	"golang.org/x/tools/txtar"

	"github.com/midas-tiers/midas/analysis/source"
	"github.com/midas-tiers/midas/dictionary"
)

var update = flag.Bool("update", false, "rewrite the expectations in testdata/cases")

// TestCases finds the sources of each archive of testdata/cases, a package of the module testdata/module.txtar. A comment
//
//	// want "KIND SYMBOL CARRIERS", "..."
//
// lists exactly the sources of its line. CARRIERS are the numbers of values, of filled memory and of blocks, such as "v2"; a proof of
// harmlessness follows after an equals sign.
func TestCases(t *testing.T) {
	names, err := filepath.Glob("testdata/cases/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	dir := t.TempDir()
	extract(t, "testdata/module.txtar", dir)
	for _, name := range names {
		extract(t, name, filepath.Join(dir, caseName(name)))
	}
	got := sources(t, dir)
	for _, name := range names {
		t.Run(caseName(name), func(t *testing.T) { check(t, name, got) })
	}
}

func caseName(file string) string { return strings.TrimSuffix(filepath.Base(file), ".txtar") }

func extract(t *testing.T, archive, dir string) {
	t.Helper()
	ar, err := txtar.ParseFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range ar.Files {
		name := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// sources are those found in the module, by "folder/file:line".
func sources(t *testing.T, dir string) map[string][]string {
	t.Helper()
	fset := token.NewFileSet()
	cfg := &packages.Config{Dir: dir, Fset: fset, Env: append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off"), Mode: packages.LoadSyntax | packages.NeedModule}
	pkgs, err := packages.Load(cfg, "./...")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pkgs {
		for _, e := range p.Errors {
			t.Error(e)
		}
	}
	prog, _ := ssautil.Packages(pkgs, ssa.GlobalDebug|ssa.InstantiateGenerics)
	prog.Build()
	builtin, err := dictionary.Load()
	if err != nil {
		t.Fatal(err)
	}
	dict, err := builtin.With("testdata/dictionary.yaml")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for _, p := range pkgs {
		opts := source.Options{Architecture: strings.HasSuffix(p.PkgPath, "/architecture"), Local: strings.Contains(p.PkgPath, "/local"), SQL: asksClock}
		finder := source.NewFinder(fset, pkgs, dict, opts)
		for _, fn := range declared(prog, p) {
			for _, src := range finder.Find(fn) {
				pos := fset.Position(src.Pos)
				key := fmt.Sprintf("%s/%s:%d", filepath.Base(filepath.Dir(pos.Filename)), filepath.Base(pos.Filename), pos.Line)
				out[key] = append(out[key], printed(src))
			}
		}
	}
	for _, list := range out {
		slices.Sort(list)
	}
	return out
}

// asksClock stands for a reader of SQL.
func asksClock(statement string) []string {
	if strings.Contains(statement, "now()") {
		return []string{"NOW"}
	}
	return nil
}

func printed(s source.Source) string {
	words := []string{string(s.Kind), s.Symbol}
	for _, n := range []struct {
		letter string
		count  int
	}{{"v", len(s.Values)}, {"f", len(s.Filled)}, {"b", len(s.Blocks)}} {
		if n.count > 0 {
			words = append(words, fmt.Sprint(n.letter, n.count))
		}
	}
	if s.Harmless != "" {
		words = append(words, "= "+s.Harmless)
	}
	return strings.Join(words, " ")
}

var (
	want   = regexp.MustCompile(`\s*// want (.*)$`)
	quoted = regexp.MustCompile(`"([^"]*)"`)
)

func check(t *testing.T, name string, got map[string][]string) {
	ar, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range ar.Files {
		if *update {
			ar.Files[i].Data = expect(f, caseName(name), got)
			continue
		}
		for i, line := range strings.Split(string(f.Data), "\n") {
			var wanted []string
			if m := want.FindStringSubmatch(line); m != nil {
				for _, q := range quoted.FindAllStringSubmatch(m[1], -1) {
					wanted = append(wanted, q[1])
				}
				slices.Sort(wanted)
			}
			if diff := cmp.Diff(wanted, got[fmt.Sprintf("%s/%s:%d", caseName(name), f.Name, i+1)]); diff != "" {
				t.Errorf("%s:%d: %s\n(-want +got):\n%s", f.Name, i+1, strings.TrimSpace(line), diff)
			}
		}
	}
	if *update {
		if err := os.WriteFile(name, txtar.Format(ar), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// expect is the file with what was got as its expectations.
func expect(f txtar.File, folder string, got map[string][]string) []byte {
	lines := strings.Split(string(f.Data), "\n")
	for i, line := range lines {
		line = want.ReplaceAllString(line, "")
		if list := got[fmt.Sprintf("%s/%s:%d", folder, f.Name, i+1)]; len(list) > 0 {
			line += ` // want "` + strings.Join(list, `", "`) + `"`
		}
		lines[i] = line
	}
	return []byte(strings.Join(lines, "\n"))
}

// declared lists the functions that a package declares, and the literals in them.
func declared(prog *ssa.Program, p *packages.Package) []*ssa.Function {
	var out []*ssa.Function
	var add func(fn *ssa.Function)
	add = func(fn *ssa.Function) {
		out = append(out, fn)
		for _, lit := range fn.AnonFuncs {
			add(lit)
		}
	}
	add(prog.Package(p.Types).Func("init"))
	for _, file := range p.Syntax {
		for _, d := range file.Decls {
			if fd, ok := d.(*ast.FuncDecl); ok {
				add(prog.FuncValue(p.TypesInfo.Defs[fd.Name].(*types.Func)))
			}
		}
	}
	return out
}

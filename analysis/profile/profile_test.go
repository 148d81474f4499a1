package profile_test

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

	"github.com/midas-tiers/midas/analysis/profile"
)

var update = flag.Bool("update", false, "rewrite the expectations in testdata/cases")

// TestCases asks a profile about each archive of testdata/cases, packages of the module testdata/module.txtar. The archive's name begins
// with the profile's. A comment
//
//	// want "entry METHOD", "write STATE", "nested METHOD", "recorded"
//
// lists exactly what the profile says of its line. A section notes lists the notes.
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
	w := load(t, dir)
	for _, name := range names {
		t.Run(caseName(name), func(t *testing.T) { w.check(t, name) })
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

type world struct {
	fset *token.FileSet
	prog *ssa.Program
	pkgs []*packages.Package
}

func load(t *testing.T, dir string) *world {
	t.Helper()
	w := &world{fset: token.NewFileSet()}
	cfg := &packages.Config{Dir: dir, Fset: w.fset, Env: append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off"), Mode: packages.LoadSyntax | packages.NeedModule}
	pkgs, err := packages.Load(cfg, "./...")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pkgs {
		for _, e := range p.Errors {
			t.Error(e)
		}
	}
	w.pkgs = pkgs
	w.prog, _ = ssautil.Packages(pkgs, ssa.GlobalDebug|ssa.InstantiateGenerics)
	w.prog.Build()
	return w
}

func (w *world) check(t *testing.T, name string) {
	ar, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	folder := caseName(name)
	which, _, _ := strings.Cut(folder, "_")
	roots := ""
	if which == "func" {
		roots = `\.Put$|^example.com/cases/func_roots\.[A-Z]`
	}
	p, err := profile.Named(which, roots)
	if err != nil {
		t.Fatal(err)
	}
	got, notes := w.facts(p, folder)
	for i, f := range ar.Files {
		switch {
		case *update:
			ar.Files[i].Data = expect(f, folder, got, notes)
		case f.Name == "notes":
			if diff := cmp.Diff(string(f.Data), notes); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
		default:
			compare(t, f, folder, got)
		}
	}
	if *update {
		if err := os.WriteFile(name, txtar.Format(ar), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// facts are what the profile says of the packages in the folder, by "folder/file:line", and the notes.
func (w *world) facts(p *profile.Profile, folder string) (map[string][]string, string) {
	var pkgs []*packages.Package
	for _, pkg := range w.pkgs {
		if strings.HasPrefix(pkg.PkgPath+"/", "example.com/cases/"+folder+"/") {
			pkgs = append(pkgs, pkg)
		}
	}
	out := map[string][]string{}
	add := func(pos token.Pos, fact string) {
		at := w.fset.Position(pos)
		_, rel, _ := strings.Cut(filepath.ToSlash(at.Filename), "/"+folder+"/")
		key := fmt.Sprintf("%s/%s:%d", folder, rel, at.Line)
		out[key] = append(out[key], fact)
	}
	entries, notes := p.Entries(w.prog, pkgs)
	for _, e := range entries {
		add(e.Fn.Pos(), "entry "+e.Method)
	}
	for _, pkg := range pkgs {
		for _, fn := range declared(w.prog, pkg) {
			for _, b := range fn.Blocks {
				for _, in := range b.Instrs {
					if site, ok := in.(ssa.CallInstruction); ok {
						calls(p, site, add)
					}
				}
			}
		}
	}
	var text strings.Builder
	for _, n := range notes {
		if n.Pos.IsValid() {
			fmt.Fprintf(&text, "line %d: ", w.fset.Position(n.Pos).Line)
		}
		text.WriteString(n.Text + "\n")
	}
	for _, list := range out {
		slices.Sort(list)
	}
	return out, text.String()
}

func calls(p *profile.Profile, site ssa.CallInstruction, add func(token.Pos, string)) {
	c := site.Common()
	f := c.Method
	if fn := c.StaticCallee(); fn != nil {
		if fn.Origin() != nil {
			fn = fn.Origin()
		}
		f, _ = fn.Object().(*types.Func)
	}
	if f == nil {
		return
	}
	if state, ok := p.Write(f, c); ok {
		add(site.Pos(), "write "+state)
	}
	if method, ok := p.Nested(f, c); ok {
		add(site.Pos(), "nested "+method)
	}
	if p.Recorded != nil && p.Recorded(f) {
		add(site.Pos(), "recorded")
	}
}

var (
	want   = regexp.MustCompile(`\s*// want (.*)$`)
	quoted = regexp.MustCompile(`"([^"]*)"`)
)

func compare(t *testing.T, f txtar.File, folder string, got map[string][]string) {
	for i, line := range strings.Split(string(f.Data), "\n") {
		var wanted []string
		if m := want.FindStringSubmatch(line); m != nil {
			for _, q := range quoted.FindAllStringSubmatch(m[1], -1) {
				wanted = append(wanted, q[1])
			}
			slices.Sort(wanted)
		}
		if diff := cmp.Diff(wanted, got[fmt.Sprintf("%s/%s:%d", folder, f.Name, i+1)]); diff != "" {
			t.Errorf("%s:%d: %s\n(-want +got):\n%s", f.Name, i+1, strings.TrimSpace(line), diff)
		}
	}
}

// expect is the file with what was got as its expectations.
func expect(f txtar.File, folder string, got map[string][]string, notes string) []byte {
	if f.Name == "notes" {
		return []byte(notes)
	}
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

func TestNamedRefuses(t *testing.T) {
	for _, c := range []struct{ name, roots, want string }{
		{"", "", `unknown profile "": known are cosmos, fabric, func, grpc, raftfsm, temporal`},
		{"gprc", "", `unknown profile "gprc": known are cosmos, fabric, func, grpc, raftfsm, temporal`},
		{"func", "", `profile func: -roots is missing: a regular expression on full names such as (*example.com/p.Store).Put`},
		{"func", "(", "profile func: -roots: error parsing regexp: missing closing ): `(`"},
		{"grpc", "x", `profile grpc: -roots is for profile func only`},
	} {
		_, err := profile.Named(c.name, c.roots)
		if err == nil || err.Error() != c.want {
			t.Errorf("Named(%q, %q): %v, want %s", c.name, c.roots, err, c.want)
		}
	}
}

// TestRows holds what each profile says of memory and replies.
func TestRows(t *testing.T) {
	type row struct {
		Reply  bool
		Memory profile.Memory
	}
	want := map[string]row{
		"cosmos": {true, profile.Local}, "fabric": {true, profile.Local}, "func": {false, profile.Replicated},
		"grpc": {false, profile.Replicated}, "raftfsm": {false, profile.Replicated}, "temporal": {true, profile.Local},
	}
	for name, w := range want {
		roots := ""
		if name == "func" {
			roots = "."
		}
		p, err := profile.Named(name, roots)
		if err != nil {
			t.Fatal(err)
		}
		if got := (row{p.Reply, p.Memory}); got != w || p.Name != name {
			t.Errorf("%s: %+v, want %+v", p.Name, got, w)
		}
	}
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

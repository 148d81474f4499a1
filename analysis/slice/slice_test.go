package slice

import (
	"context"
	"flag"
	"fmt"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"
	"golang.org/x/tools/txtar"

	"github.com/midas-tiers/midas/analysis/profile"
	"github.com/midas-tiers/midas/analysis/source"
	"github.com/midas-tiers/midas/dictionary"
)

var (
	patterns = flag.String("patterns", "./...", "packages of -dir")
	update   = flag.Bool("update", false, "rewrite the want file of each archive in testdata")
)

// TestRun compares what Run finds in each archive of testdata with the file want in it. The archive's comment is the regular expression of
// the entries' names, then options: "local" (the process's memory is no state), "reply" is always listed.
func TestRun(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no archives", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			ar, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got, want := "", ""
			for i, f := range ar.Files {
				if f.Name == "want" {
					want = string(f.Data)
					ar.Files = append(ar.Files[:i], ar.Files[i+1:]...)
					break
				}
			}
			cfg := load(t, extract(t, ar), strings.Fields(string(ar.Comment)))
			res, err := Run(context.Background(), cfg)
			if err != nil {
				t.Fatal(err)
			}
			got = listing(cfg.Fset, res)
			if *update {
				ar.Files = append(ar.Files, txtar.File{Name: "want", Data: []byte(got)})
				if err := os.WriteFile(file, txtar.Format(ar), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func extract(t *testing.T, ar *txtar.Archive) string {
	t.Helper()
	dir := t.TempDir()
	write := func(name string, data []byte) {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", []byte("module example.com/p\n\ngo 1.26\n"))
	for _, f := range ar.Files {
		write(f.Name, f.Data)
	}
	return dir
}

// load reads the module in dir as the analyzer does.
func load(t testing.TB, dir string, args []string) Config {
	t.Helper()
	fset := token.NewFileSet()
	pkgs, err := packages.Load(&packages.Config{
		Dir: dir, Fset: fset,
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports | packages.NeedTypes |
			packages.NeedTypesSizes | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedModule | packages.NeedExportFile,
	}, *patterns)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pkgs {
		for _, e := range p.Errors {
			t.Fatal(e)
		}
	}
	prog, _ := ssautil.Packages(pkgs, ssa.GlobalDebug|ssa.InstantiateGenerics)
	prog.Build()
	dict, err := dictionary.Load()
	if err != nil {
		t.Fatal(err)
	}
	prof := &profile.Profile{Name: "func", Write: storeWrites, Nested: nestedCalls}
	if len(args) > 1 && args[1] == "local" {
		prof.Memory = profile.Local
	}
	if len(args) > 1 && args[1] == "grpc" {
		prof.Name = "grpc"
	}
	cfg := Config{Prog: prog, Fset: fset, Pkgs: pkgs, Dict: dict, Profile: prof, Sources: simpleSources}
	roots := regexp.MustCompile(args[0])
	for _, f := range ownFunctions(prog, pkgs) {
		if roots.MatchString(f.String()) {
			cfg.Entries = append(cfg.Entries, profile.Entry{Fn: f, Method: f.Name()})
		}
	}
	return cfg
}

// ownFunctions lists declared functions and methods with bodies.
func ownFunctions(prog *ssa.Program, pkgs []*packages.Package) []*ssa.Function {
	var fns []*ssa.Function
	for _, p := range pkgs {
		scope := p.Types.Scope()
		for _, name := range scope.Names() {
			switch o := scope.Lookup(name).(type) {
			case *types.Func:
				if fn := prog.FuncValue(o); fn != nil && fn.Blocks != nil && !generic(fn) {
					fns = append(fns, fn)
				}
			case *types.TypeName:
				n, ok := o.Type().(*types.Named)
				if !ok || n.TypeParams().Len() > 0 {
					continue
				}
				for m := range n.Methods() {
					if fn := prog.FuncValue(m); fn != nil && fn.Blocks != nil {
						fns = append(fns, fn)
					}
				}
			}
		}
	}
	return fns
}

func storeWrites(f *types.Func, _ *ssa.CallCommon) (string, bool) {
	return "KV", f.Name() == "StoreSet"
}

func nestedCalls(f *types.Func, _ *ssa.CallCommon) (string, bool) {
	return f.Name(), strings.HasPrefix(f.Name(), "Remote")
}

// simpleSources knows time.Now, math/rand and ranges over maps.
func simpleSources(fn *ssa.Function) []source.Source {
	var list []source.Source
	for _, b := range fn.Blocks {
		for _, in := range b.Instrs {
			switch in := in.(type) {
			case *ssa.Call:
				callee := in.Call.StaticCallee()
				if callee == nil {
					continue
				}
				switch name := callee.String(); name {
				case "time.Now":
					list = append(list, source.Source{Kind: source.Time, Symbol: name, Fn: fn, Instr: in, Pos: in.Pos(), Values: []ssa.Value{in}})
				case "math/rand.Intn", "math/rand.Int":
					list = append(list, source.Source{Kind: source.Random, Symbol: name, Fn: fn, Instr: in, Pos: in.Pos(), Values: []ssa.Value{in}})
				case "crypto/rand.Read":
					list = append(list, source.Source{Kind: source.Random, Symbol: name, Fn: fn, Instr: in, Pos: in.Pos(), Filled: []ssa.Value{in.Call.Args[0]}})
				}
			case *ssa.Range:
				if _, ok := in.X.Type().Underlying().(*types.Map); ok {
					list = append(list, source.Source{Kind: source.MapOrder, Symbol: "range", Fn: fn, Instr: in, Pos: in.Pos(), Values: rangeValues(in)})
				}
			}
		}
	}
	return list
}

func rangeValues(r *ssa.Range) []ssa.Value {
	var vs []ssa.Value
	for _, ref := range *r.Referrers() {
		next, ok := ref.(*ssa.Next)
		if !ok {
			continue
		}
		for _, e := range *next.Referrers() {
			if x, ok := e.(*ssa.Extract); ok && x.Index > 0 {
				vs = append(vs, x)
			}
		}
	}
	return vs
}

func listing(fset *token.FileSet, r *Result) string {
	var b strings.Builder
	at := func(p token.Pos) string {
		pos := fset.Position(p)
		return fmt.Sprintf("%s:%d", filepath.Base(pos.Filename), pos.Line)
	}
	short := strings.NewReplacer("example.com/", "")
	for _, v := range r.Verdicts {
		fmt.Fprintf(&b, "%s %s in %s: must=%v %v\n", at(v.Source.Pos), v.Source.Kind, v.Entry, v.Must, v.Reaches)
		for _, s := range v.Trace {
			fmt.Fprintf(&b, "\t%s %s\n", at(s.Pos), s.What)
		}
	}
	for _, w := range r.Writes {
		fmt.Fprintf(&b, "%s writes %s by %s in %s from", at(w.Pos), w.Field, w.How, w.Entry)
		for _, s := range w.From {
			fmt.Fprintf(&b, " %s:%s", s.Kind, at(s.Pos))
		}
		b.WriteByte('\n')
	}
	for _, u := range r.Unknown {
		fmt.Fprintf(&b, "%s unknown: %s\n", at(u.Pos), u.Reason)
	}
	return short.Replace(b.String())
}

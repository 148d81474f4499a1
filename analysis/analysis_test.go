package analysis_test

import (
	"bytes"
	"context"
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
	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/tools/txtar"

	"github.com/midas-tiers/midas/analysis"
	"github.com/midas-tiers/midas/analysis/report"
	"github.com/midas-tiers/midas/analysis/source"
	"github.com/midas-tiers/midas/analysis/text"
)

var update = flag.Bool("update", false, "rewrite the report sections of testdata/cases")

// TestCases analyses each archive of testdata/cases as package main of a small module. In its Go files a comment
//
//	// want WORD... "PROBLEM"...
//
// lists exactly the facts of its line: record, determinize, superficial and untreated for sources of kinds that the rewriter knows; taped, branch and parks, tainted:NAME for a name that a range or type switch binds; and the
// problems, those that only keep a method from style active after "leader: ". The section report is the text report.
func TestCases(t *testing.T) {
	names, err := filepath.Glob("testdata/cases/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			testCase(t, name)
		})
	}
}

func testCase(t *testing.T, name string) {
	ar, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	dir := module(t)
	var report *txtar.File
	for i, f := range ar.Files {
		if f.Name == "report" {
			report = &ar.Files[i]
			continue
		}
		write(t, filepath.Join(dir, f.Name), f.Data)
	}
	res, err := analysis.Run(context.Background(), analysis.Config{Dir: dir, Patterns: []string{"."}})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range res.Errors {
		t.Error(e)
	}
	if diff := cmp.Diff(wants(ar), facts(res, dir)); diff != "" {
		t.Errorf("facts by line (-want +got):\n%s", diff)
	}
	checkSchema(t, res.Report)
	var got bytes.Buffer
	if err := text.Write(&got, res.Report, text.Options{Traces: true, Verbose: true}); err != nil {
		t.Fatal(err)
	}
	if report == nil {
		t.Fatalf("%s has no section report", name)
	}
	if *update {
		report.Data = got.Bytes()
		if err := os.WriteFile(name, txtar.Format(ar), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(report.Data), got.String()); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}

// checkSchema holds the report's JSON against the schema that documents it.
func checkSchema(t *testing.T, r *report.Report) {
	t.Helper()
	unmarshal := func(data []byte) any {
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("report.json", unmarshal(report.Schema())); err != nil {
		t.Fatal(err)
	}
	var doc bytes.Buffer
	if err := report.Write(&doc, r); err != nil {
		t.Fatal(err)
	}
	if err := c.MustCompile("report.json").Validate(unmarshal(doc.Bytes())); err != nil {
		t.Error(err)
	}
}

// module lays out the module that all cases share.
func module(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	err := filepath.WalkDir("testdata/module", func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel("testdata/module", path)
		write(t, filepath.Join(dir, strings.TrimSuffix(rel, ".txt")), data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func write(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

var (
	want   = regexp.MustCompile(`// want (.*)$`)
	quoted = regexp.MustCompile(`"([^"]*)"`)
)

// wants reads the expectations: "file:line" to its sorted facts.
func wants(ar *txtar.Archive) map[string][]string {
	out := map[string][]string{}
	for _, f := range ar.Files {
		for i, line := range strings.Split(string(f.Data), "\n") {
			m := want.FindStringSubmatch(line)
			if m == nil || !strings.HasSuffix(f.Name, ".go") {
				continue
			}
			key := fmt.Sprintf("%s:%d", f.Name, i+1)
			words := m[1]
			if at := strings.IndexByte(words, '"'); at >= 0 {
				for _, q := range quoted.FindAllStringSubmatch(words[at:], -1) {
					out[key] = append(out[key], q[1])
				}
				words = words[:at]
			}
			out[key] = append(out[key], strings.Fields(words)...)
			slices.Sort(out[key])
		}
	}
	return out
}

func facts(res *analysis.Result, dir string) map[string][]string {
	set := map[string]map[string]bool{}
	add := func(pos token.Position, fact string) {
		rel, err := filepath.Rel(dir, pos.Filename)
		if err != nil || !filepath.IsLocal(rel) {
			rel = pos.Filename
		}
		key := fmt.Sprintf("%s:%d", rel, pos.Line)
		if set[key] == nil {
			set[key] = map[string]bool{}
		}
		set[key][fact] = true
	}
	for _, s := range res.Report.Sources {
		if slices.Contains(unfollowed, source.Kind(s.Kind)) {
			continue
		}
		add(token.Position{Filename: s.Pos.File, Line: s.Pos.Line}, treatment(s))
	}
	for _, p := range res.Facts.Problems() {
		add(p.Pos, p.Reason)
	}
	for _, h := range res.Facts.Hindrances() {
		add(h.Pos, "leader: "+h.Reason)
	}
	for _, pkg := range res.Facts.Packages() {
		for _, f := range pkg.Syntax {
			if !ast.IsGenerated(f) {
				nodeFacts(res.Facts, pkg.Fset, f, add)
			}
		}
	}
	out := map[string][]string{}
	for key, facts := range set {
		for f := range facts {
			out[key] = append(out[key], f)
		}
		slices.Sort(out[key])
	}
	return out
}

// unfollowed are the kinds of sources that stand in the report only: the rewriter does not know them.
var unfollowed = []source.Kind{
	source.GoroutineOrder, source.LockOrder, source.ChannelOrder, source.UnstableSort, source.FloatOrder, source.Deadline, source.Finalizer,
	source.Signal, source.Pool, source.Background, source.ProcessLocal, source.SQL, source.Architecture,
}

// treatment is what a source's entries say about it together.
func treatment(s report.Source) string {
	for _, action := range []string{"record", "determinize"} {
		if slices.ContainsFunc(s.Entries, func(e report.Entry) bool { return e.Action == action }) {
			return action
		}
	}
	if slices.ContainsFunc(s.Entries, func(e report.Entry) bool { return e.Action == "refuse" }) {
		return "untreated"
	}
	return "superficial"
}

// bound are the names that a statement binds without an assignment of its own.
func bound(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.RangeStmt:
		return slices.DeleteFunc([]ast.Expr{n.Key, n.Value}, func(e ast.Expr) bool { return e == nil })
	case *ast.TypeSwitchStmt:
		if as, ok := n.Assign.(*ast.AssignStmt); ok {
			return as.Lhs
		}
	}
	return nil
}

func nodeFacts(facts *analysis.Facts, fset *token.FileSet, f *ast.File, add func(token.Position, string)) {
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(ast.Stmt); ok {
			if facts.Taped(s) {
				add(fset.Position(s.Pos()), "taped")
			}
			if facts.Branch(s) {
				add(fset.Position(s.Pos()), "branch")
			}
		}
		for _, id := range bound(n) {
			if facts.Tainted(id) {
				add(fset.Position(n.Pos()), "tainted:"+types.ExprString(id))
			}
		}
		if c, ok := n.(*ast.CallExpr); ok && facts.Parks(c) {
			add(fset.Position(c.Pos()), "parks")
		}
		return true
	})
}

package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/midas-tiers/midas/analysis"
)

// fakeFacts stands in for the analysis. A case's "facts" file says what it cannot know: "tainted: NAMES", "parks: FUNCS",
// "replayed: FUNCS", "told: LINES" (problems), "lenient: FUNCS" (reachable outside handlers), "entry: METHODS", "reads: METHODS" (entries that only read), "leader: METHODS"
// (entries in style leader only), "shared: FUNCS" (which all entries run), "only: FUNCS" (which those
// in style leader run), "effects: FUNCS" (which are external effects; they are to be among parks, too). Statements that use a tainted name or a source are
// taped, branches with such a control are branches; a comment //taped, //branch or //clean at the end of the line overrules.
type fakeFacts struct {
	pkg     *packages.Package
	names   map[string][]string
	remarks map[int]string // by line
}

var fakeSources = map[string]analysis.Source{
	"time.Now":                         {Kind: analysis.Time, Fill: -1},
	"time.Since":                       {Kind: analysis.Time, Fill: -1},
	"os.Open":                          {Kind: analysis.File, Fill: -1},
	"os.Getenv":                        {Kind: analysis.Environment, Fill: -1},
	"math/rand/v2.IntN":                {Kind: analysis.Random, Fill: -1},
	"math/rand/v2.Int64N":              {Kind: analysis.Random, Fill: -1},
	"math/rand/v2.Shuffle":             {Kind: analysis.Random, Fill: -1},
	"github.com/google/uuid.NewString": {Kind: analysis.Random, Fill: -1},
	"crypto/rand.Read":                 {Kind: analysis.Random, Fill: 0},
	"io.ReadFull":                      {Kind: analysis.Random, Fill: 1},
	"(*sync.Mutex).TryLock":            {Kind: analysis.LockOrder, Fill: -1},
	"(*sync.RWMutex).TryLock":          {Kind: analysis.LockOrder, Fill: -1},
	"(*sync.RWMutex).TryRLock":         {Kind: analysis.LockOrder, Fill: -1},
	"(*golang.org/x/sync/semaphore.Weighted).TryAcquire": {Kind: analysis.LockOrder, Fill: -1},
	"maps.Keys": {Kind: analysis.MapOrder, Fill: -1, Determinized: true},
}

func newFakeFacts(p *packages.Package, facts string) *fakeFacts {
	f := &fakeFacts{pkg: p, names: map[string][]string{}, remarks: map[int]string{}}
	for line := range strings.Lines(facts) {
		if key, names, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			f.names[key] = strings.Fields(names)
		}
	}
	for _, file := range p.Syntax {
		for _, g := range file.Comments {
			for _, c := range g.List {
				f.remarks[p.Fset.Position(c.Pos()).Line] = c.Text
			}
		}
	}
	return f
}

func (f *fakeFacts) remark(n ast.Node) string { return f.remarks[f.pkg.Fset.Position(n.Pos()).Line] }

func (f *fakeFacts) named(key string, fn ast.Node) bool {
	d, ok := fn.(*ast.FuncDecl)
	if !ok {
		return slices.Contains(f.names[key], "func")
	}
	return slices.Contains(f.names[key], d.Name.Name)
}

func (f *fakeFacts) Packages() []*packages.Package { return []*packages.Package{f.pkg} }

func (f *fakeFacts) Source(n ast.Node) (analysis.Source, bool) {
	switch n := n.(type) {
	case *ast.CallExpr:
		fn, ok := typeutil.Callee(f.pkg.TypesInfo, n).(*types.Func)
		if !ok || f.remark(n) == "//superficial" {
			return analysis.Source{}, false
		}
		s, ok := fakeSources[fn.FullName()]
		s.ID, s.Symbol = f.pkg.Name+" "+string(s.Kind), fn.FullName()
		return s, ok
	case *ast.SelectStmt:
		return analysis.Source{ID: f.pkg.Name + " select", Kind: analysis.Select, Symbol: "select", Fill: -1}, f.remark(n) == "//choose"
	case *ast.RangeStmt:
		return analysis.Source{Kind: analysis.MapOrder, Symbol: "range", Fill: -1, Determinized: true}, f.remark(n) == "//order"
	}
	return analysis.Source{}, false
}

func (f *fakeFacts) Tainted(e ast.Expr) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.Ident:
			found = found || slices.Contains(f.names["tainted"], n.Name)
		case *ast.CallExpr:
			_, source := f.Source(n)
			found = found || source
			if f.Parks(n) {
				return false
			}
		}
		return true
	})
	return found
}

func (f *fakeFacts) taints(n ast.Node) bool {
	found := false
	walk(n, func(stack []ast.Node) {
		e, ok := stack[len(stack)-1].(ast.Expr)
		found = found || ok && f.Tainted(e)
	})
	return found
}

func (f *fakeFacts) Taped(s ast.Stmt) bool {
	switch f.remark(s) {
	case "//taped":
		return true
	case "//clean":
		return false
	}
	switch s.(type) {
	case *ast.AssignStmt, *ast.IncDecStmt, *ast.ExprStmt, *ast.DeclStmt, *ast.DeferStmt:
		return f.taints(s)
	}
	return false
}

func (f *fakeFacts) Branch(s ast.Stmt) bool {
	switch f.remark(s) {
	case "//branch":
		return true
	case "//clean", "//order":
		return false
	}
	switch s := s.(type) {
	case *ast.IfStmt:
		return f.Tainted(s.Cond)
	case *ast.ForStmt:
		return s.Cond != nil && f.Tainted(s.Cond)
	case *ast.RangeStmt:
		return f.Tainted(s.X)
	case *ast.SwitchStmt:
		return s.Tag != nil && f.Tainted(s.Tag)
	}
	return false
}

func (f *fakeFacts) Parks(c *ast.CallExpr) bool {
	switch fun := c.Fun.(type) {
	case *ast.SelectorExpr:
		return slices.Contains(f.names["parks"], fun.Sel.Name)
	case *ast.Ident:
		return slices.Contains(f.names["parks"], fun.Name)
	}
	return false
}

func (f *fakeFacts) Effect(c *ast.CallExpr) string {
	for _, name := range f.names["effects"] {
		if fn, ok := typeutil.Callee(f.pkg.TypesInfo, c).(*types.Func); ok && fn.Name() == name {
			return fn.FullName()
		}
	}
	return ""
}

func (f *fakeFacts) Reached(fn ast.Node) bool { return fn != nil && !f.named("unreached", fn) }
func (f *fakeFacts) Entries(fn ast.Node) []string {
	d, ok := fn.(*ast.FuncDecl)
	switch {
	case !ok:
		return nil
	case slices.Contains(f.names["entry"], d.Name.Name):
		return []string{"/svc.S/" + d.Name.Name}
	case slices.Contains(f.names["shared"], d.Name.Name):
		var all []string
		for _, name := range f.names["entry"] {
			all = append(all, "/svc.S/"+name)
		}
		return all
	case slices.Contains(f.names["only"], d.Name.Name):
		var all []string
		for _, name := range f.names["leader"] {
			all = append(all, "/svc.S/"+name)
		}
		return all
	}
	return nil
}

func (f *fakeFacts) Replayed(fn ast.Node) bool    { return f.named("replayed", fn) }
func (f *fakeFacts) HandlerOnly(fn ast.Node) bool { return !f.named("lenient", fn) }

func (f *fakeFacts) Mutates(c *ast.CallExpr) []ast.Expr {
	fn, ok := typeutil.Callee(f.pkg.TypesInfo, c).(*types.Func)
	if !ok || fn.Pkg() == nil {
		return nil
	}
	switch fn.Pkg().Path() {
	case "container/list", "sync/atomic":
		return []ast.Expr{c.Fun.(*ast.SelectorExpr).X}
	case "slices":
		if strings.HasPrefix(fn.Name(), "Sort") && fn.Name() != "Sorted" {
			return c.Args[:1]
		}
	case "sync":
		if strings.HasPrefix(fn.FullName(), "(*sync.Map)") {
			return []ast.Expr{c.Fun.(*ast.SelectorExpr).X}
		}
	case "crypto/rand", "io":
		return c.Args[len(c.Args)-1:]
	}
	return nil
}

func (f *fakeFacts) Methods() []analysis.Method {
	var ms []analysis.Method
	for _, name := range f.names["entry"] {
		m := analysis.Method{Name: "/svc.S/" + name, Package: f.pkg.PkgPath, Slivers: []analysis.MethodSliver{
			{Writes: []string{"svc.Server.total"}, Contaminated: []string{"svc.Server.byID"}, Offer: true}, {From: "/pay.Payer/Pay"}}}
		if slices.Contains(f.names["leader"], name) {
			m.Leader = "in.go:1: told by the analysis"
		}
		if slices.Contains(f.names["reads"], name) {
			m.ReadOnly, m.Slivers = true, []analysis.MethodSliver{{Reads: []string{"svc.Server.byID[Item.Sku]", "svc.Server.total"}}}
		}
		ms = append(ms, m)
	}
	return ms
}

func (f *fakeFacts) Globals() []*types.Var {
	var vs []*types.Var
	for _, name := range f.names["globals"] {
		vs = append(vs, f.pkg.Types.Scope().Lookup(name).(*types.Var))
	}
	return vs
}

func (f *fakeFacts) Problems() []analysis.Finding {
	var found []analysis.Finding
	for _, line := range f.names["told"] {
		n, _ := strconv.Atoi(line)
		name := f.pkg.Fset.File(f.pkg.Syntax[0].FileStart).Name()
		found = append(found, analysis.Finding{Pos: token.Position{Filename: name, Line: n}, Reason: "told by the analysis"})
	}
	return found
}

var _ Facts = (*fakeFacts)(nil)

package source

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// sorter is a library's function that sorts.
type sorter struct {
	stable  bool // keeps equal elements as they were
	ordered bool // by the elements' own order, without a function
	indices bool // its function is given indices
	methods bool // its order is the method Less of what it is given
	returns bool // the sorted elements are its result
}

var sorters = map[string]sorter{
	"sort.Strings":                           {ordered: true},
	"sort.Ints":                              {ordered: true},
	"sort.Float64s":                          {ordered: true},
	"sort.Slice":                             {indices: true},
	"sort.SliceStable":                       {indices: true, stable: true},
	"sort.Sort":                              {methods: true},
	"sort.Stable":                            {methods: true, stable: true},
	"slices.Sort":                            {ordered: true},
	"slices.SortFunc":                        {},
	"slices.SortStableFunc":                  {stable: true},
	"slices.Sorted":                          {ordered: true, returns: true},
	"slices.SortedFunc":                      {returns: true},
	"slices.SortedStableFunc":                {returns: true, stable: true},
	"golang.org/x/exp/slices.Sort":           {ordered: true},
	"golang.org/x/exp/slices.SortFunc":       {},
	"golang.org/x/exp/slices.SortStableFunc": {stable: true},
}

// sorted adds a sort that leaves elements which compare equal in an order of its own.
func (s *scope) sorted(site ssa.CallInstruction, f *types.Func) {
	how, ok := sorters[f.FullName()]
	if !ok || how.stable || how.ordered {
		return
	}
	src := Source{Kind: UnstableSort, Symbol: f.FullName()}
	switch v := site.Value(); {
	case !how.returns:
		arg := site.Common().Args[0]
		if boxed, ok := arg.(*ssa.MakeInterface); ok {
			arg = boxed.X
		}
		src.Filled = []ssa.Value{arg}
	case v != nil:
		src.Values = []ssa.Value{v}
	}
	if call := s.callAt(site); call != nil && s.total(call, how) {
		src.Harmless = "the order has no ties"
	}
	s.addCall(src, site)
}

// total says that the sort decides between any two elements that are not the same.
func (s *scope) total(call *ast.CallExpr, how sorter) bool {
	if how.ordered {
		return true
	}
	of := ast.Unparen(call.Args[0])
	by, ok := paths(nil), false
	if how.methods {
		of, by, ok = s.byMethod(of)
	} else if len(call.Args) == 2 {
		by, ok = s.compared(call.Args[1], how.indices)
	}
	if !ok || of == nil {
		return false
	}
	elem := elementOf(typeOf(s.info, of))
	return elem != nil && decides(elem, by, s.uniquePath(of))
}

// byMethod reads sort.Sort(byName(x)), sort.Sort(sort.Reverse(byName(x))) and sort.Sort(sort.StringSlice(x)): what is sorted, and by what.
func (s *scope) byMethod(e ast.Expr) (ast.Expr, paths, bool) {
	if c, ok := e.(*ast.CallExpr); ok {
		if f := s.callee(c); f != nil && f.FullName() == "sort.Reverse" {
			return s.byMethod(ast.Unparen(c.Args[0]))
		}
	}
	t := typeOf(s.info, e)
	less, _, _ := types.LookupFieldOrMethod(t, true, nil, "Less")
	f, ok := less.(*types.Func)
	if !ok {
		return nil, nil, false
	}
	if c, ok := e.(*ast.CallExpr); ok && s.info.Types[c.Fun].IsType() {
		e = c.Args[0]
	}
	if f.Pkg() != nil && f.Pkg().Path() == "sort" {
		return e, paths{"": true}, true
	}
	decl := s.f.all.decls[f.Origin()]
	if decl == nil || decl.Body == nil {
		return nil, nil, false
	}
	by, ok := s.comparedIn(s.f.pkgs[f.Pkg().Path()].TypesInfo, decl.Type.Params, decl.Body, true)
	return e, by, ok
}

// elementOf is the type of the elements of a slice or an iterator, nil if t is neither.
func elementOf(t types.Type) types.Type {
	switch u := t.Underlying().(type) {
	case *types.Slice:
		return u.Elem()
	case *types.Pointer:
		return elementOf(u.Elem())
	case *types.Signature: // iter.Seq
		if u.Params().Len() == 1 {
			if yield, ok := u.Params().At(0).Type().Underlying().(*types.Signature); ok && yield.Params().Len() > 0 {
				return yield.Params().At(0).Type()
			}
		}
	}
	return nil
}

// uniquePath leads to the part by which any two elements of x differ: "" the element itself, ".Name" its field; "none" if there is no
// such part. It is where the keys of one map go that x is collected from.
func (s *scope) uniquePath(x ast.Expr) string {
	if c, ok := x.(*ast.CallExpr); ok {
		if f := s.callee(c); f != nil && isKeys[f.FullName()] {
			return ""
		}
		return "none"
	}
	id, ok := x.(*ast.Ident)
	if !ok {
		return "none"
	}
	obj := objectOf(s.info, id)
	var from *ast.CallExpr
	for _, r := range s.variables().given[obj] {
		switch c, isCall := ast.Unparen(or(r)).(*ast.CallExpr); {
		case r == nil:
			return "none"
		case isCall && s.isAppend(c):
			if from != nil {
				return "none"
			}
			from = c
		case !s.empty(r):
			if isCall && from == nil && s.callee(c) != nil && isKeys[s.callee(c).FullName()] {
				return ""
			}
			return "none"
		}
	}
	if from == nil || len(from.Args) != 2 || from.Ellipsis.IsValid() {
		return "none"
	}
	return s.keyIn(from, obj)
}

func or(e ast.Expr) ast.Expr {
	if e == nil {
		return zero
	}
	return e
}

// isKeys are functions that give each key of a map once.
var isKeys = map[string]bool{"maps.Keys": true, "golang.org/x/exp/maps.Keys": true}

func (s *scope) isAppend(c *ast.CallExpr) bool {
	id, ok := ast.Unparen(c.Fun).(*ast.Ident)
	if !ok || id.Name != "append" {
		return false
	}
	_, ok = s.info.Uses[id].(*types.Builtin)
	return ok
}

// empty says that the expression is a slice without elements.
func (s *scope) empty(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return e == zero || s.info.Types[e].IsNil()
	case *ast.CompositeLit:
		return len(e.Elts) == 0
	case *ast.CallExpr:
		id, ok := ast.Unparen(e.Fun).(*ast.Ident)
		if !ok || id.Name != "make" || len(e.Args) < 2 {
			return false
		}
		v := s.info.Types[e.Args[1]].Value
		return v != nil && v.String() == "0"
	}
	return false
}

// keyIn is the path to the key of the map whose range holds the append, if each run of that range appends to a slice of its own.
func (s *scope) keyIn(from *ast.CallExpr, to types.Object) string {
	var loop *ast.RangeStmt
	for n := s.parent(from); n != nil; n = s.parent(n) {
		if n.Pos() <= to.Pos() && to.Pos() < n.End() {
			break
		}
		switch n := n.(type) {
		case *ast.RangeStmt:
			if loop != nil {
				return "none"
			}
			loop = n
		case *ast.ForStmt, *ast.FuncLit, *ast.FuncDecl:
			return "none"
		}
	}
	if loop == nil || loop.Tok.String() != ":=" {
		return "none"
	}
	if _, isMap := typeOf(s.info, loop.X).Underlying().(*types.Map); !isMap {
		return "none"
	}
	key, ok := loop.Key.(*ast.Ident)
	if !ok || s.info.Defs[key] == nil {
		return "none"
	}
	return s.partOf(from.Args[1], s.info.Defs[key])
}

// partOf is the path from the value of e to the object, "none" if it is not in it.
func (s *scope) partOf(e ast.Expr, key types.Object) string {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		if s.info.Uses[e] == key {
			return ""
		}
	case *ast.UnaryExpr:
		return s.partOf(e.X, key)
	case *ast.CompositeLit:
		st, ok := typeOf(s.info, e).Underlying().(*types.Struct)
		if !ok {
			return "none"
		}
		for i, elt := range e.Elts {
			name := ""
			if kv, ok := elt.(*ast.KeyValueExpr); ok {
				name, elt = types.ExprString(kv.Key), kv.Value
			} else if i < st.NumFields() {
				name = st.Field(i).Name()
			}
			if id, ok := ast.Unparen(elt).(*ast.Ident); ok && s.info.Uses[id] == key {
				return "." + name
			}
		}
	}
	return "none"
}

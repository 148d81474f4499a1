package source

import (
	"go/ast"
	"go/types"
)

// sorts says that the statement sorts the slice by an order without ties, if it has more than one element.
func (s *scope) sorts(st ast.Stmt, to ast.Expr) bool {
	switch st := st.(type) {
	case *ast.ExprStmt:
		c, ok := ast.Unparen(st.X).(*ast.CallExpr)
		return ok && s.sortsBy(c, to)
	case *ast.IfStmt:
		return st.Init == nil && s.asksLength(st.Cond, to) && len(st.Body.List) > 0 && s.sorts(st.Body.List[0], to)
	}
	return false
}

// asksLength: len(x) > 1.
func (s *scope) asksLength(cond ast.Expr, to ast.Expr) bool {
	text := types.ExprString(cond)
	return text == "len("+types.ExprString(to)+") > 1" || text == "len("+types.ExprString(to)+") >= 2"
}

func (s *scope) sortsBy(c *ast.CallExpr, to ast.Expr) bool {
	f := s.callee(c)
	if f == nil || len(c.Args) == 0 {
		return false
	}
	how, ok := sorters[f.Origin().FullName()]
	if !ok {
		return s.sortsArgument(c, f, to)
	}
	of := ast.Unparen(c.Args[0])
	if how.methods {
		of, _, _ = s.byMethod(of)
	}
	return of != nil && !how.returns && types.ExprString(of) == types.ExprString(to) && s.total(c, how)
}

// sortsArgument: a function of own code whose first statement sorts the parameter that it is given the slice for.
func (s *scope) sortsArgument(c *ast.CallExpr, f *types.Func, to ast.Expr) bool {
	decl := s.f.all.decls[f.Origin()]
	if decl == nil || decl.Body == nil || len(decl.Body.List) == 0 {
		return false
	}
	pkg := s.f.pkgs[f.Pkg().Path()]
	i := 0
	for _, field := range decl.Type.Params.List {
		for _, name := range field.Names {
			if i < len(c.Args) && types.ExprString(ast.Unparen(c.Args[i])) == types.ExprString(to) {
				inner := newScope(s.f, s.fn.Prog.FuncValue(f.Origin()))
				return inner.pkg == pkg && inner.sorts(decl.Body.List[0], name)
			}
			i++
		}
	}
	return false
}

// consumed says why it does not matter that call gives elements in an open order to the call around it.
func (s *scope) consumed(around, call *ast.CallExpr) string {
	f := s.callee(around)
	if f == nil {
		return ""
	}
	name := f.Origin().FullName()
	if how, ok := sorters[name]; ok && how.returns && s.total(around, how) {
		return "it is sorted by an order without ties"
	}
	known, _ := s.f.dict.Lookup(f)
	if unorderedUse[name] || known.Orders {
		return name + " does not depend on the order"
	}
	if name == "slices.Collect" || name == "slices.AppendSeq" && len(around.Args) == 2 && around.Args[1] == ast.Expr(call) {
		return s.collected(around)
	}
	return ""
}

// unorderedUse are functions that give the same whatever the order of the elements.
var unorderedUse = map[string]bool{"maps.Collect": true, "maps.Insert": true}

// collected says that what the call gives is put in a variable that is sorted before anything reads it.
func (s *scope) collected(call *ast.CallExpr) string {
	as, ok := s.parent(call).(*ast.AssignStmt)
	if !ok || len(as.Lhs) != 1 || len(as.Rhs) != 1 {
		return ""
	}
	if _, isSlice := typeOf(s.info, as.Lhs[0]).Underlying().(*types.Slice); !isSlice || !s.sortedAfter(as, collect{to: as.Lhs[0]}) {
		return ""
	}
	return "what is collected is sorted by an order without ties before it is read"
}

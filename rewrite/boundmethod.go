package rewrite

import (
	"go/ast"
	"go/types"
)

// checkBound reports a call, on the tape, of a local variable that holds a method of a type without own body: the call does not say
// what memory it writes, so that cannot be touched.
func (f *function) checkBound(call *ast.CallExpr) {
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	if !ok || f.root.body == nil || !f.local(id) {
		return
	}
	obj := f.pkg.TypesInfo.Uses[id]
	ast.Inspect(f.root.body, func(n ast.Node) bool {
		s, ok := n.(*ast.AssignStmt)
		if !ok || len(s.Lhs) != len(s.Rhs) {
			return true
		}
		for i, l := range s.Lhs {
			if l, ok := l.(*ast.Ident); ok && f.pkg.TypesInfo.ObjectOf(l) == obj && f.bindsLibrary(s.Rhs[i]) {
				f.pkg.hinder(call.Pos(), "a contaminated statement calls %s, a method value: call the method itself", id.Name)
			}
		}
		return true
	})
}

// bindsLibrary reports whether e is a method value that may write its receiver, of a method without own body.
func (f *function) bindsLibrary(e ast.Expr) bool {
	sel, ok := ast.Unparen(e).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	s := f.pkg.TypesInfo.Selections[sel]
	if s == nil || s.Kind() != types.MethodVal {
		return false
	}
	fn := s.Obj().(*types.Func).Origin()
	if _, own := f.pkg.decls[fn.FullName()]; own {
		return false
	}
	_, pointer := fn.Signature().Recv().Type().(*types.Pointer)
	return pointer
}

// bindsTainted reports whether a method value of something contaminated stands in n: it holds a copy of its receiver.
func (f *function) bindsTainted(n ast.Node) bool {
	called := map[ast.Node]bool{}
	return find(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			called[ast.Unparen(n.Fun)] = true
		case *ast.SelectorExpr:
			sel := f.pkg.TypesInfo.Selections[n]
			return !called[n] && sel != nil && sel.Kind() == types.MethodVal && f.pkg.facts.Tainted(n.X)
		}
		return false
	}) != nil
}

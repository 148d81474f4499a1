package rewrite

import (
	"bytes"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// sharesVars reports whether the loop's variables move before the loop, because its header contaminates one of them: Go gives each
// iteration copies of its own, which are made outside closures, and a replay would not correct them.
func (f *function) sharesVars(s *ast.ForStmt) bool {
	vars := f.defined(s.Init)
	if len(vars) == 0 {
		return false
	}
	return f.contaminates(s.Init) || s.Post != nil && f.contaminates(s.Post) && f.assignsAny(s.Post, vars) ||
		find(s.Body, func(n ast.Node) bool {
			b, ok := n.(ast.Stmt)
			return ok && len(assigned(b)) > 0 && f.contaminates(b) && f.assignsAny(b, vars)
		}) != nil
}

// contaminates reports whether the simple statement is on the tape for its values, not just because something after it is.
func (f *function) contaminates(s ast.Stmt) bool {
	return f.taped(s) && (f.tapesSource(s) || find(s, func(n ast.Node) bool {
		e, ok := n.(ast.Expr)
		return ok && f.pkg.facts.Tainted(e)
	}) != nil)
}

// ownVars reports whether each iteration has clean variables of its own: nothing on a tape can see the header write them.
func (f *function) ownVars(s *ast.ForStmt) bool {
	return len(f.defined(s.Init)) > 0 && !f.sharesLoopVars() && !f.sharesVars(s)
}

// assignsAny reports whether something in s assigns to one of the variables.
func (f *function) assignsAny(s ast.Stmt, vars []*ast.Ident) bool {
	for _, id := range vars {
		if f.assigns(s, f.pkg.TypesInfo.Defs[id]) {
			return true
		}
	}
	return false
}

// assignsOnly reports whether s assigns to none but the variables.
func (f *function) assignsOnly(s ast.Stmt, vars []*ast.Ident) bool {
	targets := assigned(s)
	for _, e := range targets {
		id, ok := ast.Unparen(e).(*ast.Ident)
		if !ok || !slices.ContainsFunc(vars, func(v *ast.Ident) bool { return f.pkg.TypesInfo.Defs[v] == f.pkg.TypesInfo.Uses[id] }) {
			return false
		}
	}
	return len(targets) > 0 && !f.calls(s)
}

// sharedBy reports whether all iterations of the loop share the variable, which its header declares.
func (f *function) sharedBy(loop ast.Node, obj types.Object) bool {
	if f.sharesLoopVars() {
		return true
	}
	s, ok := loop.(*ast.ForStmt)
	return ok && s.Init != nil && within(obj.Pos(), s.Init) && f.sharesVars(s)
}

// checkShared reports a variable of a loop that moves before it although something may keep an iteration's own one.
func (f *function) checkShared(s *ast.ForStmt) {
	if f.sharesLoopVars() {
		return
	}
	for _, id := range f.defined(s.Init) {
		if obj := f.pkg.TypesInfo.Defs[id]; f.keeps(s, obj) {
			f.pkg.hinder(id.Pos(), "contaminated loop variable %s is captured or its address taken: copy it in the body", id.Name)
		}
	}
}

// keeps reports whether a function literal or a pointer in the loop may hold the variable.
func (f *function) keeps(s *ast.ForStmt, obj types.Object) bool {
	is := func(e ast.Expr) bool {
		id, ok := f.rootIdent(e)
		return ok && f.pkg.TypesInfo.Uses[id] == obj
	}
	kept := false
	ast.Inspect(s, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			ast.Inspect(n, func(n ast.Node) bool {
				id, ok := n.(*ast.Ident)
				kept = kept || ok && f.pkg.TypesInfo.Uses[id] == obj
				return !kept
			})
		case *ast.UnaryExpr:
			kept = kept || n.Op == token.AND && is(n.X)
		case *ast.SliceExpr:
			kept = kept || isArray(f.pkg.TypesInfo, n.X) && is(n.X)
		case *ast.SelectorExpr:
			sel := f.pkg.TypesInfo.Selections[n]
			kept = kept || sel != nil && sel.Kind() == types.MethodVal && pointerMethod(sel) && is(n.X)
		}
		return !kept
	})
	return kept
}

// semicolonAfter returns where the semicolon after n stands.
func (f *function) semicolonAfter(n ast.Node) token.Pos {
	return n.End() + token.Pos(bytes.IndexByte(f.src[f.tok.Offset(n.End()):], ';'))
}

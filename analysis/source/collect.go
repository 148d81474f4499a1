package source

import (
	"go/ast"
	"go/types"
)

// sortedAfter says that after the loop, or the statement, the slice is sorted by an order without ties before anything reads it.
func (s *scope) sortedAfter(node ast.Node, c collect) bool {
	for n := node; n != nil; {
		list, at, holder := s.siblings(n)
		if list == nil {
			up := s.parent(n)
			if _, isStmt := n.(ast.Stmt); isStmt && !continues(up) {
				return false
			}
			n = up
			continue
		}
		for _, st := range list[at+1:] {
			if s.sorts(st, c.to) {
				return true
			}
			if s.readsSlice(st, c.to) {
				return false
			}
		}
		n = s.leave(holder, n, c)
	}
	return false
}

// continues says that the statement goes on after what is inside it.
func continues(n ast.Node) bool {
	switch n.(type) {
	case *ast.LabeledStmt, *ast.IfStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt:
		return true
	}
	return false
}

// siblings are the statements among which n is, its place among them, and the node that holds them.
func (s *scope) siblings(n ast.Node) ([]ast.Stmt, int, ast.Node) {
	holder := s.parent(n)
	var list []ast.Stmt
	switch holder := holder.(type) {
	case *ast.BlockStmt:
		list = holder.List
	case *ast.CaseClause:
		list = holder.Body
	case *ast.CommClause:
		list = holder.Body
	}
	for i, st := range list {
		if ast.Node(st) == n {
			return list, i, holder
		}
	}
	return nil, 0, nil
}

// leave goes from a block to the statement around it after which the function goes on, nil if it ends there. A loop around is left only
// if nothing else in it reads the slice.
func (s *scope) leave(holder, n ast.Node, c collect) ast.Node {
	for up := s.parent(holder); up != nil; up = s.parent(up) {
		switch up := up.(type) {
		case *ast.IfStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
			return up
		case *ast.BlockStmt:
			if _, _, in := s.siblings(holder); in != nil {
				return holder
			}
			holder = up
		case *ast.ForStmt, *ast.RangeStmt:
			if s.readsElsewhere(up, n, c) {
				return nil
			}
			return up
		case *ast.FuncDecl, *ast.FuncLit:
			return nil
		}
	}
	return nil
}

// readsElsewhere says that the loop reads the slice outside of n.
func (s *scope) readsElsewhere(loop, n ast.Node, c collect) bool {
	found := false
	ast.Inspect(loop, func(m ast.Node) bool {
		if m == n {
			return false
		}
		if st, ok := m.(ast.Stmt); ok {
			switch st.(type) {
			case *ast.AssignStmt, *ast.ExprStmt, *ast.ReturnStmt, *ast.SendStmt, *ast.DeferStmt, *ast.GoStmt, *ast.IncDecStmt:
				found = found || s.readsSlice(st, c.to)
				return false
			}
		}
		if e, ok := m.(ast.Expr); ok {
			found = found || s.mentions(e, c.to)
			return false
		}
		return !found
	})
	return found
}

// readsSlice says that the statement may read the slice's elements.
func (s *scope) readsSlice(st ast.Stmt, to ast.Expr) bool {
	if as, ok := st.(*ast.AssignStmt); ok && len(as.Lhs) == 1 && len(as.Rhs) == 1 && types.ExprString(as.Lhs[0]) == types.ExprString(to) {
		if c, ok := ast.Unparen(as.Rhs[0]).(*ast.CallExpr); ok && s.isAppend(c) && types.ExprString(c.Args[0]) == types.ExprString(to) {
			for _, a := range c.Args[1:] {
				if s.mentions(a, to) {
					return true
				}
			}
			return false
		}
	}
	return s.mentions(st, to) || s.leavesBare(st, to) || s.callsReader(st, to)
}

// mentions says that the node names the slice otherwise than to ask its length.
func (s *scope) mentions(n ast.Node, to ast.Expr) bool {
	obj := s.lastObject(to)
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if id, ok := n.Fun.(*ast.Ident); ok && (id.Name == "len" || id.Name == "cap") && types.ExprString(n.Args[0]) == types.ExprString(to) {
				return false
			}
		case *ast.Ident:
			found = found || objectOf(s.info, n) == obj
		}
		return !found
	})
	return found || obj == nil
}

// lastObject is the variable or field that the expression ends in.
func (s *scope) lastObject(e ast.Expr) types.Object {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return objectOf(s.info, e)
	case *ast.SelectorExpr:
		return objectOf(s.info, e.Sel)
	}
	return nil
}

// leavesBare: a return without results may give back the slice if that is a result by name.
func (s *scope) leavesBare(st ast.Stmt, to ast.Expr) bool {
	obj := s.lastObject(to)
	found := false
	ast.Inspect(st, func(n ast.Node) bool {
		r, ok := n.(*ast.ReturnStmt)
		found = found || ok && len(r.Results) == 0 && s.isParameter(obj)
		return !found
	})
	return found
}

func (s *scope) isParameter(obj types.Object) bool {
	for fn := s.fn; fn != nil; fn = fn.Parent() {
		results := fn.Signature.Results()
		for v := range results.Variables() {
			if types.Object(v) == obj {
				return true
			}
		}
	}
	return false
}

// callsReader says that the statement calls code that may read the slice without being given it: own code, if that is a field, a package
// variable or captured by a function literal.
func (s *scope) callsReader(st ast.Stmt, to ast.Expr) bool {
	id, isID := ast.Unparen(to).(*ast.Ident)
	if isID && !s.captured(objectOf(s.info, id)) {
		return false
	}
	found := false
	ast.Inspect(st, func(n ast.Node) bool {
		c, ok := n.(*ast.CallExpr)
		if !ok || s.info.Types[c.Fun].IsType() || s.info.Types[c.Fun].IsBuiltin() {
			return !found
		}
		f := s.callee(c)
		found = found || f == nil || s.f.own(f)
		return !found
	})
	return found
}

// captured says that a function literal other than a sort's order names the variable, or that it is no local one.
func (s *scope) captured(obj types.Object) bool {
	v, ok := obj.(*types.Var)
	if !ok || v.Pkg() != nil && v.Parent() == v.Pkg().Scope() {
		return true
	}
	found := false
	ast.Inspect(s.declaration(), func(n ast.Node) bool {
		lit, ok := n.(*ast.FuncLit)
		if !ok {
			return !found
		}
		if lit.Pos() <= obj.Pos() && obj.Pos() < lit.End() {
			return true
		}
		if c, ok := s.parent(lit).(*ast.CallExpr); ok {
			if f := s.callee(c); f != nil && !s.f.own(f) {
				return false // a library calls it while it runs
			}
		}
		ast.Inspect(lit, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			found = found || ok && objectOf(s.info, id) == obj
			return !found
		})
		return false
	})
	return found
}

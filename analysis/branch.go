package analysis

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// markBranches finds the statements of the sliver's functions whose control is contaminated, and what their closures cover.
func (t *tape) markBranches(f *taint) {
	for _, fn := range f.s.funcs {
		body := bodyOf(fn)
		if body == nil || !t.p.isOwn(fn) {
			continue
		}
		ast.Inspect(body, func(n ast.Node) bool {
			if _, ok := n.(*ast.FuncLit); ok {
				return false
			}
			if st, ok := n.(ast.Stmt); ok && t.controlled(f, st) {
				t.branch(st)
			}
			return true
		})
	}
}

func bodyOf(fn *ssa.Function) *ast.BlockStmt {
	switch n := fn.Syntax().(type) {
	case *ast.FuncDecl:
		return n.Body
	case *ast.FuncLit:
		return n.Body
	}
	return nil
}

func (t *tape) controlled(f *taint, st ast.Stmt) bool {
	switch st := st.(type) {
	case *ast.IfStmt:
		return t.value(f, st.Cond)
	case *ast.ForStmt:
		return st.Cond != nil && t.value(f, st.Cond)
	case *ast.RangeStmt:
		return t.value(f, st.X) && !t.fixedLength(st) || t.rangeLength(f, st) || t.takesTainted(f, st)
	case *ast.SwitchStmt:
		return st.Tag != nil && t.value(f, st.Tag) || t.cases(f, st.Body)
	case *ast.TypeSwitchStmt:
		return t.asserted(f, st.Assign)
	}
	return false
}

// value reports whether the expression or a part of it is contaminated in the sliver.
func (t *tape) value(f *taint, e ast.Expr) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		if _, ok := n.(*ast.FuncLit); ok {
			return false
		}
		if x, ok := n.(ast.Expr); ok {
			for _, v := range t.p.syntax.values[x] {
				found = found || !f.all[v].minus(one(remade)).empty()
			}
		}
		return !found
	})
	return found
}

func (t *tape) cases(f *taint, body *ast.BlockStmt) bool {
	for _, c := range body.List {
		for _, e := range c.(*ast.CaseClause).List {
			if t.value(f, e) {
				return true
			}
		}
	}
	return false
}

func (t *tape) asserted(f *taint, st ast.Stmt) bool {
	found := false
	ast.Inspect(st, func(n ast.Node) bool {
		if e, ok := n.(ast.Expr); ok {
			found = found || t.value(f, e)
		}
		return !found
	})
	return found
}

// fixedLength says that the range is over an array: how often it runs is in the type.
func (t *tape) fixedLength(st *ast.RangeStmt) bool {
	pkg := t.p.packageAt(st.Pos())
	if pkg == nil {
		return false
	}
	typ := pkg.TypesInfo.TypeOf(st.X).Underlying()
	if p, ok := typ.(*types.Pointer); ok {
		typ = p.Elem().Underlying()
	}
	_, isArray := typ.(*types.Array)
	return isArray
}

// rangeLength reports whether the number of iterations over a map is contaminated.
func (t *tape) rangeLength(f *taint, st *ast.RangeStmt) bool {
	for in := range f.s.region {
		if n, ok := in.(*ssa.Next); ok {
			if r, ok := n.Iter.(*ssa.Range); ok && r.Pos() == st.For && f.moreTainted(n) {
				return true
			}
		}
	}
	return false
}

// moreTainted says that whether there is another key is contaminated, in some call.
func (t *taint) moreTainted(n *ssa.Next) bool {
	for _, site := range t.sites(n.Parent()) {
		if !t.slots[slot{site, n, 0}].empty() {
			return true
		}
	}
	return false
}

// branch puts st in one closure with all that depends on it.
func (t *tape) branch(st ast.Stmt) {
	if t.branches[st] {
		return
	}
	t.branches[st] = true
	t.changed = true
	t.p.syntax.at(st.Pos())
	path := t.p.syntax.pathOf(st)
	switch {
	case leaves(st, token.RETURN):
		t.coverTail(st, path)
	case leaves(st, token.BREAK):
		t.cover(st, enclosingLoop(path))
	default:
		t.cover(st, st)
	}
}

// cover marks everything within the statement, function literals left out.
func (t *tape) cover(branch ast.Stmt, within ast.Node) {
	ast.Inspect(within, func(n ast.Node) bool {
		if _, ok := n.(*ast.FuncLit); ok {
			return false
		}
		if st, ok := n.(ast.Stmt); ok {
			if _, isBlock := n.(*ast.BlockStmt); !isBlock && t.covered[st] == nil {
				t.covered[st] = branch
				t.changed = true
			}
		}
		return true
	})
}

// coverTail covers from the statement of the function body's top level that holds st to the body's end.
func (t *tape) coverTail(st ast.Stmt, path []ast.Node) {
	var body *ast.BlockStmt
	for _, n := range path {
		if b, ok := n.(*ast.BlockStmt); ok {
			body = b
		}
	}
	if body == nil {
		t.cover(st, st)
		return
	}
	for _, top := range body.List {
		if top.End() > st.Pos() {
			t.cover(st, top)
		}
	}
}

// enclosingLoop is the outermost statement that a break or continue out of the path's first node can leave.
func enclosingLoop(path []ast.Node) ast.Node {
	out := path[0]
	for _, n := range path[1:] {
		switch n.(type) {
		case *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt, *ast.LabeledStmt:
			out = n
		}
	}
	return out
}

// leaves reports whether st holds a return (tok RETURN), or a break, continue or goto whose target may lie outside of st.
func leaves(st ast.Stmt, tok token.Token) bool {
	found := false
	var walk func(n ast.Node, loops, breaks int)
	walk = func(n ast.Node, loops, breaks int) {
		ast.Inspect(n, func(c ast.Node) bool {
			switch c := c.(type) {
			case *ast.FuncLit:
				return false
			case *ast.ReturnStmt:
				found = found || tok == token.RETURN
			case *ast.ForStmt, *ast.RangeStmt:
				if c != n {
					walk(c, loops+1, breaks+1)
					return false
				}
			case *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
				if c != n {
					walk(c, loops, breaks+1)
					return false
				}
			case *ast.BranchStmt:
				inside := c.Label == nil && (c.Tok == token.CONTINUE && loops > 0 || c.Tok == token.BREAK && breaks > 0 || c.Tok == token.FALLTHROUGH)
				found = found || tok == token.BREAK && !inside
			}
			return true
		})
	}
	switch st.(type) {
	case *ast.ForStmt, *ast.RangeStmt:
		walk(st, 1, 1)
	case *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
		walk(st, 0, 1)
	default:
		walk(st, 0, 0)
	}
	return found
}

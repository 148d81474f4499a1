package source

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// ends says that the statement ends the loop.
func (b *body) ends(st ast.Stmt) bool {
	switch st := st.(type) {
	case *ast.ReturnStmt:
		return !b.goroutine && (!b.callback || !returnsBool(st, "true"))
	case *ast.BranchStmt:
		if st.Label != nil {
			return st.Tok == token.BREAK && b.labelled(st.Label)
		}
		return st.Tok == token.BREAK && b.breaks == 0 && !b.goroutine
	case *ast.ExprStmt:
		c, ok := st.X.(*ast.CallExpr)
		return ok && b.builtin(c, "panic")
	}
	return false
}

// ended: a block that ends the loop does the same whichever iteration runs it: it sets constants, and returns what does not depend on the
// iteration.
func (b *body) ended(list []ast.Stmt) bool {
	before := b.ending
	b.ending = true
	defer func() { b.ending = before }()
	last := list[len(list)-1]
	for _, st := range list[:len(list)-1] {
		if !b.stmt(st) {
			return false
		}
	}
	switch last := last.(type) {
	case *ast.ReturnStmt:
		for _, e := range last.Results {
			if !b.same(e) {
				return false
			}
		}
		if len(last.Results) == 0 && b.namedResults() {
			return false
		}
	case *ast.ExprStmt:
		if !b.same(last.X.(*ast.CallExpr).Args[0]) {
			return false
		}
	}
	b.exits = append(b.exits, b.s.printedBody(b.effective(list)))
	return true
}

// effective leaves out what only logs.
func (b *body) effective(list []ast.Stmt) []ast.Stmt {
	var out []ast.Stmt
	for _, st := range list {
		if es, ok := st.(*ast.ExprStmt); ok {
			if c, ok := ast.Unparen(es.X).(*ast.CallExpr); ok && b.logs(c) {
				continue
			}
		}
		out = append(out, st)
	}
	return out
}

// namedResults says that the function around has named results, which a bare return gives back.
func (b *body) namedResults() bool {
	for n := b.s.parent(b.node); n != nil; n = b.s.parent(n) {
		var t *ast.FuncType
		switch n := n.(type) {
		case *ast.FuncDecl:
			t = n.Type
		case *ast.FuncLit:
			t = n.Type
		default:
			continue
		}
		return t.Results != nil
	}
	return true
}

// pin says that the condition holds in the iteration of one key at most: one of its conjuncts compares the loop's own key, by the operator,
// with something that does not depend on the iteration.
func (b *body) pin(cond ast.Expr, op token.Token) bool {
	e, ok := ast.Unparen(cond).(*ast.BinaryExpr)
	if !ok || len(b.keys) == 0 {
		return false
	}
	if e.Op == token.LAND && op == token.EQL || e.Op == token.LOR && op == token.NEQ {
		return b.pin(e.X, op) || b.pin(e.Y, op)
	}
	return e.Op == op && (b.isKey(e.X) && b.same(e.Y) || b.isKey(e.Y) && b.same(e.X))
}

// skipsOthers: if key != x { continue }.
func (b *body) skipsOthers(st ast.Stmt) bool {
	i, ok := st.(*ast.IfStmt)
	if !ok || i.Init != nil || i.Else != nil || len(i.Body.List) != 1 || !b.pure(i.Cond) || !b.pin(i.Cond, token.NEQ) || b.loops > 0 {
		return false
	}
	switch to := i.Body.List[0].(type) {
	case *ast.BranchStmt:
		return to.Tok == token.CONTINUE && to.Label == nil
	case *ast.ReturnStmt:
		return b.callback && returnsBool(to, "true")
	}
	return false
}

// isKey says that the expression is a variable which is another in each iteration.
func (b *body) isKey(e ast.Expr) bool {
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return false
	}
	obj := b.info.Uses[id]
	return slices.Contains(b.keys, obj) && !b.assigned[obj]
}

func returnsBool(st *ast.ReturnStmt, word string) bool {
	if len(st.Results) != 1 {
		return false
	}
	id, ok := ast.Unparen(st.Results[0]).(*ast.Ident)
	return ok && id.Name == word
}

func (b *body) builtin(c *ast.CallExpr, name string) bool {
	id, ok := ast.Unparen(c.Fun).(*ast.Ident)
	if !ok || id.Name != name {
		return false
	}
	_, ok = b.info.Uses[id].(*types.Builtin)
	return ok
}

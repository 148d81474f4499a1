package rewrite

import (
	"go/ast"
	"go/token"
)

// clause rewrites a case of a switch.
func (f *function) clause(c scope, n ast.Node, list []ast.Expr, colon token.Pos, body []ast.Stmt) frag {
	out := frag(nil)
	last := n.Pos()
	for _, e := range list {
		f.checkNoSource(c, e)
		out = join(out, f.text(last, e.Pos()), f.expr(c.inline(), e))
		last = e.End()
	}
	bind := f.bind(c, n)
	c.bound = nil
	return join(out, f.text(last, colon+1), bind, f.stmts(c, body, colon+1, n.End()))
}

// checkNoSource reports a source where there is no room for a closure, and what a nested request there must not find.
func (f *function) checkNoSource(c scope, n ast.Node) {
	if !c.closed {
		f.checkTemporaries(n)
	}
	if !c.closed && f.tapesSource(n) && !f.pkg.facts.Replayed(f.node) {
		f.pkg.hinder(n.Pos(), "source in the header of a statement that is not one closure")
	}
}

func (f *function) commClause(c scope, s *ast.CommClause) frag {
	if s.Comm != nil && f.tapesSource(s.Comm) {
		f.pkg.hinder(s.Comm.Pos(), "source in a select case")
	}
	comm := frag(nil)
	from := s.Colon
	if s.Comm != nil {
		from = s.Comm.End()
		comm = join(f.text(s.Pos(), s.Comm.Pos()), f.comm(c.inline(), s.Comm))
	} else {
		comm = f.text(s.Pos(), s.Colon)
	}
	return join(comm, f.text(from, s.Colon+1), f.stmts(c, s.Body, s.Colon+1, s.End()))
}

// comm rewrites the communication of a select case, which has to stay one.
func (f *function) comm(c scope, s ast.Stmt) frag {
	a, ok := s.(*ast.AssignStmt)
	if !ok || a.Tok != token.ASSIGN || !c.touch {
		return f.generic(c, s)
	}
	var out frag
	last := a.Pos()
	for _, e := range a.Lhs {
		out = join(out, f.text(last, e.Pos()), f.target(c, e, true))
		last = e.End()
	}
	return join(out, f.text(last, a.Rhs[0].Pos()), f.generic(c, a.Rhs[0]), f.text(a.Rhs[0].End(), a.End()))
}

package rewrite

import (
	"go/ast"
	"go/token"
)

// rewriteBody rewrites the function's body. What c says of the outside, of a literal, holds inside too.
func (f *function) rewriteBody(outside ...scope) frag {
	c := scope{}
	if len(outside) > 0 {
		c = outside[0]
	}
	if !c.closed || c.called != f.node {
		c.closed, c.unit = false, f.node
	}
	c.touch, c.pre, c.called = c.touch || f.pkg.facts.Replayed(f.node), nil, nil
	sites := len(f.pkg.sites) + f.pkg.performed
	rest := f.stmts(c, f.body.List, f.body.Lbrace+1, f.body.Rbrace)
	enter := frag(nil)
	if len(f.pkg.sites)+f.pkg.performed > sites {
		enter = f.enter()
	}
	return join(f.text(f.body.Lbrace, f.body.Lbrace+1), enter, rest, f.text(f.body.Rbrace, f.body.End()))
}

// stmts rewrites a list of statements and the text around them.
func (f *function) stmts(c scope, list []ast.Stmt, from, to token.Pos) frag {
	var out frag
	for i, s := range list {
		out = append(out, f.text(from, s.Pos())...)
		if !c.closed && f.tail == i && sameList(list, f.body.List) {
			out = append(out, f.tailClosure(c, list[i:])...)
			from = list[len(list)-1].End()
			break
		}
		out = append(out, f.stmt(c, s)...)
		from = s.End()
	}
	return append(out, f.text(from, to)...)
}

func sameList(a, b []ast.Stmt) bool { return len(a) > 0 && len(b) > 0 && &a[0] == &b[0] }

// stmt rewrites a statement of a list; it may become several.
func (f *function) stmt(c scope, s ast.Stmt) frag {
	var pre []frag
	main := f.one(c.collecting(&pre), s)
	out := lines(append(pre, main)...)
	if len(pre) == 0 || c.closed || !f.jumps() || len(f.defined(s)) > 0 {
		return out
	}
	if l, ok := s.(*ast.LabeledStmt); ok {
		f.pkg.problem(l.Pos(), "a labelled statement that needs others before it, in a function with goto")
	}
	return join("{\n", out, "\n}") // lest a goto jump over a declaration
}

// jumps reports whether a goto stands in the function.
func (f *function) jumps() bool {
	return f.body != nil && find(f.body, func(n ast.Node) bool {
		b, ok := n.(*ast.BranchStmt)
		return ok && b.Tok == token.GOTO
	}) != nil
}

// one rewrites a statement; what must run before it goes to c.pre.
func (f *function) one(c scope, s ast.Stmt) frag {
	if !c.closed && f.closed[s] {
		return f.branchClosure(c, s)
	}
	switch s := s.(type) {
	case *ast.LabeledStmt:
		return f.labelled(c, s)
	case *ast.BlockStmt:
		return f.block(c, s)
	case *ast.AssignStmt, *ast.IncDecStmt, *ast.ExprStmt, *ast.SendStmt, *ast.DeclStmt:
		return f.leaf(c, s)
	case *ast.ReturnStmt:
		return f.returns(c, s)
	case *ast.DeferStmt:
		return f.deferred(c, s)
	case *ast.GoStmt:
		return f.goes(c, s)
	case *ast.IfStmt:
		return f.ifs(c, s)
	case *ast.SwitchStmt:
		return f.switches(c, s, s.Init, s.Tag, s.Body)
	case *ast.TypeSwitchStmt:
		return f.switches(c, s, s.Init, nil, s.Body)
	case *ast.ForStmt:
		return f.fors(c, s)
	case *ast.RangeStmt:
		return f.ranges(c, s)
	case *ast.SelectStmt:
		if src, ok := f.pkg.facts.Source(s); ok && c.pre != nil {
			return f.choose(c, s, src)
		}
	case *ast.CaseClause:
		return f.clause(c, s, s.List, s.Colon, s.Body)
	case *ast.CommClause:
		return f.commClause(c, s)
	}
	return f.generic(c.inline(), s)
}

func (f *function) labelled(c scope, s *ast.LabeledStmt) frag {
	if !c.closed && f.closed[s.Stmt] {
		return f.branchClosure(c, s)
	}
	f.checkLabel(s)
	main := f.one(c, s.Stmt)
	if _, block := s.Stmt.(*ast.BlockStmt); !block && len(main) > 0 && main[0].text == "{\n" {
		f.pkg.hinder(s.Pos(), "contaminated variable in the header of a labelled statement")
	}
	return join(f.text(s.Pos(), s.Stmt.Pos()), main)
}

// leaf rewrites a statement without a body.
func (f *function) leaf(c scope, s ast.Stmt) frag {
	if d, ok := s.(*ast.DeclStmt); ok && !hasValues(d) {
		return f.copy(s)
	}
	if c.closed || !f.taped(s) || f.logs(s) {
		if !c.closed {
			f.checkTemporaries(s)
		}
		return f.simple(c, s, false)
	}
	if out, ok := f.panics(c, s); ok {
		return out
	}
	return f.tape(c, s)
}

// checkLabel reports a goto that would jump over what the tape declares.
func (f *function) checkLabel(s *ast.LabeledStmt) {
	jump := find(f.body, func(n ast.Node) bool {
		b, ok := n.(*ast.BranchStmt)
		return ok && b.Tok == token.GOTO && b.Label.Name == s.Label.Name
	})
	if jump != nil && (f.tail >= 0 || len(f.closed) > 0 || find(f.body, func(n ast.Node) bool {
		s, ok := n.(ast.Stmt)
		return ok && f.pkg.facts.Taped(s)
	}) != nil) {
		f.pkg.hinder(jump.Pos(), "goto in a function with contaminated statements")
	}
}

func (f *function) block(c scope, b *ast.BlockStmt) frag {
	return join(f.text(b.Lbrace, b.Lbrace+1), f.stmts(c.inline(), b.List, b.Lbrace+1, b.Rbrace), f.text(b.Rbrace, b.End()))
}

// simple rewrites a statement without a body, in place. Hoisted says that the variables it declares are declared already.
func (f *function) simple(c scope, s ast.Stmt, hoisted bool) frag {
	if c.touch {
		switch s := s.(type) {
		case *ast.AssignStmt:
			return f.assign(c, s, hoisted)
		case *ast.IncDecStmt:
			return join(f.target(c, s.X, true), f.text(s.TokPos, s.End()))
		case *ast.SendStmt:
			f.checkChannel(c, s.Chan)
		case *ast.ExprStmt:
			if live, ok := f.live(c, s.X); ok {
				return live
			}
		}
	}
	if d, ok := s.(*ast.DeclStmt); ok && hoisted {
		return f.assignDecl(c, d)
	}
	if a, ok := s.(*ast.AssignStmt); ok && hoisted {
		return f.assign(c, a, hoisted)
	}
	return f.generic(c, s)
}

// checkChannel reports a channel that lives longer than the code that runs again: what went through it cannot be taken back.
func (f *function) checkChannel(c scope, ch ast.Expr) {
	if !c.touch {
		return
	}
	if id, ok := ast.Unparen(ch).(*ast.Ident); ok && c.unit != nil {
		if obj := f.pkg.TypesInfo.Uses[id]; obj != nil && within(obj.Pos(), c.unit) {
			return
		}
	}
	f.pkg.hinder(ch.Pos(), "a contaminated statement uses a channel that outlives it")
}

// taped reports whether the simple statement must be a closure of its own. A statement with a source in it is taped unless the
// function always runs inside a closure.
func (f *function) taped(s ast.Stmt) bool {
	return f.pkg.facts.Taped(s) || (f.tapesSource(s) || f.bindsTainted(s)) && !f.pkg.facts.Replayed(f.node)
}

// tapesSource reports whether a source stands in n, outside function literals, that has to be drawn in a closure of the tape.
func (f *function) tapesSource(n ast.Node) bool {
	return n != nil && find(n, func(n ast.Node) bool { return f.recordedSource(n) && !f.pkg.facts.recorded[n] }) != nil
}

// holdsSource reports whether a recorded source stands in n, outside function literals.
func (f *function) holdsSource(n ast.Node) bool { return n != nil && find(n, f.recordedSource) != nil }

func (f *function) recordedSource(n ast.Node) bool {
	if _, ok := n.(*ast.CallExpr); !ok {
		return false
	}
	s, ok := f.pkg.facts.Source(n)
	return ok && !s.Determinized
}

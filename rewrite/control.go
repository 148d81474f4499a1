package rewrite

import "go/ast"

// ifs rewrites an if statement whose branch is clean; its header may not be.
func (f *function) ifs(c scope, s *ast.IfStmt) frag {
	var pre []frag
	init, cond := f.header(c.collecting(&pre), s, s.Init, s.Cond)
	head := join(f.text(s.Pos(), s.Pos()+2), " ")
	if init != nil {
		head = join(head, init, "; ")
	}
	out := join(head, cond, f.text(s.Cond.End(), s.Body.Pos()), f.block(c, s.Body))
	if s.Else != nil {
		out = join(out, f.text(s.Body.End(), s.Else.Pos()), f.elses(c, s.Else))
	}
	return f.scoped(c, s.Init, pre, out)
}

// elses rewrites an else branch; an if that needs statements before it gets a block.
func (f *function) elses(c scope, s ast.Stmt) frag {
	var pre []frag
	main := f.one(c.collecting(&pre), s)
	if len(pre) > 0 {
		return join("{\n", lines(append(pre, main)...), "\n}")
	}
	if _, ok := s.(*ast.IfStmt); ok && !c.closed && f.closed[s] {
		return join("{\n", main, "\n}")
	}
	return main
}

// scoped puts what must run before a statement with an init clause where its variables are visible to that statement alone.
func (f *function) scoped(c scope, init ast.Stmt, pre []frag, main frag) frag {
	if len(pre) == 0 {
		return main
	}
	if len(f.defined(init)) == 0 {
		c.before(pre...)
		return main
	}
	return join("{\n", lines(append(pre, main)...), "\n}")
}

// header rewrites an init clause and the expression after it. If one is on the tape both move before the statement.
func (f *function) header(c scope, s, init ast.Stmt, e ast.Expr) (frag, frag) {
	if !c.closed && e != nil {
		f.checkTemporaries(e)
	}
	tape := !c.closed && (f.pkg.facts.Taped(s) || e != nil && f.tapesSource(e) && !f.pkg.facts.Replayed(f.node))
	if init == nil && !tape {
		if e == nil {
			return nil, nil
		}
		return nil, f.expr(c, e)
	}
	if init != nil {
		var pre []frag
		main := f.one(c.collecting(&pre), init)
		if len(pre) == 0 && !tape && (e == nil || !f.needsRoom(c, e)) && !f.wraps(c, init) {
			if e == nil {
				return main, nil
			}
			return main, f.expr(c.inline(), e)
		}
		c.before(append(pre, main)...)
	}
	if e == nil {
		return nil, nil
	}
	if tape {
		return nil, f.tapedValue(c, e, s)
	}
	return nil, f.expr(c, e)
}

// wraps reports whether the init clause has become a call of Do.
func (f *function) wraps(c scope, init ast.Stmt) bool {
	return !c.closed && f.taped(init) && f.parkingCall(init) == nil
}

// needsRoom reports whether something in e may have to move before its statement.
func (f *function) needsRoom(c scope, e ast.Expr) bool {
	return c.touch && find(e, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		return ok && len(f.pkg.facts.Mutates(call)) > 0
	}) != nil
}

// switches rewrites a switch whose control is clean.
func (f *function) switches(c scope, s, initStmt ast.Stmt, tag ast.Expr, body *ast.BlockStmt) frag {
	var pre []frag
	init, value := f.header(c.collecting(&pre), s, initStmt, tag)
	head := join(f.text(s.Pos(), s.Pos()+6), " ")
	if init != nil {
		head = join(head, init, "; ")
	}
	if t, ok := s.(*ast.TypeSwitchStmt); ok {
		f.checkNoSource(c, t.Assign)
		value = f.generic(c.inline(), t.Assign)
		if b, ok := f.binding(c.collecting(&pre), t); ok {
			c.bound, value = b, join(b.operand, ".(type)")
		}
	}
	out := join(head, value, " ", f.block(c, body))
	return f.scoped(c, initStmt, pre, out)
}

// fors rewrites a loop whose control is clean. There is no room for statements in its header.
func (f *function) fors(c scope, s *ast.ForStmt) frag {
	out := f.text(s.Pos(), s.Pos()+3)
	last := s.Pos() + 3
	part := func(n ast.Node, text frag) {
		out = join(out, f.text(last, n.Pos()), text)
		last = n.End()
	}
	own := f.ownVars(s)
	var ahead []frag // what the init clause has become, if it moves before the loop
	if s.Init != nil {
		var pre []frag
		main := f.headerStmt(c.collecting(&pre), s.Init, own)
		switch {
		case c.closed || len(f.defined(s.Init)) == 0:
			c.before(pre...)
			part(s.Init, main)
		case len(pre) == 0 && !f.sharesVars(s):
			part(s.Init, main)
		default:
			f.checkShared(s)
			ahead = append(pre, main)
			out, last = join(out, " ;"), f.semicolonAfter(s.Init)+1
		}
	}
	if s.Cond != nil {
		f.checkNoSource(c, s.Cond)
		part(s.Cond, f.expr(c.inline(), s.Cond))
	}
	if s.Post != nil {
		post := f.headerStmt(c.inline(), s.Post, own && f.assignsOnly(s.Post, f.defined(s.Init)))
		if !post.oneLine() {
			post = join("func() {\n", post, "\n}()")
		}
		part(s.Post, post)
	}
	out = join(out, f.text(last, s.Body.Pos()), f.block(c, s.Body))
	if len(ahead) == 0 {
		return out
	}
	return join("{\n", lines(append(ahead, out)...), "\n}")
}

// headerStmt rewrites the init or post statement of a loop; one that writes clean variables of the iteration alone is no closure.
func (f *function) headerStmt(c scope, s ast.Stmt, own bool) frag {
	if own {
		return f.simple(c, s, false)
	}
	var pre []frag
	main := f.one(c.collecting(&pre), s)
	if c.pre != nil {
		c.before(pre...)
		return main
	}
	return lines(append(pre, main)...)
}

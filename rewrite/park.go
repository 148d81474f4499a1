package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
)

// parkingCall returns the call in n that may issue a nested request, or nil.
func (f *function) parkingCall(n ast.Node) *ast.CallExpr {
	call, _ := find(n, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		return ok && f.pkg.facts.Parks(call)
	}).(*ast.CallExpr)
	return call
}

// park rewrites a statement on the tape that may issue a nested request. The call stays outside closures, what is contaminated in its
// arguments moves before it, and what the statement does with its results comes after.
func (f *function) park(c scope, s ast.Stmt, call *ast.CallExpr) frag {
	if fn := f.callee(call); fn != nil && f.pkg.isOwn(fn) && f.pkg.facts.Tainted(call) { // the reply of a nested request is no source
		f.pkg.hinder(call.Pos(), "contaminated result of a call that may issue a nested request")
	}
	if n := f.parkingCall(&ast.CompositeLit{Elts: call.Args}); n != nil {
		f.pkg.hinder(n.Pos(), "nested request in the argument of a nested request")
	}
	f.parkArgs(c, call)
	switch s := s.(type) {
	case *ast.ExprStmt:
		if ast.Unparen(s.X) == call {
			return f.generic(c, s)
		}
	case *ast.ReturnStmt:
		if len(s.Results) == 1 && ast.Unparen(s.Results[0]) == call {
			return f.generic(c, s)
		}
	case *ast.AssignStmt:
		if len(s.Rhs) == 1 && ast.Unparen(s.Rhs[0]) == call {
			return f.parkAssign(c, s, call)
		}
	}
	f.checkFirst(s, call)
	results := 1
	if t, ok := f.pkg.TypesInfo.TypeOf(call).(*types.Tuple); ok {
		results = t.Len()
	}
	names := f.freshList("v", results)
	c.before(join(names, " := ", f.call(c, call)))
	f.subst[call] = names
	if r, ok := s.(*ast.ReturnStmt); ok {
		return f.generic(c, r)
	}
	return f.tapeRest(c, s)
}

// parkArgs moves the contaminated arguments of a nested request before it, with those that Go evaluates before them.
func (f *function) parkArgs(c scope, call *ast.CallExpr) {
	last := -1
	for i, a := range call.Args {
		if f.parkArg(a) {
			last = i
		}
	}
	for i := 0; i <= last; i++ {
		a := call.Args[i]
		switch {
		case f.parkArg(a):
			f.subst[a] = f.tapedValue(c, a, a)
		case f.calls(a):
			name := f.root.names.fresh("arg")
			c.before(join(name+" := ", f.expr(c, a)))
			f.subst[a] = join(name)
		}
	}
	if f.tapesSource(call.Fun) || last >= 0 && f.calls(call.Fun) {
		f.pkg.hinder(call.Pos(), "the receiver of a nested request is the result of a call, and it or an argument is contaminated: keep it in a variable")
	}
}

// parkArg reports whether the argument draws a contaminated value or computes one.
func (f *function) parkArg(a ast.Expr) bool {
	return f.tapesSource(a) || find(a, func(n ast.Node) bool {
		e, ok := n.(ast.Expr)
		return ok && f.operation(n) && f.pkg.facts.Tainted(e)
	}) != nil
}

// parkAssign assigns the results of a nested request. Local variables take them directly.
func (f *function) parkAssign(c scope, s *ast.AssignStmt, call *ast.CallExpr) frag {
	direct := true
	for _, l := range s.Lhs {
		_, ok := l.(*ast.Ident)
		direct = direct && ok
	}
	if direct {
		return f.generic(c, s)
	}
	names := f.freshList("v", len(s.Lhs))
	c.before(join(names, " := ", f.call(c, call)))
	f.subst[s.Rhs[0]] = names
	return f.tapeRest(c, s)
}

// freshList returns new names in a list.
func (f *function) freshList(base string, n int) frag {
	var all []frag
	for range n {
		all = append(all, join(f.root.names.fresh(base)))
	}
	return list(all...)
}

// tapeRest makes what is left of the statement a closure.
func (f *function) tapeRest(c scope, s ast.Stmt) frag {
	if !f.pkg.facts.Taped(s) {
		return f.simple(c, s, false)
	}
	c.before(f.declarations(s)...)
	inner, copies := f.copies(c, s)
	c.before(copies...)
	var pre []frag
	main := f.simple(inner.enclosed(s).collecting(&pre), s, true)
	return f.closure(sequence(append(pre, main)...))
}

// checkFirst reports code in a contaminated statement that Go would run before the call.
func (f *function) checkFirst(s ast.Stmt, call *ast.CallExpr) {
	walk(s, func(stack []ast.Node) {
		n := stack[len(stack)-1]
		if n == call {
			for i, up := range stack[:len(stack)-1] {
				b, ok := up.(*ast.BinaryExpr)
				if ok && (b.Op == token.LAND || b.Op == token.LOR) && stack[i+1] == b.Y {
					f.pkg.hinder(call.Pos(), "conditional nested request in a contaminated statement")
				}
			}
		}
		if f.realCall(n) && n.End() <= call.Pos() {
			f.pkg.hinder(n.Pos(), "call before a nested request in the same contaminated statement")
		}
	})
}

// checkTemporaries reports a contaminated value that n, which is in no closure, computes before a nested request and uses after it:
// Go keeps it where no replay corrects it. Variables are read after the call.
func (f *function) checkTemporaries(n ast.Node) {
	call := f.parkingCall(n)
	if call == nil {
		return
	}
	walk(n, func(stack []ast.Node) {
		e, ok := stack[len(stack)-1].(ast.Expr)
		if ok && e.End() <= call.Pos() && f.pkg.facts.Tainted(e) && f.temporary(e) && !f.moved(stack) {
			f.pkg.hinder(e.Pos(), "contaminated %s is computed before a nested request in the same statement: assign it to a variable first", f.spelled(e))
		}
	})
}

// temporary reports whether Go may evaluate e before a call that follows it in the same statement.
func (f *function) temporary(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.IndexExpr:
		_, isMap := f.pkg.TypesInfo.TypeOf(e.X).Underlying().(*types.Map)
		return isMap
	case *ast.TypeAssertExpr, *ast.CompositeLit, *ast.CallExpr:
		return true
	}
	return f.operation(e)
}

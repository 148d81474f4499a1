package rewrite

import (
	"go/ast"
	"go/token"
)

// panics rewrites a call of panic that is on the tape. The argument is evaluated in a closure, the panic stays outside: it may be what ends
// a function with results.
func (f *function) panics(c scope, s ast.Stmt) (frag, bool) {
	e, ok := s.(*ast.ExprStmt)
	if !ok {
		return nil, false
	}
	call, ok := ast.Unparen(e.X).(*ast.CallExpr)
	if !ok || f.builtin(call) != "panic" {
		return nil, false
	}
	arg := call.Args[0]
	if f.constant(arg) {
		return f.copy(s), true
	}
	return join(f.text(s.Pos(), arg.Pos()), f.tapedValue(c, arg, arg), f.text(arg.End(), s.End())), true
}

// terminates reports whether Go takes s for the end of a function with results. Inside a closure it cannot be that any more.
func (f *function) terminates(s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.ExprStmt:
		call, ok := s.X.(*ast.CallExpr)
		return ok && f.builtin(call) == "panic"
	case *ast.BlockStmt:
		return f.lastTerminates(s.List)
	case *ast.LabeledStmt:
		return f.terminates(s.Stmt)
	case *ast.IfStmt:
		return s.Else != nil && f.terminates(s.Body) && f.terminates(s.Else)
	case *ast.ForStmt:
		return s.Cond == nil && !f.left(s)
	case *ast.SwitchStmt:
		return f.clausesTerminate(s, s.Body)
	case *ast.TypeSwitchStmt:
		return f.clausesTerminate(s, s.Body)
	}
	return false
}

func (f *function) lastTerminates(list []ast.Stmt) bool {
	return len(list) > 0 && f.terminates(list[len(list)-1])
}

func (f *function) clausesTerminate(s ast.Stmt, body *ast.BlockStmt) bool {
	all, fallback := true, false
	for _, clause := range body.List {
		clause := clause.(*ast.CaseClause)
		fallback = fallback || clause.List == nil
		through := false
		if n := len(clause.Body); n > 0 {
			b, ok := clause.Body[n-1].(*ast.BranchStmt)
			through = ok && b.Tok == token.FALLTHROUGH
		}
		all = all && (through || f.lastTerminates(clause.Body))
	}
	return all && fallback && !f.left(s)
}

// left reports whether a break leaves the statement.
func (f *function) left(s ast.Stmt) bool {
	found := false
	label := f.labels[s]
	walk(s, func(stack []ast.Node) {
		b, ok := stack[len(stack)-1].(*ast.BranchStmt)
		if !ok || b.Tok != token.BREAK {
			return
		}
		if b.Label != nil {
			found = found || b.Label.Name == label
			return
		}
		for i := len(stack) - 2; i >= 0; i-- {
			if jumpsTo(b, stack, i) {
				found = found || i == 0
				return
			}
		}
	})
	return found
}

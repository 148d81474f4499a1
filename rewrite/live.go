package rewrite

import (
	"go/ast"
	"go/types"
	"strings"
)

// live wraps a call that must not be repeated when the tape is replayed: a mutex, or log output.
func (f *function) live(c scope, e ast.Expr) (frag, bool) {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return nil, false
	}
	fn := f.callee(call)
	if fn == nil || fn.Pkg() == nil {
		return nil, false
	}
	switch {
	case isLock(fn) && !f.effects(call.Fun):
		f.edits++
		return join(f.rt()+".Live(", f.expr(c, call.Fun), ")"), true
	case isLog(fn) && !f.holdsSource(call) && !f.argEffects(call):
		f.edits++
		return join(f.rt()+".Live(func() { ", f.generic(c.inline(), call), " })"), true
	}
	return nil, false
}

// logs reports whether the statement only writes to a log: a replay need not write it again.
func (f *function) logs(s ast.Stmt) bool {
	e, ok := s.(*ast.ExprStmt)
	if !ok {
		return false
	}
	call, ok := ast.Unparen(e.X).(*ast.CallExpr)
	if !ok || f.holdsSource(call) || f.argEffects(call) {
		return false
	}
	fn := f.callee(call)
	return fn != nil && fn.Pkg() != nil && isLog(fn)
}

func (f *function) argEffects(call *ast.CallExpr) bool {
	for _, a := range call.Args {
		if f.effects(a) {
			return true
		}
	}
	return f.effects(call.Fun)
}

func isLock(fn *types.Func) bool {
	if fn.Pkg().Path() != "sync" || fn.Signature().Recv() == nil {
		return false
	}
	switch fn.Name() {
	case "Lock", "Unlock", "RLock", "RUnlock":
		return true
	}
	return false
}

func isLog(fn *types.Func) bool {
	switch fn.Pkg().Path() {
	case "log", "log/slog":
		return fn.Signature().Results().Len() == 0
	case "fmt":
		return strings.HasPrefix(fn.Name(), "Print")
	}
	return false
}

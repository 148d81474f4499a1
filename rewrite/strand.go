package rewrite

import (
	"go/ast"
	"go/types"
)

// goes makes a goroutine that a handler starts a strand of the op. The statement's operands are evaluated now, as Go does.
func (f *function) goes(c scope, s *ast.GoStmt) frag {
	if !f.pkg.facts.Reached(f.node) {
		return f.generic(c, s)
	}
	f.edits++
	fun, args := f.frozenFun(c, s.Call), f.frozenArgs(c, s.Call)
	sig, _ := f.pkg.TypesInfo.TypeOf(s.Call.Fun).Underlying().(*types.Signature)
	start := f.rt() + ".Go("
	if len(args) == 0 && sig != nil && sig.Results().Len() == 0 {
		return join(start, fun, ")")
	}
	return join(start+"func() { ", fun, "(", list(args...), ") })")
}

// strandCall wraps the function that a library will run on a goroutine.
func (f *function) strandCall(c scope, call *ast.CallExpr) (frag, bool) {
	fn := f.callee(call)
	if fn == nil || len(call.Args) != 1 || !f.pkg.facts.Reached(f.node) {
		return nil, false
	}
	var wrap string
	switch fn.FullName() {
	case "(*sync.WaitGroup).Go":
		wrap = "Strand"
	case "(*golang.org/x/sync/errgroup.Group).Go":
		wrap = "StrandErr"
	case "(*golang.org/x/sync/errgroup.Group).TryGo":
		f.pkg.problem(call.Pos(), "errgroup TryGo in a handler: whether the goroutine starts is not known before")
		return f.copy(call), true
	default:
		return nil, false
	}
	f.edits++
	arg := call.Args[0]
	return join(f.expr(c, call.Fun), f.text(call.Fun.End(), arg.Pos()), f.rt()+"."+wrap+"(", f.expr(c, arg), ")", f.text(arg.End(), call.End())), true
}

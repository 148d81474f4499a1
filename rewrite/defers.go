package rewrite

import (
	"go/ast"
	"go/types"
)

// deferred rewrites a defer statement. On the tape, its arguments become variables that a replay corrects, and the call a closure.
func (f *function) deferred(c scope, s *ast.DeferStmt) frag {
	lit, _ := ast.Unparen(s.Call.Fun).(*ast.FuncLit)
	if c.closed || !f.pkg.facts.Taped(s) && !f.tapesSource(s.Call) && !f.bindsTainted(s.Call) || lit != nil && len(s.Call.Args) == 0 {
		if live, ok := f.deferredLive(c, s.Call); ok {
			return join(f.text(s.Pos(), s.Call.Pos()), live)
		}
		if f.pkg.facts.Effect(s.Call) != "" {
			return join(f.text(s.Pos(), s.Call.Pos()), f.effect(c, s.Call, true))
		}
		return f.generic(c, s)
	}
	if call := f.parkingCall(s); call != nil {
		f.pkg.hinder(call.Pos(), "deferred nested request with contaminated arguments")
	}
	if f.recovers(s.Call) {
		f.pkg.hinder(s.Pos(), "deferred call that recovers, with contaminated arguments")
	}
	var fun frag
	if lit != nil {
		fun = f.literal(c.enclosed(s.Call).calling(lit), lit)
	} else {
		fun = f.frozenFun(c, s.Call)
	}
	args := f.frozenArgs(c, s.Call)
	if len(args) == 0 && isDeferredLock(f.callee(s.Call)) {
		return join("defer "+f.rt()+".Live(", fun, ")")
	}
	return join(f.text(s.Pos(), s.Call.Pos()), "func() { ", f.closure(join(fun, "(", list(args...), ")")), " }()")
}

func isDeferredLock(fn *types.Func) bool { return fn != nil && fn.Pkg() != nil && isLock(fn) }

// deferredLive keeps a deferred unlock out of a replay.
func (f *function) deferredLive(c scope, call *ast.CallExpr) (frag, bool) {
	if !c.touch || !isDeferredLock(f.callee(call)) {
		return nil, false
	}
	return f.live(c.inline(), call)
}

// recovers reports whether the callee calls recover itself.
func (f *function) recovers(call *ast.CallExpr) bool {
	var body ast.Node
	if lit, ok := call.Fun.(*ast.FuncLit); ok {
		body = lit.Body
	} else if fn := f.callee(call); fn != nil {
		if d, ok := f.pkg.decls[fn.FullName()]; ok {
			body = d.Body
		}
	}
	return body != nil && find(body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		id, named := ast.Node(nil), false
		if ok {
			id = call.Fun
		}
		name, named := id.(*ast.Ident)
		return named && name.Name == "recover"
	}) != nil
}

// frozenArgs evaluates a call's arguments before the current statement, as defer and go do, and returns what to pass later.
func (f *function) frozenArgs(c scope, call *ast.CallExpr) []frag {
	var args []frag
	for i, a := range call.Args {
		var arg frag
		switch {
		case f.constant(a):
			arg = f.copy(a)
		case !c.closed && (f.tapesSource(a) || f.pkg.facts.Tainted(a) || f.bindsTainted(a)):
			arg = f.tapedValue(c, a, a)
		case f.unwritten(a):
			arg = f.expr(c, a)
		default:
			name := f.root.names.fresh("arg")
			c.before(join(name+" := ", f.expr(c, a)))
			arg = join(name)
		}
		if call.Ellipsis.IsValid() && i == len(call.Args)-1 {
			arg = join(arg, "...")
		}
		args = append(args, arg)
	}
	return args
}

// unwritten reports whether e is a local variable that nothing assigns to after its declaration.
func (f *function) unwritten(e ast.Expr) bool {
	id, ok := ast.Unparen(e).(*ast.Ident)
	return ok && f.root.body != nil && f.local(id) && !f.assigns(f.root.body, f.pkg.TypesInfo.Uses[id])
}

// frozenFun evaluates what is called. Package-level functions, literals and methods of variables that stay as they are need nothing.
func (f *function) frozenFun(c scope, call *ast.CallExpr) frag {
	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.FuncLit:
		return f.expr(c, fun)
	case *ast.SelectorExpr:
		sel := f.pkg.TypesInfo.Selections[fun]
		if sel == nil {
			return f.expr(c, fun)
		}
		if isReference(f.pkg.TypesInfo.TypeOf(fun.X)) && f.unwritten(fun.X) {
			return f.expr(c, fun)
		}
		if !c.closed && f.bindsTainted(fun) {
			return f.tapedValue(c, fun, fun)
		}
		name := f.root.names.fresh(fun.Sel.Name)
		c.before(join(name+" := ", f.expr(c, fun)))
		return join(name)
	}
	if f.callee(call) != nil || f.builtin(call) != "" {
		return f.expr(c, call.Fun)
	}
	if !c.closed && f.calls(call.Fun) && (f.tapesSource(call.Fun) || f.pkg.facts.Tainted(call.Fun)) {
		return f.tapedValue(c, call.Fun, call.Fun)
	}
	name := f.root.names.fresh("fn")
	c.before(join(name+" := ", f.expr(c, call.Fun)))
	return join(name)
}

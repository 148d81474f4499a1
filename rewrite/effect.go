package rewrite

import (
	"fmt"
	"go/ast"
	"go/types"
	"path/filepath"
)

// effect makes a call an external effect. What it is called with is evaluated now; the call itself runs when the host says so, while the
// handler waits. Frozen says that the statement runs later than its operands are evaluated, as a defer does.
func (f *function) effect(c scope, call *ast.CallExpr, frozen bool) frag {
	f.edits++
	f.pkg.performed++
	sig, ok := f.pkg.TypesInfo.TypeOf(call.Fun).Underlying().(*types.Signature)
	if !ok || sig.Results().Len() > 3 {
		f.pkg.problem(call.Pos(), "an external effect that cannot be wrapped")
		return f.copy(call)
	}
	results := ""
	if sig.Results().Len() > 0 {
		if results, ok = f.resultTypes(sig, call); !ok {
			return f.copy(call)
		}
	}
	e := &operands{function: f, scope: c.inline(), frozen: frozen}
	body := join(e.callee(call), "(", e.args(call), ")")
	at := f.pkg.Fset.Position(call.Pos())
	name := fmt.Sprintf("(%q, %q, ", fmt.Sprintf("%s:%d", filepath.Base(at.Filename), at.Line), f.pkg.facts.Effect(call))
	switch sig.Results().Len() {
	case 0:
		return e.wrap("", join(f.rt()+".Effect", name, "func() struct{} {\n", body, "\nreturn struct{}{}\n})"))
	case 1:
		body = join(f.rt()+".Effect", name, "func() ", results, " { return ", body, " })")
	default:
		body = join(fmt.Sprintf("%s.Effect%d", f.rt(), sig.Results().Len()), name, "func() ", results, " { return ", body, " })")
	}
	return e.wrap(results, join("return ", body))
}

// operands are those of an effect that have to be evaluated before it: they become parameters of a function around.
type operands struct {
	*function
	scope         scope
	frozen        bool
	params, given []frag
}

// callee is what is called: a function, or a method whose receiver does not change while the handler waits.
func (e *operands) callee(call *ast.CallExpr) frag {
	fun := ast.Unparen(call.Fun)
	if sel, ok := fun.(*ast.SelectorExpr); ok && e.pkg.TypesInfo.Selections[sel] == nil {
		return e.expr(e.scope, fun)
	} else if ok && e.stays(sel.X) {
		return e.expr(e.scope, fun)
	}
	if e.function.callee(call) != nil && e.pkg.TypesInfo.Selections[selector(fun)] == nil || e.stays(fun) {
		return e.expr(e.scope, fun)
	}
	return e.param(fun, "call", e.pkg.TypesInfo.TypeOf(fun))
}

func selector(e ast.Expr) *ast.SelectorExpr {
	sel, _ := e.(*ast.SelectorExpr)
	return sel
}

func (e *operands) args(call *ast.CallExpr) frag {
	var all []frag
	for i, a := range call.Args {
		arg := e.arg(a)
		if call.Ellipsis.IsValid() && i == len(call.Args)-1 {
			arg = join(arg, "...")
		}
		all = append(all, arg)
	}
	return list(all...)
}

func (e *operands) arg(a ast.Expr) frag {
	if e.stays(a) {
		return e.expr(e.scope, a)
	}
	return e.param(a, "arg", types.Default(e.pkg.TypesInfo.TypeOf(a)))
}

// stays reports whether the operand is the same when the effect runs: a constant, or a variable of the handler, which waits.
func (e *operands) stays(x ast.Expr) bool {
	if e.constant(x) {
		return true
	}
	if _, moved := e.subst[x]; moved {
		return !e.frozen
	}
	id, ok := ast.Unparen(x).(*ast.Ident)
	return ok && e.local(id) && (!e.frozen || e.unwritten(id))
}

// param makes the operand a parameter, which no replay of the tape would correct.
func (e *operands) param(x ast.Expr, base string, t types.Type) frag {
	if e.pkg.facts.Tainted(x) {
		e.pkg.hinder(x.Pos(), "contaminated %s is an operand of an external effect: assign it to a variable first", e.spelled(x))
	}
	spelled, ok := e.typeName(t, x.Pos())
	if !ok {
		e.pkg.problem(x.Pos(), "type %s cannot be named here", t)
	}
	name := e.root.names.fresh(base)
	e.params = append(e.params, join(name+" "+spelled))
	e.given = append(e.given, e.expr(e.scope, x))
	return join(name)
}

// wrap puts the function around, if it is needed. Without one, body must be the expression itself.
func (e *operands) wrap(results string, body frag) frag {
	if len(e.params) == 0 {
		if len(body) > 0 && body[0].text == "return " {
			return body[1:]
		}
		return body
	}
	if results != "" {
		results += " "
	}
	return join("func(", list(e.params...), ") "+results+"{ ", body, " }(", list(e.given...), ")")
}

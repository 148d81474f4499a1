package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/types/typeutil"
)

// expr rewrites an expression whose value is wanted.
func (f *function) expr(c scope, e ast.Expr) frag {
	if sub, ok := f.subst[e]; ok {
		return sub
	}
	if f.cuttable(c, e) {
		return f.cutExpr(c, e)
	}
	switch e := e.(type) {
	case *ast.CallExpr:
		return f.call(c, e)
	case *ast.BinaryExpr:
		if e.Op == token.LAND || e.Op == token.LOR {
			return join(f.expr(c, e.X), f.text(e.X.End(), e.Y.Pos()), f.expr(c.inline(), e.Y))
		}
	case *ast.UnaryExpr:
		if e.Op == token.AND {
			return join(f.text(e.Pos(), e.X.Pos()), f.place(c, e.X))
		}
		if e.Op == token.ARROW {
			f.checkChannel(c, e.X)
		}
	}
	return f.place(c, e)
}

// place rewrites an expression that has to stay addressable if it is.
func (f *function) place(c scope, e ast.Expr) frag {
	if sub, ok := f.subst[e]; ok {
		return sub
	}
	switch e := e.(type) {
	case *ast.Ident:
		obj := f.pkg.TypesInfo.ObjectOf(e)
		name, ok := c.rename[obj]
		if !ok {
			name, ok = f.renamed[obj]
		}
		if ok {
			return frag{{name, f.tok.Offset(e.Pos())}}
		}
		return f.copy(e)
	case *ast.FuncLit:
		return f.literal(c, e)
	case *ast.ParenExpr:
		return join(f.text(e.Pos(), e.X.Pos()), f.place(c, e.X), f.text(e.X.End(), e.End()))
	case *ast.SelectorExpr:
		if tier, ok := f.enterName(e); ok {
			return tier
		}
		f.checkServerMethod(e)
		return join(f.place(c, e.X), f.text(e.X.End(), e.End()))
	case *ast.IndexExpr:
		return join(f.place(c, e.X), f.text(e.X.End(), e.Index.Pos()), f.expr(c, e.Index), f.text(e.Index.End(), e.End()))
	case *ast.SliceExpr:
		out, last := f.place(c, e.X), e.X.End()
		for _, i := range []ast.Expr{e.Low, e.High, e.Max} {
			if i != nil {
				out = join(out, f.text(last, i.Pos()), f.expr(c, i))
				last = i.End()
			}
		}
		return join(out, f.text(last, e.End()))
	case *ast.CallExpr:
		return f.call(c, e)
	case *ast.BinaryExpr, *ast.UnaryExpr, *ast.StarExpr, *ast.CompositeLit, *ast.KeyValueExpr, *ast.TypeAssertExpr:
		return f.generic(c, e)
	}
	return f.copy(e) // types
}

// literal rewrites a function literal, a function of its own.
func (f *function) literal(c scope, e *ast.FuncLit) frag {
	root := f.root
	if root.body == nil { // of a package-level variable
		root = nil
	}
	g := f.file.function(e, root)
	return join(f.text(e.Pos(), e.Body.Pos()), g.rewriteBody(c))
}

// call rewrites a call by the first rule that knows it.
func (f *function) call(c scope, call *ast.CallExpr) frag {
	if f.pkg.facts.Effect(call) != "" {
		return f.effect(c, call, false)
	}
	if src, ok := f.pkg.facts.Source(call); ok {
		return f.record(c, call, src)
	}
	if out, ok := f.enterCall(c, call); ok {
		return out
	}
	if out, ok := f.strandCall(c, call); ok {
		return out
	}
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok {
		c = c.calling(lit)
	}
	if f.builtin(call) == "close" {
		f.checkChannel(c, call.Args[0])
	}
	if c.touch {
		f.checkBound(call)
		if out, ok := f.touchBuiltin(c, call); ok {
			return out
		}
		if out, ok := f.deep(c, call); ok {
			return out
		}
	}
	return f.generic(c, call)
}

// args rewrites the arguments of a call.
func (f *function) args(c scope, call *ast.CallExpr) []frag {
	var args []frag
	for i, a := range call.Args {
		arg := f.expr(c, a)
		if i == len(call.Args)-1 && call.Ellipsis.IsValid() {
			arg = join(arg, "...")
		}
		args = append(args, arg)
	}
	return args
}

// spread joins rewritten arguments with the text that stood between them.
func (f *function) spread(call *ast.CallExpr, args []frag) frag {
	if len(args) == 0 {
		return nil
	}
	out := f.text(call.Lparen+1, call.Args[0].Pos())
	for i, a := range args {
		out = append(out, a...)
		if i+1 < len(args) {
			out = append(out, f.text(call.Args[i].End(), call.Args[i+1].Pos())...)
		}
	}
	last := call.Args[len(args)-1].End()
	if call.Ellipsis.IsValid() {
		last = call.Ellipsis + 3
	}
	return append(out, f.text(last, call.Rparen)...)
}

// callee is the function that call calls statically, or nil.
func (f *function) callee(call *ast.CallExpr) *types.Func {
	fn, _ := typeutil.Callee(f.pkg.TypesInfo, call).(*types.Func)
	if fn != nil {
		fn = fn.Origin()
	}
	return fn
}

// isConversion reports whether call converts a value.
func (f *function) isConversion(call *ast.CallExpr) bool {
	return f.pkg.TypesInfo.Types[call.Fun].IsType()
}

// builtin returns the name of the builtin that call calls, or "".
func (f *function) builtin(call *ast.CallExpr) string {
	if b, ok := typeutil.Callee(f.pkg.TypesInfo, call).(*types.Builtin); ok {
		return b.Name()
	}
	return ""
}

// realCall reports whether n is a call that may run user code: no conversion and no builtin.
func (f *function) realCall(n ast.Node) bool {
	call, ok := n.(*ast.CallExpr)
	return ok && !f.isConversion(call) && f.builtin(call) == ""
}

// calls reports whether evaluating e, where it stands, still runs code or receives.
func (f *function) calls(e ast.Node) bool {
	found := false
	walk(e, func(stack []ast.Node) {
		n := stack[len(stack)-1]
		u, ok := n.(*ast.UnaryExpr)
		found = found || (ok && u.Op == token.ARROW || f.realCall(n)) && !f.moved(stack)
	})
	return found
}

// moved reports whether something of the stack has moved to a statement before.
func (f *function) moved(stack []ast.Node) bool {
	for _, n := range stack {
		if _, ok := f.subst[n]; ok {
			return true
		}
	}
	return false
}

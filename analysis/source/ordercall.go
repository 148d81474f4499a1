package source

import (
	"go/ast"
	"go/token"
	"go/types"
)

// calls: conversions, builtins that only read, and functions that write nothing and read nothing that the body writes.
func (b *body) calls(c *ast.CallExpr) bool {
	if b.info.Types[c.Fun].IsType() {
		return b.pureAll(c.Args)
	}
	for _, name := range []string{"len", "cap", "min", "max", "make", "new", "real", "imag", "complex"} {
		if b.builtin(c, name) {
			return b.pureAll(c.Args)
		}
	}
	if b.builtin(c, "append") { // to what is new
		return b.s.makes(c.Args[0], nil) && b.pureAll(c.Args[1:]) || b.emptyConversion(c.Args[0]) && b.pureAll(c.Args[1:])
	}
	f := b.s.callee(c)
	if f == nil || !b.receiverPure(c, f) {
		return false
	}
	for _, a := range c.Args {
		if _, lit := ast.Unparen(a).(*ast.FuncLit); !(lit && !b.s.f.own(f) && b.callsPure(a)) && !b.pure(a) {
			return false
		}
	}
	if b.s.f.own(f) {
		fn := b.s.fn.Prog.FuncValue(f.Origin())
		return fn != nil && b.s.f.all.pure(fn) && b.apart(b.s.f.all.reads(fn))
	}
	return b.libraryPure(c, f)
}

// emptyConversion: []T(nil).
func (b *body) emptyConversion(e ast.Expr) bool {
	c, ok := ast.Unparen(e).(*ast.CallExpr)
	return ok && b.info.Types[c.Fun].IsType() && len(c.Args) == 1 && b.info.Types[c.Args[0]].IsNil()
}

// receiverPure: the expression before a method's name.
func (b *body) receiverPure(c *ast.CallExpr, f *types.Func) bool {
	if f.Signature().Recv() == nil {
		return true
	}
	sel, ok := ast.Unparen(c.Fun).(*ast.SelectorExpr)
	return ok && b.pure(sel.X)
}

// libraryPure asks the dictionary. What the function writes must be the iteration's own.
func (b *body) libraryPure(c *ast.CallExpr, f *types.Func) bool {
	known, ok := b.s.f.dict.Lookup(f)
	switch {
	case known.Superficial:
		return true
	case !ok || known.External || known.Local || known.Persists != "" || len(known.Goes) > 0:
		return false
	}
	for _, i := range written(known) {
		if arg := b.argument(c, f, i); arg != nil && !b.ownMemory(arg, i) {
			return false
		}
	}
	for _, i := range known.Calls {
		if arg := b.argument(c, f, i); arg != nil && !b.callsPure(arg) && !b.ownMemory(arg, i) {
			return false
		}
	}
	return true
}

// ownMemory says that what the i-th operand leads to belongs to the iteration.
func (b *body) ownMemory(arg ast.Expr, i int) bool {
	if and, ok := ast.Unparen(arg).(*ast.UnaryExpr); ok && and.Op == token.AND {
		return b.local(and.X)
	}
	if i >= 0 || !b.value(arg) {
		return b.newHere(arg)
	}
	return b.local(arg)
}

// callsPure says that calling the argument writes nothing and reads nothing that the body writes: an own function, a literal, or a value
// without methods.
func (b *body) callsPure(arg ast.Expr) bool {
	switch typeOf(b.info, arg).Underlying().(type) {
	case *types.Basic:
		return true
	case *types.Signature:
	default:
		return false
	}
	if lit, ok := ast.Unparen(arg).(*ast.FuncLit); ok {
		fn := b.s.literal(b.s.fn, lit)
		return fn != nil && b.s.f.all.pure(fn) && b.apart(b.s.f.all.reads(fn)) && !b.namesWritten(lit)
	}
	f := b.s.function(arg)
	if f == nil || !b.s.f.own(f) {
		return false
	}
	fn := b.s.fn.Prog.FuncValue(f.Origin())
	return fn != nil && b.s.f.all.pure(fn) && b.apart(b.s.f.all.reads(fn))
}

// namesWritten says that the node names a variable or field that leads to what the body writes.
func (b *body) namesWritten(n ast.Node) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && b.roots[b.object(id)]
		return !found
	})
	return found
}

// argument is the i-th argument, -1 the receiver, nil if there is none.
func (b *body) argument(c *ast.CallExpr, f *types.Func, i int) ast.Expr {
	if i < 0 {
		if sel, ok := ast.Unparen(c.Fun).(*ast.SelectorExpr); ok && f.Signature().Recv() != nil {
			return sel.X
		}
		return nil
	}
	if i < len(c.Args) {
		return c.Args[i]
	}
	return nil
}

// apart says that none of the places is one that the body writes.
func (b *body) apart(read map[place]bool) bool {
	for at := range read {
		if b.written[at] {
			return false
		}
	}
	return true
}

// logs: a call whose effect nobody reads again, whose arguments write nothing.
func (b *body) logs(c *ast.CallExpr) bool {
	f := b.s.callee(c)
	if f == nil || b.s.f.own(f) {
		return false
	}
	known, _ := b.s.f.dict.Lookup(f)
	if !known.Superficial {
		return false
	}
	quiet := true
	ast.Inspect(c, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			quiet = quiet && (n == c || b.logs(n) || b.calls(n))
		case *ast.UnaryExpr:
			quiet = quiet && n.Op != token.ARROW
		case *ast.FuncLit:
			quiet = false
		}
		return quiet
	})
	return quiet
}

package source

import (
	"go/ast"
	"go/token"
	"go/types"
)

// pure says that evaluating the expression writes nothing, and reads nothing that other iterations write.
func (b *body) pure(e ast.Expr) bool { return b.reads(e, false) }

func (b *body) pureAll(list []ast.Expr) bool {
	for _, e := range list {
		if !b.pure(e) {
			return false
		}
	}
	return true
}

// same says that the expression is pure and has the same value in every iteration.
func (b *body) same(e ast.Expr) bool { return b.pure(e) && !b.mentionsOwn(e) }

func (b *body) mentionsOwn(e ast.Expr) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			found = found || b.inside(b.object(id))
		}
		return !found
	})
	return found
}

// reads is pure; as the base of an assignment's left side, a container may be one that the body writes.
func (b *body) reads(e ast.Expr, base bool) bool {
	if e == nil || b.info.Types[e].IsType() {
		return true
	}
	switch e := e.(type) {
	case *ast.Ident:
		return b.readsVariable(e, base)
	case *ast.BasicLit:
		return true
	case *ast.ParenExpr:
		return b.reads(e.X, base)
	case *ast.SelectorExpr:
		return b.readsSelector(e, base)
	case *ast.IndexExpr:
		return b.readsElement(e)
	case *ast.IndexListExpr:
		return true // an instance of a generic function
	case *ast.SliceExpr:
		return b.pure(e.X) && b.pure(e.Low) && b.pure(e.High) && b.pure(e.Max)
	case *ast.StarExpr:
		return b.pure(e.X) && !b.overwritten(e)
	case *ast.UnaryExpr:
		return e.Op != token.ARROW && b.pure(e.X)
	case *ast.BinaryExpr:
		return b.pure(e.X) && b.pure(e.Y)
	case *ast.KeyValueExpr:
		return b.pure(e.Value) && (b.isFieldName(e.Key) || b.pure(e.Key))
	case *ast.CompositeLit:
		return b.pureAll(e.Elts)
	case *ast.TypeAssertExpr:
		return b.pure(e.X)
	case *ast.CallExpr:
		return b.calls(e)
	}
	return false
}

func (b *body) isFieldName(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	v, isVar := b.info.Uses[id].(*types.Var)
	return ok && isVar && v.IsField()
}

func (b *body) readsVariable(id *ast.Ident, base bool) bool {
	obj := b.object(id)
	if obj == nil || b.inside(obj) {
		return true // a constant, nil, a function, or the iteration's own
	}
	return !b.written[place{obj: obj}] && !b.overwritten(id) && (base || !b.leadsToWritten(id))
}

func (b *body) readsSelector(e *ast.SelectorExpr, base bool) bool {
	sel := b.info.Selections[e]
	if sel == nil { // of a package
		return b.readsVariable(e.Sel, base)
	}
	if sel.Kind() != types.FieldVal {
		return false // a method value
	}
	obj := b.object(e.Sel)
	if b.written[place{obj: obj}] && !b.newHere(e.X) || !base && b.leadsToWritten(e) || b.overwritten(e) {
		return false
	}
	return b.reads(e.X, true)
}

func (b *body) readsElement(e *ast.IndexExpr) bool {
	if tv := b.info.Types[e.X]; tv.IsType() || tv.Type == nil {
		return true
	}
	if _, isFunc := b.info.TypeOf(e.X).Underlying().(*types.Signature); isFunc {
		return true // an instance of a generic function
	}
	at := b.container(e.X)
	if b.written[at] && !b.foreign[at] && b.own(e) {
		return b.pure(e.Index)
	}
	return !b.written[at] && b.reads(e.X, true) && b.pure(e.Index) && !b.overwritten(e)
}

// leadsToWritten says that the value is a container whose elements the body writes.
func (b *body) leadsToWritten(e ast.Expr) bool {
	t := b.info.TypeOf(e)
	if t == nil {
		return false
	}
	switch u := t.Underlying().(type) {
	case *types.Map, *types.Slice:
	case *types.Pointer:
		if _, array := u.Elem().Underlying().(*types.Array); !array {
			return false
		}
	default:
		return false
	}
	return b.written[b.container(e)]
}

// overwritten says that the body writes through a pointer that may lead to e, or a field of the struct that e is.
func (b *body) overwritten(e ast.Expr) bool {
	t := b.info.TypeOf(e)
	if t == nil {
		return false
	}
	if b.written[place{elems: "*" + typeText(t)}] {
		return true
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for f := range st.Fields() {
		if b.written[place{obj: f.Origin()}] {
			return true
		}
	}
	return false
}

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
	if f == nil || !b.receiverPure(c, f) || !b.pureAll(c.Args) {
		return false
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
	case !ok || known.External || len(known.Calls)+len(known.Goes) > 0:
		return false
	}
	for _, i := range written(known) {
		arg := b.argument(c, f, i)
		if arg == nil {
			continue
		}
		if and, ok := ast.Unparen(arg).(*ast.UnaryExpr); ok && and.Op == token.AND {
			arg = and.X
		} else if i >= 0 || !b.value(arg) {
			if !b.newHere(arg) {
				return false
			}
			continue
		}
		if !b.local(arg) {
			return false
		}
	}
	return true
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

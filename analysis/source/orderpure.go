package source

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
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
		if u, ok := n.(*ast.UnaryExpr); ok && u == b.taken {
			found = true
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
		return e == b.taken || e.Op != token.ARROW && b.pure(e.X)
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
	if slices.Contains(b.counters, obj) {
		return false
	}
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
	if _, isFunc := typeOf(b.info, e.X).Underlying().(*types.Signature); isFunc {
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
	switch u := typeOf(b.info, e).Underlying().(type) {
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
	t := typeOf(b.info, e)
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

package source

import (
	"go/ast"
	"go/types"
	"slices"
)

// place is memory that an expression names: a variable or field, the elements of a container, or what pointers of a type lead to.
type place struct {
	obj   types.Object // variable or field; the variable of a container that no other name leads to
	elems string       // "" for the variable itself; else of what type of container or pointer
}

// place of an expression, the zero place if it names none.
func (b *body) place(e ast.Expr) place {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return place{obj: b.object(e)}
	case *ast.SelectorExpr:
		return place{obj: b.object(e.Sel)}
	case *ast.IndexExpr:
		return b.container(e.X)
	case *ast.StarExpr:
		return place{elems: "*" + typeText(typeOf(b.info, e))}
	}
	return place{}
}

// container is the place of the elements of x. Those of a variable that alone leads to them are its own; else all containers of a type
// count as one.
func (b *body) container(x ast.Expr) place {
	t := typeOf(b.info, x)
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	if id, ok := ast.Unparen(x).(*ast.Ident); ok {
		if obj := b.object(id); obj != nil && b.s.sole(obj) {
			return place{obj: obj, elems: typeText(t)}
		}
	}
	return place{elems: typeText(t)}
}

func typeText(t types.Type) string {
	return types.TypeString(t.Underlying(), nil)
}

// object is the variable or field that an identifier names, in its generic form; nil for what is neither.
func (b *body) object(id *ast.Ident) types.Object { return objectOf(b.info, id) }

func objectOf(info *types.Info, id *ast.Ident) types.Object {
	obj := info.Uses[id]
	if obj == nil {
		obj = info.Defs[id]
	}
	if v, ok := obj.(*types.Var); ok {
		return v.Origin()
	}
	return nil
}

// inside says that the object is declared in the body, or bound by the loop.
func (b *body) inside(obj types.Object) bool {
	if obj == nil {
		return false
	}
	if slices.Contains(b.bound, obj) {
		return true
	}
	return b.body.Pos() <= obj.Pos() && obj.Pos() < b.body.End()
}

// local says that the place belongs to one iteration: a variable of the body, or memory that the body makes for it.
func (b *body) local(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return e.Name == "_" || b.isVariable(e) && b.inside(b.object(e))
	case *ast.SelectorExpr:
		return b.field(e) && (b.value(e.X) && b.local(e.X) || b.newHere(e.X))
	case *ast.IndexExpr:
		_, array := typeOf(b.info, e.X).Underlying().(*types.Array)
		return b.pure(e.Index) && (array && b.local(e.X) || b.newHere(e.X))
	case *ast.StarExpr:
		return b.newHere(e.X)
	}
	return false
}

func (b *body) isVariable(id *ast.Ident) bool {
	v, ok := b.object(id).(*types.Var)
	return ok && !v.IsField()
}

func (b *body) field(e *ast.SelectorExpr) bool {
	sel := b.info.Selections[e]
	return sel != nil && sel.Kind() == types.FieldVal
}

// value says that what e holds is in e itself, and not in memory that it leads to.
func (b *body) value(e ast.Expr) bool {
	switch typeOf(b.info, e).Underlying().(type) {
	case *types.Struct, *types.Array, *types.Basic:
		return true
	}
	return false
}

// newHere says that e is a variable of the body that only ever holds memory which the body makes.
func (b *body) newHere(e ast.Expr) bool {
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok || !b.inside(b.object(id)) {
		return false
	}
	return !slices.Contains(b.bound, b.object(id)) && b.s.onlyNew(b.object(id))
}

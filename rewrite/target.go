package rewrite

import (
	"go/ast"
	"go/types"
)

// target rewrites what is assigned to, and touches it.
func (f *function) target(c scope, e ast.Expr, touch bool) frag {
	if !touch || f.untouched(c, e) {
		return f.place(c, e)
	}
	f.edits++
	if x, ok := ast.Unparen(e).(*ast.IndexExpr); ok {
		if _, isMap := f.pkg.TypesInfo.TypeOf(x.X).Underlying().(*types.Map); isMap {
			return f.mapTarget(c, x)
		}
	}
	return join("*"+f.rt()+".P(&", f.place(c, ast.Unparen(e)), ")")
}

// mapTarget touches a map key. Map and key are spelled twice, so what computes moves before the statement.
func (f *function) mapTarget(c scope, x *ast.IndexExpr) frag {
	if c.pre == nil {
		f.pkg.hinder(x.Pos(), "assignment to a map key in the header of a contaminated statement")
		return f.copy(x)
	}
	m, key := f.twice(c, x.X, "m", false), f.twice(c, x.Index, "key", true)
	arg := key
	want := f.pkg.TypesInfo.TypeOf(x.X).Underlying().(*types.Map).Key()
	if !types.Identical(want, f.pkg.TypesInfo.TypeOf(x.Index)) {
		t, ok := f.typeName(want, x.Pos())
		if !ok {
			f.pkg.hinder(x.Index.Pos(), "type %s cannot be named here", want)
		}
		arg = join(conversion(t)+"(", key, ")")
	}
	c.before(join(f.rt()+".Key(", m, ", ", arg, ")"))
	return join(m, f.text(x.X.End(), x.Index.Pos()), key, f.text(x.Index.End(), x.End()))
}

// conversion is the type as an operand of a conversion.
func conversion(t string) string {
	if t[0] == '*' || t[0] == '<' {
		return "(" + t + ")"
	}
	return t
}

// twice returns text for e that can be evaluated twice.
func (f *function) twice(c scope, e ast.Expr, name string, value bool) frag {
	if !f.calls(e) && !(value && f.computes(e)) || f.pkg.TypesInfo.Types[e].Value != nil {
		return f.expr(c, e)
	}
	if sub, ok := f.subst[e]; ok {
		return sub
	}
	name = f.root.names.fresh(name)
	c.before(join(name+" := ", f.expr(c, e)))
	f.subst[e] = join(name)
	return join(name)
}

// untouched reports whether e is memory that is new each time the code runs again: a variable declared in it, not reached through a
// pointer.
func (f *function) untouched(c scope, e ast.Expr) bool {
	for {
		switch x := e.(type) {
		case *ast.ParenExpr:
			e = x.X
		case *ast.SelectorExpr:
			sel := f.pkg.TypesInfo.Selections[x]
			if sel == nil || sel.Indirect() {
				return false
			}
			e = x.X
		case *ast.IndexExpr:
			if !isArray(f.pkg.TypesInfo, x.X) {
				return false
			}
			e = x.X
		case *ast.Ident:
			if x.Name == "_" {
				return true
			}
			v, ok := f.pkg.TypesInfo.ObjectOf(x).(*types.Var)
			return ok && c.unit != nil && within(v.Pos(), c.unit)
		default:
			return false
		}
	}
}

// stable reports whether no call can change what memory e denotes: a variable, or fields of it or of what it points to.
func (f *function) stable(e ast.Expr) bool {
	derefs := 0
	for {
		switch x := e.(type) {
		case *ast.ParenExpr:
			e = x.X
		case *ast.StarExpr:
			derefs++
			e = x.X
		case *ast.SelectorExpr:
			sel := f.pkg.TypesInfo.Selections[x]
			if sel == nil {
				return true // a variable of another package
			}
			if sel.Indirect() {
				derefs++
			}
			if len(sel.Index()) > 1 {
				derefs++ // through embedded pointers, perhaps
			}
			e = x.X
		case *ast.Ident:
			v, ok := f.pkg.TypesInfo.ObjectOf(x).(*types.Var)
			return derefs == 0 || derefs == 1 && ok && v.Parent() != f.pkg.Types.Scope()
		default:
			return false
		}
	}
}

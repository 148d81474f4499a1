package rewrite

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
)

// cuttable reports whether e, whole, is recorded for transfer: its value is contaminated and plain data, it computes something, and
// a replica that takes the value from a trace misses nothing else.
func (f *function) cuttable(c scope, e ast.Expr) bool {
	if !c.touch || c.cut || !f.pkg.facts.Tainted(e) {
		return false
	}
	tv := f.pkg.TypesInfo.Types[e]
	if !tv.IsValue() || tv.Value != nil || !plain(tv.Type) || !f.computes(e) || f.effects(e) {
		return false
	}
	if call, ok := ast.Unparen(e).(*ast.CallExpr); ok {
		if _, source := f.pkg.facts.Source(call); source {
			return false // recorded as it is
		}
	}
	if _, paren := e.(*ast.ParenExpr); paren {
		return false
	}
	_, ok := f.typeName(types.Default(tv.Type), e.Pos())
	return ok
}

func (f *function) cutExpr(c scope, e ast.Expr) frag {
	f.edits++
	name := f.fullName()
	f.pkg.ordinals[name]++
	id := fmt.Sprintf("%s cut %d", name, f.pkg.ordinals[name])
	site := f.pkg.site(id, e.Pos())
	if call, ok := ast.Unparen(e).(*ast.CallExpr); ok && f.plainFunction(call) {
		return join(f.rt()+".Cut(", site, ", ", f.expr(c, call.Fun), ")")
	}
	t, _ := f.typeName(types.Default(f.pkg.TypesInfo.TypeOf(e)), e.Pos())
	c.cut = true
	return join(f.rt()+".Cut(", site, ", func() "+t+" { return ", f.expr(c.inline(), e), " })")
}

// fullName names the declaration that the function is or stands in.
func (f *function) fullName() string {
	if d, ok := f.root.node.(*ast.FuncDecl); ok {
		if fn, ok := f.pkg.TypesInfo.Defs[d.Name].(*types.Func); ok {
			return fn.FullName()
		}
	}
	return f.pkg.PkgPath + ".init"
}

// plain reports whether values of t hold no memory that others may share: what a trace can carry by value.
func plain(t types.Type) bool {
	if named, ok := types.Unalias(t).(*types.Named); ok {
		if o := named.Obj(); o.Pkg() != nil && o.Pkg().Path() == "time" && o.Name() == "Time" {
			return true
		}
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() != types.UnsafePointer && u.Kind() != types.UntypedNil && u.Kind() != types.Invalid
	case *types.Array:
		return plain(u.Elem())
	case *types.Struct:
		for v := range u.Fields() {
			if !plain(v.Type()) {
				return false
			}
		}
		return true
	}
	return false
}

// computes reports whether e is more than a name, a literal or a path through memory.
func (f *function) computes(e ast.Expr) bool {
	return find(e, f.operation) != nil
}

// operation reports whether n itself computes a value.
func (f *function) operation(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.CallExpr:
		return !f.isConversion(n)
	case *ast.BinaryExpr:
		return true
	case *ast.UnaryExpr:
		return n.Op != token.AND && n.Op != token.ARROW
	}
	return false
}

package source

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// survey notes what the body writes outside of itself, before any statement is judged.
func (b *body) survey() {
	ast.Inspect(b.body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				b.target(l)
			}
		case *ast.IncDecStmt:
			b.target(n.X)
		case *ast.RangeStmt:
			if n.Tok == token.ASSIGN {
				b.target(n.Key)
				if n.Value != nil {
					b.target(n.Value)
				}
			}
		case *ast.CallExpr:
			b.surveyCall(n)
		}
		return true
	})
}

// root notes the variables and fields that lead to the place.
func (b *body) root(e ast.Expr) {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		if obj := b.object(e); obj != nil {
			b.roots[obj] = true
		}
	case *ast.SelectorExpr:
		if ix := b.slot(e); ix != nil {
			b.root(ix)
		} else if obj := b.object(e.Sel); obj != nil {
			b.roots[obj] = true
		}
	case *ast.IndexExpr:
		b.root(e.X)
	case *ast.StarExpr:
		b.root(e.X)
	}
}

func (b *body) surveyCall(c *ast.CallExpr) {
	if b.builtin(c, "delete") && len(c.Args) == 2 {
		at := b.container(c.Args[0])
		b.written[at] = true
		b.root(c.Args[0])
		if !b.ownIndex(c.Args[0], c.Args[1]) {
			b.foreign[at] = true
		}
	}
	if f := b.s.callee(c); f != nil {
		if x := b.sortedOwn(c, f); x != nil {
			at := b.container(x)
			b.written[at], b.foreign[at] = true, true
		}
		if to := b.atomicTarget(c, f); to != nil {
			b.target(to)
		}
		if _, ok := accumulates[f.FullName()]; ok {
			if sel, ok := ast.Unparen(c.Fun).(*ast.SelectorExpr); ok {
				b.target(sel.X)
			}
		}
	}
}

// sortedOwn is the slice that the loop gives, if the call sorts it by an order without ties: if it comes up twice the second time changes
// nothing. Nil for another call.
func (b *body) sortedOwn(c *ast.CallExpr, f *types.Func) ast.Expr {
	how, ok := sorters[f.Origin().FullName()]
	if !ok || how.returns || how.methods || len(c.Args) == 0 {
		return nil
	}
	id, ok := ast.Unparen(c.Args[0]).(*ast.Ident)
	if !ok || !slices.Contains(b.bound, b.object(id)) || !b.s.total(c, how) {
		return nil
	}
	return id
}

// target notes an assignment's left side.
func (b *body) target(l ast.Expr) {
	if id, ok := ast.Unparen(l).(*ast.Ident); ok {
		if obj := b.object(id); obj != nil {
			if b.info.Defs[id] == nil && slices.Contains(b.bound, obj) {
				b.assigned[obj] = true
			}
		}
	}
	if b.inBody(l) {
		return
	}
	b.root(l)
	ix := b.slot(l)
	if ix == nil {
		b.written[b.place(l)] = true
		return
	}
	at := b.container(ix.X)
	b.written[at] = true
	if !b.own(ix) {
		b.foreign[at] = true
	}
}

// slot is the element that l is, or whose field it is, nil if it is neither.
func (b *body) slot(l ast.Expr) *ast.IndexExpr {
	switch l := ast.Unparen(l).(type) {
	case *ast.IndexExpr:
		return l
	case *ast.SelectorExpr:
		if b.field(l) && b.value(l.X) {
			return b.slot(l.X)
		}
	}
	return nil
}

// inBody says that the expression names a variable of the body, or is within one. Unlike local it asks nothing about purity, which is not
// known yet.
func (b *body) inBody(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return e.Name == "_" || b.inside(b.object(e))
	case *ast.SelectorExpr:
		return b.field(e) && (b.value(e.X) && b.inBody(e.X) || b.newHere(e.X))
	case *ast.IndexExpr:
		_, array := typeOf(b.info, e.X).Underlying().(*types.Array)
		return array && b.inBody(e.X) || b.newHere(e.X)
	case *ast.StarExpr:
		return b.newHere(e.X)
	}
	return false
}

// own says that the element is one that no other iteration names: at an index made of the loop's own key. In the container that the loop
// runs over it is the key itself: a new element might come up later, or not.
func (b *body) own(ix *ast.IndexExpr) bool { return b.steadyPath(ix.X) && b.ownIndex(ix.X, ix.Index) }

func (b *body) ownIndex(x, index ast.Expr) bool {
	if b.container(x) == b.ranged() {
		return b.isKey(index)
	}
	return b.distinct(index)
}

// steadyPath: variables and fields of variables that no iteration changes.
func (b *body) steadyPath(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return !b.inside(b.object(e))
	case *ast.SelectorExpr:
		if b.info.Selections[e] == nil { // of a package
			return true
		}
		return b.field(e) && b.steadyPath(e.X)
	case *ast.StarExpr:
		return b.steadyPath(e.X)
	}
	return false
}

// steady is a steadyPath whose variables and fields the body does not assign as a whole.
func (b *body) steady(e ast.Expr) bool { return b.steadyPath(e) }

// distinct says that the expression differs between any two iterations: the loop's key, a conversion of it that keeps it, a composite or
// text that holds it beside what is the same in all.
func (b *body) distinct(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return b.isKey(e)
	case *ast.CallExpr:
		return len(e.Args) == 1 && b.info.Types[e.Fun].IsType() && b.distinct(e.Args[0]) && keeps(typeOf(b.info, e.Args[0]), typeOf(b.info, e))
	case *ast.TypeAssertExpr:
		return e.Type != nil && b.distinct(e.X)
	case *ast.BinaryExpr:
		return e.Op == token.ADD && isString(typeOf(b.info, e)) && (b.distinct(e.X) && b.constant(e.Y) || b.constant(e.X) && b.distinct(e.Y))
	case *ast.CompositeLit:
		for _, elt := range e.Elts {
			if kv, ok := elt.(*ast.KeyValueExpr); ok {
				elt = kv.Value
			}
			if b.distinct(elt) {
				return true
			}
		}
	}
	return false
}

func (b *body) constant(e ast.Expr) bool { return b.info.Types[e].Value != nil }

// keeps says that the conversion gives different results for different values.
func keeps(from, to types.Type) bool {
	return types.Identical(from.Underlying(), to.Underlying()) || isString(from) && isString(to)
}

func isString(t types.Type) bool {
	basic, ok := t.Underlying().(*types.Basic)
	return ok && basic.Info()&types.IsString != 0
}

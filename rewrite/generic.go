package rewrite

import (
	"go/ast"
	"go/types"
	"slices"
)

// generic copies a node and rewrites what is in it.
func (f *function) generic(c scope, n ast.Node) frag {
	var out frag
	last := n.Pos()
	for _, kid := range children(n) {
		out = append(out, f.text(last, kid.Pos())...)
		out = append(out, f.child(c, n, kid)...)
		last = kid.End()
	}
	return append(out, f.text(last, n.End())...)
}

func (f *function) child(c scope, parent, kid ast.Node) frag {
	switch kid := kid.(type) {
	case *ast.BlockStmt:
		return f.block(c, kid)
	case ast.Stmt:
		return f.stmt(c, kid)
	case ast.Expr:
		if kv, ok := parent.(*ast.KeyValueExpr); ok && kid == kv.Key && f.isField(kid) {
			return f.copy(kid)
		}
		return f.expr(c, kid)
	}
	return f.generic(c, kid)
}

func (f *function) isField(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	if !ok {
		return false
	}
	v, ok := f.pkg.TypesInfo.Uses[id].(*types.Var)
	return ok && v.IsField()
}

// children are the direct children of n in source order, comments left out.
func children(n ast.Node) []ast.Node {
	var kids []ast.Node
	ast.Inspect(n, func(k ast.Node) bool {
		if k == n {
			return true
		}
		switch k.(type) {
		case nil, *ast.CommentGroup, *ast.Comment:
		default:
			kids = append(kids, k)
		}
		return false
	})
	slices.SortStableFunc(kids, func(a, b ast.Node) int { return int(a.Pos() - b.Pos()) })
	return kids
}

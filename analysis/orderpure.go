package analysis

import (
	"go/ast"
	"go/token"
	"go/types"
)

// pure: no calls but conversions, len, cap, min and max, and no reads of what the body assigns.
func (b *orderBody) pure(e ast.Expr) bool {
	ok := true
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			ok = ok && (b.info.Types[n.Fun].IsType() || b.isBuiltin(n, "len") || b.isBuiltin(n, "cap") ||
				b.isBuiltin(n, "min") || b.isBuiltin(n, "max"))
		case *ast.FuncLit:
			ok = false
		case *ast.UnaryExpr:
			ok = ok && n.Op != token.ARROW
		case *ast.Ident:
			ok = ok && !b.assigned[n.Name]
		}
		return ok
	})
	return ok
}

// assignedIn lists the names of variables, fields and containers that the body assigns. An extreme compares what it assigns, so its
// assignment is left out here; extreme checks its shape.
func assignedIn(body *ast.BlockStmt) map[string]bool {
	out := map[string]bool{}
	add := func(e ast.Expr) {
		if name := assignedName(e); name != "" {
			out[name] = true
		}
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.IfStmt:
			return !comparesAssigned(n)
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				if n.Tok != token.DEFINE {
					add(l)
				}
			}
		case *ast.IncDecStmt:
			add(n.X)
		case *ast.CallExpr:
			if id, ok := n.Fun.(*ast.Ident); ok && id.Name == "delete" && len(n.Args) == 2 {
				add(n.Args[0])
			}
		}
		return true
	})
	return out
}

// assignedName is the variable or field that an assignment to e changes.
func assignedName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.IndexExpr:
		return assignedName(e.X)
	case *ast.StarExpr:
		return assignedName(e.X)
	case *ast.ParenExpr:
		return assignedName(e.X)
	}
	return ""
}

func comparesAssigned(n *ast.IfStmt) bool {
	c, ok := n.Cond.(*ast.BinaryExpr)
	if !ok || len(n.Body.List) != 1 {
		return false
	}
	as, ok := n.Body.List[0].(*ast.AssignStmt)
	if !ok || len(as.Lhs) != 1 {
		return false
	}
	l := types.ExprString(as.Lhs[0])
	return types.ExprString(c.X) == l || types.ExprString(c.Y) == l
}

func (b *orderBody) isBuiltin(c *ast.CallExpr, name string) bool {
	id, ok := c.Fun.(*ast.Ident)
	if !ok || id.Name != name {
		return false
	}
	_, ok = b.info.Uses[id].(*types.Builtin)
	return ok
}

package source

import (
	"go/ast"
	"go/token"
	"go/types"
)

// extreme: if v > best { best = v }, where the comparison decides between any two values of all that is assigned: it compares everything
// that is kept, or ends in the loop's own key. A flag that says whether there is a value yet may come first.
func (b *body) extreme(st *ast.IfStmt) bool {
	kept, flag, ok := b.kept(st.Body.List)
	if !ok || st.Else != nil || len(kept) == 0 {
		return false
	}
	cond := ast.Unparen(st.Cond)
	if flag != nil {
		or, ok := cond.(*ast.BinaryExpr)
		if !ok || or.Op != token.LOR || !b.asksFlag(or.X, flag) {
			return false
		}
		cond = ast.Unparen(or.Y)
	}
	compared := map[string]string{} // what is kept, by how it is compared
	if !b.better(cond, kept, compared) {
		return false
	}
	if len(compared) < len(kept) && !b.comparesKey(kept, compared) {
		return false
	}
	for _, as := range st.Body.List {
		as := as.(*ast.AssignStmt)
		for _, l := range as.Lhs {
			if !b.note(b.place(l), "extreme "+types.ExprString(st.Cond)) {
				return false
			}
		}
	}
	return true
}

// comparesKey says that the loop's own key is compared, which is never the same twice.
func (b *body) comparesKey(kept map[string]ast.Expr, compared map[string]string) bool {
	for l := range compared {
		if b.isKey(kept[l]) {
			return true
		}
	}
	return false
}

// kept reads the assignments of the block: what is kept, by name, and the flag that is set to a constant, nil if there is none.
func (b *body) kept(list []ast.Stmt) (map[string]ast.Expr, *ast.AssignStmt, bool) {
	kept := map[string]ast.Expr{}
	var flag *ast.AssignStmt
	for _, st := range list {
		as, ok := st.(*ast.AssignStmt)
		if !ok || as.Tok != token.ASSIGN || len(as.Lhs) != len(as.Rhs) {
			return nil, nil, false
		}
		if len(as.Lhs) == 1 && isBool(typeOf(b.info, as.Lhs[0])) && b.constant(as.Rhs[0]) {
			if flag != nil {
				return nil, nil, false
			}
			flag = as
			continue
		}
		for i, l := range as.Lhs {
			if !b.steadyPath(l) || !b.pure(as.Rhs[i]) {
				return nil, nil, false
			}
			kept[types.ExprString(l)] = as.Rhs[i]
		}
	}
	return kept, flag, true
}

func isBool(t types.Type) bool {
	basic, ok := t.Underlying().(*types.Basic)
	return ok && basic.Info()&types.IsBoolean != 0
}

// asksFlag: !found where the block sets found, or first where it clears it.
func (b *body) asksFlag(e ast.Expr, flag *ast.AssignStmt) bool {
	set := types.ExprString(flag.Rhs[0]) == "true"
	if not, ok := ast.Unparen(e).(*ast.UnaryExpr); ok && not.Op == token.NOT {
		return set && types.ExprString(ast.Unparen(not.X)) == types.ExprString(flag.Lhs[0])
	}
	return !set && types.ExprString(ast.Unparen(e)) == types.ExprString(flag.Lhs[0])
}

// better reads v > best, with pure conditions beside it, or v > best || v == best && w < other and so on.
func (b *body) better(e ast.Expr, kept map[string]ast.Expr, compared map[string]string) bool {
	x, ok := ast.Unparen(e).(*ast.BinaryExpr)
	if !ok {
		return false
	}
	switch x.Op {
	case token.LOR:
		return b.better(x.X, kept, compared) && strict(compared) && b.tied(x.Y, kept, compared)
	case token.LAND:
		return b.pure(x.X) && b.better(x.Y, kept, compared) || b.pure(x.Y) && b.better(x.X, kept, compared)
	case token.LSS, token.GTR, token.LEQ, token.GEQ:
		l := b.versus(x, kept)
		if l == "" {
			return false
		}
		compared[l] = x.Op.String()
		return true
	}
	return false
}

func strict(compared map[string]string) bool {
	for _, op := range compared {
		if op != "<" && op != ">" {
			return false
		}
	}
	return true
}

// tied: what is compared so far is equal, and the next comparison decides.
func (b *body) tied(e ast.Expr, kept map[string]ast.Expr, compared map[string]string) bool {
	x, ok := ast.Unparen(e).(*ast.BinaryExpr)
	if !ok || x.Op != token.LAND {
		return false
	}
	for _, c := range conjuncts(x.X) {
		eq, ok := ast.Unparen(c).(*ast.BinaryExpr)
		if !ok || eq.Op != token.EQL || compared[b.versus(eq, kept)] == "" {
			return false
		}
	}
	return b.better(x.Y, kept, compared)
}

func conjuncts(e ast.Expr) []ast.Expr {
	if x, ok := ast.Unparen(e).(*ast.BinaryExpr); ok && x.Op == token.LAND {
		return append(conjuncts(x.X), conjuncts(x.Y)...)
	}
	return []ast.Expr{e}
}

// versus is what is kept if the comparison is between that and what would be kept instead, of a basic type; "" if not.
func (b *body) versus(x *ast.BinaryExpr, kept map[string]ast.Expr) string {
	if _, basic := typeOf(b.info, x.X).Underlying().(*types.Basic); !basic {
		return ""
	}
	l, r := types.ExprString(ast.Unparen(x.X)), types.ExprString(ast.Unparen(x.Y))
	if to, ok := kept[l]; ok && types.ExprString(ast.Unparen(to)) == r {
		return l
	}
	if to, ok := kept[r]; ok && types.ExprString(ast.Unparen(to)) == l {
		return r
	}
	return ""
}

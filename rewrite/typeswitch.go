package rewrite

import (
	"go/ast"
	"go/types"
)

// binding is the variable of a type switch over something contaminated. Go assigns it outside closures, so each clause declares one of
// its own and assigns it in a closure.
type binding struct {
	name    string
	operand frag // a variable that a replay corrects
}

// binding returns what the clauses of the type switch have to bind, if they have to.
func (f *function) binding(c scope, s *ast.TypeSwitchStmt) (*binding, bool) {
	a, ok := s.Assign.(*ast.AssignStmt)
	if !ok || c.closed {
		return nil, false
	}
	x := ast.Unparen(a.Rhs[0]).(*ast.TypeAssertExpr).X
	if !f.pkg.facts.Tainted(x) || f.pkg.facts.Replayed(f.node) && !f.tapes() {
		return nil, false
	}
	return &binding{a.Lhs[0].(*ast.Ident).Name, f.operand(c, x, "x")}, true
}

// bind declares the variable in a clause that uses it.
func (f *function) bind(c scope, clause ast.Node) frag {
	obj := f.pkg.TypesInfo.Implicits[clause]
	if c.bound == nil || obj == nil || !f.uses(clause, obj) {
		return nil
	}
	value := c.bound.operand
	if s, ok := clause.(*ast.CaseClause); ok && len(s.List) == 1 && !f.pkg.TypesInfo.Types[s.List[0]].IsNil() {
		value = join(value, ".(", f.copy(s.List[0]), ")")
	}
	return join("\n", f.declare(c.bound.name, obj.Type(), clause.Pos()), "\n", f.closure(join(c.bound.name+" = ", value)), "\n")
}

// uses reports whether the variable is used in n.
func (f *function) uses(n ast.Node, obj types.Object) bool {
	used := false
	ast.Inspect(n, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		used = used || ok && f.pkg.TypesInfo.Uses[id] == obj
		return !used
	})
	return used
}

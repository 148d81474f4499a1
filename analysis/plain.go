package analysis

import "go/ast"

// plainReason is why methods of a plain build have no style active.
const plainReason = "a plain build records nothing"

// makePlain turns the facts into those of a program that runs as it is written: replicas of it can be made, and nothing is recorded,
// made canonical or refused. The report stays as it is.
func (p *program) makePlain() {
	p.makeTransparent()
	f := p.facts
	f.sources, f.effects, f.parks = map[ast.Node]Source{}, map[*ast.CallExpr]string{}, map[*ast.CallExpr]bool{}
	f.tainted, f.taped, f.branch = map[ast.Expr]bool{}, map[ast.Stmt]bool{}, map[ast.Stmt]bool{}
	f.problems, f.hindrances = nil, nil
	for i := range f.methods {
		f.methods[i].Leader = plainReason
	}
}

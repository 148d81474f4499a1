package analysis

import (
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/packages"
)

// collectBound marks the names that a range or type switch binds where what they hold is contaminated in its body: no expression
// assigns them.
func (p *program) collectBound() {
	for _, pkg := range p.pkgs {
		for _, f := range pkg.Syntax {
			ast.Inspect(f, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.RangeStmt:
					p.boundByRange(pkg, n)
				case *ast.TypeSwitchStmt:
					p.boundByType(pkg, n)
				}
				return true
			})
		}
	}
}

func (p *program) boundByRange(pkg *packages.Package, st *ast.RangeStmt) {
	for _, e := range []ast.Expr{st.Key, st.Value} {
		if id, ok := e.(*ast.Ident); ok && pkg.TypesInfo.Defs[id] != nil && p.usedTainted(pkg, st.Body, pkg.TypesInfo.Defs[id]) {
			p.facts.tainted[id] = true
		}
	}
}

func (p *program) boundByType(pkg *packages.Package, st *ast.TypeSwitchStmt) {
	as, ok := st.Assign.(*ast.AssignStmt)
	if !ok {
		return
	}
	for _, c := range st.Body.List {
		if v := pkg.TypesInfo.Implicits[c]; v != nil && p.usedTainted(pkg, c, v) {
			p.facts.tainted[as.Lhs[0]] = true
		}
	}
}

// usedTainted reports whether a use of the variable within n is contaminated.
func (p *program) usedTainted(pkg *packages.Package, n ast.Node, v types.Object) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && pkg.TypesInfo.Uses[id] == v && p.facts.tainted[id]
		return !found
	})
	return found
}

// takesTainted says that a range loop without nested requests gives its variables contaminated elements: no statement of its own assigns
// them, so the loop is one closure.
func (t *tape) takesTainted(f *taint, st *ast.RangeStmt) bool {
	pkg := t.p.packageAt(st.Pos())
	if pkg == nil || t.parksIn(st.Body) {
		return false
	}
	vars := map[types.Object]bool{}
	for _, e := range []ast.Expr{st.Key, st.Value} {
		if id, ok := e.(*ast.Ident); ok && pkg.TypesInfo.Defs[id] != nil {
			vars[pkg.TypesInfo.Defs[id]] = true
		}
	}
	found := false
	ast.Inspect(st.Body, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && vars[pkg.TypesInfo.Uses[id]] && slices.ContainsFunc(t.p.syntax.values[id], f.tainted)
		return !found
	})
	return found
}

// parksIn reports whether a call in the body may send a nested request.
func (t *tape) parksIn(body *ast.BlockStmt) bool {
	if t.parking == nil {
		t.parking = map[*ast.CallExpr]bool{}
		for site := range t.p.calls {
			if node := t.p.syntax.callAt(site); node != nil && t.p.parksAt(site) {
				t.parking[node] = true
			}
		}
	}
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		c, ok := n.(*ast.CallExpr)
		found = found || ok && t.parking[c]
		return !found
	})
	return found
}

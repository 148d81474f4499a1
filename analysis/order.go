package analysis

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/packages"
)

// orderHarmless says why a map range's order cannot matter, "" if it may. It is a proof by the shape of the body alone: counting,
// folding integers by a commutative operation, filling a map or set under the range's own key, keeping a maximum or minimum,
// deleting the range's own key, and collecting elements that the next statement sorts.
func (p *program) orderHarmless(s *source) string {
	r, ok := s.Node.(*ast.RangeStmt)
	if !ok || s.Kind != MapOrder {
		return ""
	}
	pkg := p.packageAt(r.Pos())
	if pkg == nil {
		return ""
	}
	b := &orderBody{info: pkg.TypesInfo, r: r, next: following(p, r)}
	if r.Tok == token.DEFINE {
		b.key = b.defined(r.Key)
	}
	b.folds = map[string]token.Token{}
	b.assigned = assignedIn(r.Body)
	if b.block(r.Body.List) {
		return "the order of the map does not matter to the loop's body"
	}
	return ""
}

func (p *program) packageAt(pos token.Pos) *packages.Package {
	for _, pkg := range p.pkgs {
		for _, f := range pkg.Syntax {
			if f.FileStart <= pos && pos < f.FileEnd {
				return pkg
			}
		}
	}
	return nil
}

// following is the statement after r in its block.
func following(p *program, r *ast.RangeStmt) ast.Stmt {
	p.syntax.at(r.For)
	path := p.syntax.paths[r]
	for _, n := range path {
		block, ok := n.(*ast.BlockStmt)
		if !ok {
			continue
		}
		for i, st := range block.List {
			if st == ast.Stmt(r) && i+1 < len(block.List) {
				return block.List[i+1]
			}
		}
	}
	return nil
}

type orderBody struct {
	info *types.Info
	r    *ast.RangeStmt
	key  types.Object
	next ast.Stmt

	folds    map[string]token.Token // operator by which each place is folded; a second one would make order matter
	assigned map[string]bool        // variables and field names that the body assigns, those of an extreme left out
}

func (b *orderBody) defined(e ast.Expr) types.Object {
	if id, ok := e.(*ast.Ident); ok {
		return b.info.Defs[id]
	}
	return nil
}

func (b *orderBody) block(list []ast.Stmt) bool {
	for _, st := range list {
		if !b.stmt(st) {
			return false
		}
	}
	return true
}

func (b *orderBody) stmt(st ast.Stmt) bool {
	switch st := st.(type) {
	case *ast.IncDecStmt:
		return b.fold(st.X, token.ADD_ASSIGN)
	case *ast.AssignStmt:
		return b.assign(st)
	case *ast.IfStmt:
		return b.extreme(st) || st.Init == nil && b.pure(st.Cond) && b.block(st.Body.List) && (st.Else == nil || b.stmt(st.Else))
	case *ast.BlockStmt:
		return b.block(st.List)
	case *ast.BranchStmt:
		return st.Tok == token.CONTINUE && st.Label == nil
	case *ast.ExprStmt:
		return b.deleteOwn(st.X)
	case *ast.EmptyStmt:
		return true
	}
	return false
}

func (b *orderBody) assign(st *ast.AssignStmt) bool {
	if len(st.Lhs) != 1 || len(st.Rhs) != 1 || !b.pure(st.Rhs[0]) && !b.collects(st) {
		return false
	}
	switch st.Tok {
	case token.ADD_ASSIGN, token.SUB_ASSIGN, token.MUL_ASSIGN, token.AND_ASSIGN, token.OR_ASSIGN, token.XOR_ASSIGN:
		return b.fold(st.Lhs[0], st.Tok)
	case token.DEFINE:
		return true // a local of the body
	case token.ASSIGN:
		return b.ownKey(st.Lhs[0]) || b.collects(st) || b.constant(st)
	}
	return false
}

// constant: every iteration assigns the same constant.
func (b *orderBody) constant(st *ast.AssignStmt) bool {
	_, isIdent := st.Lhs[0].(*ast.Ident)
	return isIdent && b.info.Types[st.Rhs[0]].Value != nil
}

// ownKey: m[key] for the range's own key, which no two iterations share.
func (b *orderBody) ownKey(e ast.Expr) bool {
	ix, ok := e.(*ast.IndexExpr)
	if !ok || b.key == nil {
		return false
	}
	_, isMap := b.info.TypeOf(ix.X).Underlying().(*types.Map)
	id, isIdent := ix.Index.(*ast.Ident)
	return isMap && isIdent && b.info.Uses[id] == b.key && b.fixed(ix.X)
}

func (b *orderBody) deleteOwn(e ast.Expr) bool {
	c, ok := e.(*ast.CallExpr)
	if !ok || len(c.Args) != 2 || !b.isBuiltin(c, "delete") {
		return false
	}
	id, ok := c.Args[1].(*ast.Ident)
	return ok && b.key != nil && b.info.Uses[id] == b.key && b.fixed(c.Args[0])
}

// collects: x = append(x, key) where the next statement sorts x by its own order.
func (b *orderBody) collects(st *ast.AssignStmt) bool {
	c, ok := st.Rhs[0].(*ast.CallExpr)
	if !ok || len(c.Args) != 2 || !b.isBuiltin(c, "append") || !b.pure(c.Args[1]) {
		return false
	}
	to := types.ExprString(st.Lhs[0])
	if _, basic := b.info.TypeOf(c.Args[1]).Underlying().(*types.Basic); !basic || types.ExprString(c.Args[0]) != to {
		return false
	}
	return b.sortsNext(to)
}

func (b *orderBody) sortsNext(name string) bool {
	es, ok := b.next.(*ast.ExprStmt)
	if !ok {
		return false
	}
	c, ok := es.X.(*ast.CallExpr)
	if !ok || len(c.Args) != 1 || types.ExprString(c.Args[0]) != name {
		return false
	}
	sel, ok := c.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	f, ok := b.info.Uses[sel.Sel].(*types.Func)
	if !ok || f.Pkg() == nil {
		return false
	}
	switch f.Pkg().Path() + "." + f.Name() {
	case "sort.Strings", "sort.Ints", "slices.Sort":
		return true
	}
	return false
}

// extreme: if v > best { best = v }.
func (b *orderBody) extreme(st *ast.IfStmt) bool {
	cond, ok := st.Cond.(*ast.BinaryExpr)
	if !ok || st.Init != nil || st.Else != nil || len(st.Body.List) != 1 {
		return false
	}
	as, ok := st.Body.List[0].(*ast.AssignStmt)
	if !ok || as.Tok != token.ASSIGN || len(as.Lhs) != 1 || len(as.Rhs) != 1 || !b.pure(cond) {
		return false
	}
	switch cond.Op {
	case token.LSS, token.GTR, token.LEQ, token.GEQ:
	default:
		return false
	}
	x, y := types.ExprString(cond.X), types.ExprString(cond.Y)
	l, r := types.ExprString(as.Lhs[0]), types.ExprString(as.Rhs[0])
	_, basic := b.info.TypeOf(as.Lhs[0]).Underlying().(*types.Basic)
	return basic && (x == l && y == r || x == r && y == l)
}

// fold: one commutative operator on one integer place.
func (b *orderBody) fold(e ast.Expr, op token.Token) bool {
	if op == token.SUB_ASSIGN {
		op = token.ADD_ASSIGN
	}
	name := types.ExprString(e)
	if old, ok := b.folds[name]; ok && old != op {
		return false
	}
	b.folds[name] = op
	return b.integer(e) && b.fixed(e)
}

func (b *orderBody) integer(e ast.Expr) bool {
	t, ok := b.info.TypeOf(e).Underlying().(*types.Basic)
	return ok && t.Info()&types.IsInteger != 0
}

// fixed: the expression names the same place in every iteration, or the place under the range's own key.
func (b *orderBody) fixed(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return true
	case *ast.SelectorExpr:
		return b.fixed(e.X)
	case *ast.ParenExpr:
		return b.fixed(e.X)
	case *ast.StarExpr:
		return b.fixed(e.X)
	case *ast.IndexExpr:
		return b.fixed(e.X) && b.pure(e.Index)
	}
	return false
}

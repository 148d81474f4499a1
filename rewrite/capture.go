package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// looseWrites finds the writes of local variables that are on no tape. A closure that captures such a variable while it is clean
// must get a copy: run again, it would find what the variable became later.
func (f *function) looseWrites() map[types.Object][]write {
	writes := map[types.Object][]write{}
	var visit func(g *function)
	visit = func(g *function) {
		g.walkAll(func(stack []ast.Node) {
			n := stack[len(stack)-1]
			if lit, ok := n.(*ast.FuncLit); ok && lit != g.node {
				visit(g.file.function(lit, f))
				return
			}
			s, ok := n.(ast.Stmt)
			if !ok || g.pkg.facts.Taped(s) || g.inTail(s.Pos()) || g.outermost(stack) != nil {
				return
			}
			lit, _ := g.node.(*ast.FuncLit)
			for _, obj := range g.writtenBy(s, stack) {
				writes[obj] = append(writes[obj], write{s.Pos(), loops(stack), lit})
			}
		})
	}
	visit(f)
	return writes
}

// writtenBy are the variables that s itself writes after their declaration.
func (f *function) writtenBy(s ast.Stmt, stack []ast.Node) []types.Object {
	var objs []types.Object
	for _, e := range assigned(s) {
		id, ok := ast.Unparen(e).(*ast.Ident)
		if !ok {
			continue
		}
		if obj := f.pkg.TypesInfo.Uses[id]; obj != nil && !f.perIteration(obj, stack) {
			objs = append(objs, obj)
		}
	}
	if r, ok := s.(*ast.RangeStmt); ok && r.Tok == token.DEFINE && f.sharesLoopVars() {
		for _, e := range []ast.Expr{r.Key, r.Value} {
			if id, ok := e.(*ast.Ident); ok && f.pkg.TypesInfo.Defs[id] != nil {
				objs = append(objs, f.pkg.TypesInfo.Defs[id])
			}
		}
	}
	return objs
}

// walkAll is walk over the body that also visits the function literals directly in it, but not their bodies.
func (f *function) walkAll(visit func(stack []ast.Node)) {
	var stack []ast.Node
	ast.Inspect(f.body, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		stack = append(stack, n)
		visit(stack)
		if _, ok := n.(*ast.FuncLit); ok {
			stack = stack[:len(stack)-1]
			return false
		}
		return true
	})
}

// perIteration reports whether the write is the post statement of the loop that declares obj: each iteration has its own variable,
// and the post statement writes the next one.
func (f *function) perIteration(obj types.Object, stack []ast.Node) bool {
	if len(stack) < 2 {
		return false
	}
	loop, ok := stack[len(stack)-2].(*ast.ForStmt)
	return ok && loop.Post == stack[len(stack)-1] && loop.Init != nil && within(obj.Pos(), loop.Init) && !f.sharesLoopVars() && !f.sharesVars(loop)
}

func within(pos token.Pos, n ast.Node) bool { return n.Pos() <= pos && pos < n.End() }

func loops(stack []ast.Node) []ast.Node {
	var found []ast.Node
	for _, n := range stack {
		switch n.(type) {
		case *ast.ForStmt, *ast.RangeStmt, *ast.FuncLit, *ast.LabeledStmt:
			found = append(found, n)
		}
	}
	return found
}

// assigned are the expressions that s itself assigns to.
func assigned(s ast.Stmt) []ast.Expr {
	switch s := s.(type) {
	case *ast.AssignStmt:
		return s.Lhs
	case *ast.IncDecStmt:
		return []ast.Expr{s.X}
	case *ast.RangeStmt:
		if s.Tok == token.ASSIGN {
			return slices.DeleteFunc([]ast.Expr{s.Key, s.Value}, func(e ast.Expr) bool { return e == nil })
		}
	}
	return nil
}

// copies finds the local variables that the closure over span captures while they are clean and that are written later, and renames
// them for the closure. The statements that make the copies come first.
func (f *function) copies(c scope, span ast.Node) (scope, []frag) {
	var stmts []frag
	rename := map[types.Object]string{}
	for _, obj := range f.captured(span) {
		if !f.writtenLater(obj, span) || f.heldByReference(obj, span) {
			continue
		}
		name := f.root.names.fresh(obj.Name())
		from := f.name(obj)
		if r, ok := c.rename[obj]; ok {
			from = r
		}
		rename[obj] = name
		stmts = append(stmts, join(name+" := "+from))
	}
	return c.renaming(rename), stmts
}

// captured are the local variables from outside span that are used in it, in order of appearance.
func (f *function) captured(span ast.Node) []types.Object {
	var found []types.Object
	ast.Inspect(span, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		obj, ok := f.pkg.TypesInfo.Uses[id].(*types.Var)
		if ok && !obj.IsField() && !within(obj.Pos(), span) && obj.Parent() != f.pkg.Types.Scope() && obj.Pkg() == f.pkg.Types &&
			!slices.Contains(found, types.Object(obj)) {
			found = append(found, obj)
		}
		return true
	})
	return found
}

func (f *function) writtenLater(obj types.Object, span ast.Node) bool {
	for _, w := range f.root.writes[obj] {
		if w.lit != nil && !within(span.Pos(), w.lit) {
			if f.pkg.facts.Replayed(w.lit) && f.calls(span) {
				continue // the closure itself may run the literal, whose writes are touched then
			}
			return true
		}
		if w.pos > span.Pos() {
			return true
		}
		for _, l := range w.loops {
			if within(span.Pos(), l) && (!within(obj.Pos(), l) || f.sharedBy(l, obj)) {
				return true
			}
		}
	}
	return false
}

// heldByReference reports whether the closure over span needs the variable itself: it is contaminated, written, or its address is used.
func (f *function) heldByReference(obj types.Object, span ast.Node) bool {
	is := func(e ast.Expr) bool {
		id, ok := f.rootIdent(e)
		return ok && f.pkg.TypesInfo.Uses[id] == obj
	}
	held := false
	ast.Inspect(span, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			held = held || f.pkg.TypesInfo.Uses[n] == obj && f.pkg.facts.Tainted(n)
		case *ast.UnaryExpr:
			held = held || n.Op == token.AND && is(n.X)
		case *ast.SliceExpr:
			_, array := f.pkg.TypesInfo.TypeOf(n.X).Underlying().(*types.Array)
			held = held || array && is(n.X)
		case *ast.SelectorExpr:
			sel := f.pkg.TypesInfo.Selections[n]
			held = held || sel != nil && sel.Kind() == types.MethodVal && pointerMethod(sel) && is(n.X)
		case ast.Stmt:
			for _, e := range assigned(n) {
				held = held || is(e)
			}
		}
		return true
	})
	return held
}

// pointerMethod reports whether the selection takes the address of its operand.
func pointerMethod(sel *types.Selection) bool {
	fn, ok := sel.Obj().(*types.Func)
	if !ok {
		return false
	}
	recv := fn.Signature().Recv()
	if recv == nil {
		return false
	}
	_, want := recv.Type().(*types.Pointer)
	_, have := sel.Recv().Underlying().(*types.Pointer)
	return want && !have
}

// rootIdent returns the variable whose own memory e denotes: x in x, x.f and x[i] of an array, as long as no pointer is followed.
func (f *function) rootIdent(e ast.Expr) (*ast.Ident, bool) {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x, true
		case *ast.ParenExpr:
			e = x.X
		case *ast.SelectorExpr:
			if sel := f.pkg.TypesInfo.Selections[x]; sel == nil || sel.Indirect() {
				return nil, false
			}
			e = x.X
		case *ast.IndexExpr:
			if !isArray(f.pkg.TypesInfo, x.X) {
				return nil, false
			}
			e = x.X
		default:
			return nil, false
		}
	}
}

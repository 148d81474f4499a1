package source

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// yields: a goroutine's end. What it returns is an error, if anything.
func (b *body) yields(st *ast.ReturnStmt) bool {
	for _, e := range st.Results {
		b.errors = b.errors || !b.info.Types[e].IsNil()
	}
	return b.pureAll(st.Results)
}

// sends: what is sent is judged where it is received.
func (b *body) sends(st *ast.SendStmt) bool { return b.pure(st.Chan) && b.pure(st.Value) }

// startsJoined: the iterations start goroutines which do only what commutes, and which are joined after the loop.
func (b *body) startsJoined(stmt ast.Node, call *ast.CallExpr, lit *ast.FuncLit) bool {
	g := newBody(b.s.goroutineLoop(stmt, call, lit), false)
	if b.goroutine || g.starter != b.node || !g.harmless() || g.float || g.errors || !b.s.joinedAfter(g) {
		return false
	}
	b.writes++
	return true
}

// atEnd: what a goroutine defers: it unlocks, tells that it is done, or gives a slot of a semaphore back.
func (b *body) atEnd(c *ast.CallExpr) bool {
	if lit, ok := ast.Unparen(c.Fun).(*ast.FuncLit); ok && len(c.Args) == 0 {
		return b.block(lit.Body.List)
	}
	return b.builtin(c, "close") || b.callStmt(c)
}

// lock notes whether the goroutine holds a lock, from statement to statement.
func (b *body) lock(c *ast.CallExpr, f *types.Func) {
	if _, deferred := b.s.parent(c).(*ast.DeferStmt); !deferred {
		b.locked = f.Name() == "Lock"
	}
}

// signal: a receive of nothing, as from a semaphore.
func (b *body) signal(e ast.Expr) bool {
	u, ok := ast.Unparen(e).(*ast.UnaryExpr)
	if !ok || u.Op != token.ARROW {
		return false
	}
	return emptyElement(typeOf(b.info, u.X))
}

// emptyElement says that the channel carries nothing but signals.
func emptyElement(t types.Type) bool {
	c, ok := t.Underlying().(*types.Chan)
	if !ok {
		return false
	}
	st, ok := c.Elem().Underlying().(*types.Struct)
	return ok && st.NumFields() == 0
}

// atomicTarget is what a call of sync/atomic writes, nil if it is no such call.
func (b *body) atomicTarget(c *ast.CallExpr, f *types.Func) ast.Expr {
	if f.Pkg() == nil || f.Pkg().Path() != "sync/atomic" || strings.HasPrefix(f.Name(), "Load") {
		return nil
	}
	if f.Signature().Recv() != nil {
		if sel, ok := ast.Unparen(c.Fun).(*ast.SelectorExpr); ok {
			return sel.X
		}
		return nil
	}
	if and, ok := ast.Unparen(c.Args[0]).(*ast.UnaryExpr); ok && and.Op == token.AND {
		return and.X
	}
	return c.Args[0]
}

// atomics judges a call of sync/atomic whose result nobody uses: adding commutes, and so does storing the same.
func (b *body) atomics(c *ast.CallExpr, f *types.Func) (harmless, ok bool) {
	to := b.atomicTarget(c, f)
	if to == nil {
		return false, false
	}
	last := c.Args[len(c.Args)-1]
	switch {
	case !b.base(to):
		return false, true
	case strings.HasPrefix(f.Name(), "Add"):
		return b.pure(last) && b.note(b.place(to), "atomic +"), true
	case strings.HasPrefix(f.Name(), "Store"):
		return b.same(last) && b.note(b.place(to), "atomic = "+types.ExprString(last)), true
	}
	return false, true
}

// joinedAfter says that after the statement which starts goroutines the function waits for them before it, or anything that it calls, can
// see what they write, and that it cannot leave before.
func (s *scope) joinedAfter(b *body) bool {
	if !b.single && s.touched(b, b.starter, b.body) {
		return false
	}
	for n := ast.Node(b.starter); n != nil; {
		list, at, holder := s.siblings(n)
		if list == nil {
			return false
		}
		for _, st := range list[at+1:] {
			if s.waits(b, st) {
				return true
			}
			if s.touched(b, st, nil) {
				return false
			}
		}
		up := s.parent(holder)
		if _, inIf := up.(*ast.IfStmt); !inIf {
			return false
		}
		n = up
	}
	return false
}

// waits: a statement that waits for all the goroutines: for their group, perhaps to look at its error, or for what each sends or closes last.
func (s *scope) waits(b *body, st ast.Stmt) bool {
	last := b.lastSignal()
	if loop, ok := st.(*ast.ForStmt); ok && !b.single {
		return last != "" && s.sameHeader(b.starter, loop) && receivesFrom(loop.Body, last)
	}
	if loop, ok := st.(*ast.RangeStmt); ok && !b.single {
		return last != "" && s.sameHeader(b.starter, loop) && receivesFrom(loop.Body, last)
	}
	found := false
	ast.Inspect(st, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit, *ast.BlockStmt:
			return false
		case *ast.CallExpr:
			f := s.callee(n)
			found = found || f != nil && (f.FullName() == "(*sync.WaitGroup).Wait" || f.FullName() == "(*golang.org/x/sync/errgroup.Group).Wait")
		}
		return true
	})
	return found || b.single && last != "" && receivesFrom(st, last)
}

// lastSignal is the channel that a goroutine closes or sends on when it ends, "" if there is none.
func (b *body) lastSignal() string {
	if len(b.body.List) == 0 {
		return ""
	}
	if d, ok := b.body.List[0].(*ast.DeferStmt); ok && b.builtin(d.Call, "close") {
		return types.ExprString(d.Call.Args[0])
	}
	switch last := b.body.List[len(b.body.List)-1].(type) {
	case *ast.SendStmt:
		return types.ExprString(last.Chan)
	case *ast.ExprStmt:
		if c, ok := last.X.(*ast.CallExpr); ok && b.builtin(c, "close") {
			return types.ExprString(c.Args[0])
		}
	}
	return ""
}

// sameHeader says that two loops run the same number of times.
func (s *scope) sameHeader(a, b ast.Node) bool {
	return s.header(a) != "" && s.header(a) == s.header(b)
}

func (s *scope) header(n ast.Node) string {
	switch n := n.(type) {
	case *ast.RangeStmt:
		return "range " + types.ExprString(n.X)
	case *ast.ForStmt:
		if id := counted(n); id != nil && n.Cond != nil {
			return s.printedBody([]ast.Stmt{n.Init}) + types.ExprString(n.Cond)
		}
	}
	return ""
}

// receivesFrom says that the node, blocks within a statement aside, receives from the channel.
func receivesFrom(n ast.Node, ch string) bool {
	found := false
	ast.Inspect(n, func(m ast.Node) bool {
		if _, block := m.(*ast.BlockStmt); block && m != n {
			return false
		}
		u, ok := m.(*ast.UnaryExpr)
		found = found || ok && u.Op == token.ARROW && types.ExprString(u.X) == ch
		return !found
	})
	return found
}

// touched says that the node, but for the part of it, names what goroutines write, calls own code that could, assigns what they read, or
// leaves.
func (s *scope) touched(b *body, n ast.Node, part ast.Node) bool {
	found := false
	ast.Inspect(n, func(m ast.Node) bool {
		if m == part && part != nil {
			return false
		}
		switch m := m.(type) {
		case *ast.RangeStmt:
			if m.Value == nil && !s.isReceived(m.X) { // asks for the length alone
				found = found || s.touched(b, m.Body, part)
				return false
			}
		case *ast.Ident:
			found = found || b.roots[objectOf(s.info, m)]
		case *ast.ReturnStmt:
			found = true
		case *ast.BranchStmt:
			found = found || m.Tok == token.GOTO || part != nil && m.Tok == token.BREAK
		case *ast.CallExpr:
			f := s.callee(m)
			_, started := ast.Unparen(m.Fun).(*ast.FuncLit)
			own := f != nil && s.f.own(f) && !s.harmlessCall(b, f) || f == nil && !started && !s.info.Types[m.Fun].IsType() && !s.info.Types[m.Fun].IsBuiltin()
			found = found || own || s.writesRead(b, m, f)
		case *ast.IncDecStmt:
			found = found || s.readBy(b, m.X)
		case *ast.AssignStmt:
			for _, l := range m.Lhs {
				found = found || m.Tok != token.DEFINE && s.readBy(b, l)
			}
		}
		return !found
	})
	return found
}

// writesRead says that a library's function writes what the goroutines name; handles such as a WaitGroup are no memory.
func (s *scope) writesRead(b *body, c *ast.CallExpr, f *types.Func) bool {
	if f == nil || s.f.own(f) {
		return false
	}
	known, _ := s.f.dict.Lookup(f)
	for _, i := range written(known) {
		arg := b.argument(c, f, i)
		if arg == nil {
			continue
		}
		if and, ok := ast.Unparen(arg).(*ast.UnaryExpr); ok {
			arg = and.X
		}
		if !s.f.dict.Opaque(typeOf(s.info, arg)) && s.readBy(b, arg) {
			return true
		}
	}
	return false
}

// harmlessCall says that the function writes nothing, and reads nothing that the goroutines write.
func (s *scope) harmlessCall(b *body, f *types.Func) bool {
	fn := s.fn.Prog.FuncValue(f.Origin())
	return fn != nil && s.f.all.pure(fn) && b.apart(s.f.all.reads(fn))
}

// readBy says that the goroutines name the variable that is assigned.
func (s *scope) readBy(b *body, l ast.Expr) bool {
	obj := s.lastObject(l)
	found := obj == nil
	ast.Inspect(b.body, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && objectOf(s.info, id) == obj
		return !found
	})
	return found
}

package source

import (
	"go/ast"
	"go/token"
	"go/types"
)

// body is the proof that the order of a loop's iterations does not matter.
type body struct {
	*loop
	info *types.Info
	pins bool // statements under a condition that holds for one key only may do anything

	assigned map[types.Object]bool // variables and fields that the body assigns, containers whose elements it assigns
	foreign  map[place]bool        // containers that it assigns at other places than the loop's own key, too
	written  map[place]bool
	manner   map[place]string // how each place is written: two ways would make the order matter

	collects []collect
	exits    []string // the text of blocks that end the loop
	pinned   int      // blocks that one iteration runs
	writes   int      // statements that write, constants in blocks that end the loop left out
	ending   bool     // in a block that ends the loop
	loops    int      // around the statement, in the body
	breaks   int      // loops, switches and selects around the statement, in the body
	float    bool     // the order matters to floating-point sums only

	roots  map[types.Object]bool // variables and fields that lead to what is written
	locked bool                  // the goroutine holds a lock here
	errors bool                  // a goroutine may return an error
}

func newBody(l *loop, pins bool) *body {
	b := &body{
		loop: l, info: l.s.info, pins: pins, assigned: map[types.Object]bool{}, foreign: map[place]bool{}, written: map[place]bool{},
		manner: map[place]string{}, roots: map[types.Object]bool{},
	}
	b.survey()
	return b
}

// harmless says that every order of the iterations leaves the same.
func (b *body) harmless() bool {
	if !b.block(b.body.List) {
		return false
	}
	switch {
	case b.pinned > 0:
		return b.pinned == 1 && b.writes == 0 && len(b.exits) == 0
	case len(b.exits) > 0:
		if b.writes > 0 {
			return false
		}
		for _, text := range b.exits {
			if text != b.exits[0] {
				return false
			}
		}
	}
	for _, c := range b.collects {
		if !b.s.sortedAfter(b.node, c) {
			return false
		}
	}
	return true
}

func (b *body) block(list []ast.Stmt) bool {
	if n := len(list); n > 0 && b.ends(list[n-1]) && !(b.pins && b.pinnedRest(list)) {
		return b.ended(list)
	}
	for i, st := range list {
		if b.pins && b.skipsOthers(st, list[i+1:]) {
			b.pinned++
			return true // the rest runs for one key
		}
		if !b.stmt(st) {
			return false
		}
	}
	return true
}

// pinnedRest says that one of the statements leaves the others to the iteration of one key.
func (b *body) pinnedRest(list []ast.Stmt) bool {
	for i, st := range list {
		if b.skipsOthers(st, list[i+1:]) {
			return true
		}
	}
	return false
}

func (b *body) stmt(st ast.Stmt) bool {
	switch st := st.(type) {
	case nil, *ast.EmptyStmt:
		return true
	case *ast.BlockStmt:
		return b.block(st.List)
	case *ast.IncDecStmt:
		return b.local(st.X) || b.ownSlot(st.X) || b.fold(st.X, token.ADD, nil)
	case *ast.AssignStmt:
		return b.assign(st)
	case *ast.DeclStmt:
		return b.declares(st)
	case *ast.IfStmt:
		return b.branch(st)
	case *ast.SwitchStmt:
		return b.stmt(st.Init) && (st.Tag == nil || b.pure(st.Tag)) && b.clauses(st.Body)
	case *ast.TypeSwitchStmt:
		return b.stmt(st.Init) && b.subject(st.Assign) && b.clauses(st.Body)
	case *ast.ForStmt:
		return b.stmt(st.Init) && (st.Cond == nil || b.pure(st.Cond)) && b.stmt(st.Post) && b.inner(st.Body)
	case *ast.RangeStmt:
		return (st.Tok != token.ASSIGN || b.local(st.Key) && (st.Value == nil || b.local(st.Value))) && b.pure(st.X) && b.inner(st.Body)
	case *ast.BranchStmt:
		return b.jump(st)
	case *ast.ReturnStmt:
		return b.goroutine && b.yields(st) || b.callback && returnsBool(st, "true")
	case *ast.SendStmt:
		return (b.goroutine || emptyElement(typeOf(b.info, st.Chan))) && b.sends(st)
	case *ast.GoStmt:
		lit, ok := ast.Unparen(st.Call.Fun).(*ast.FuncLit)
		return ok && b.startsJoined(st, st.Call, lit)
	case *ast.DeferStmt:
		return b.goroutine && b.atEnd(st.Call)
	case *ast.ExprStmt:
		c, ok := ast.Unparen(st.X).(*ast.CallExpr)
		return ok && b.callStmt(c) || b.goroutine && b.signal(st.X)
	}
	return false
}

func (b *body) branch(st *ast.IfStmt) bool {
	if st.Init == nil && b.extreme(st) {
		return true
	}
	if !b.stmt(st.Init) || !b.pure(st.Cond) {
		return false
	}
	if b.pins && b.pin(st.Cond, token.EQL, st.Body.List) {
		b.pinned++
		return b.stmt(st.Else)
	}
	return b.block(st.Body.List) && b.stmt(st.Else)
}

func (b *body) clauses(list *ast.BlockStmt) bool {
	b.breaks++
	defer func() { b.breaks-- }()
	for _, c := range list.List {
		c, ok := c.(*ast.CaseClause)
		if !ok {
			return false
		}
		for _, e := range c.List {
			if !b.pure(e) {
				return false
			}
		}
		if !b.block(c.Body) {
			return false
		}
	}
	return true
}

// subject is the x := y.(type) of a type switch.
func (b *body) subject(st ast.Stmt) bool {
	switch st := st.(type) {
	case *ast.AssignStmt:
		return b.pure(st.Rhs[0])
	case *ast.ExprStmt:
		return b.pure(st.X)
	}
	return false
}

// inner is the body of a loop inside the body.
func (b *body) inner(list *ast.BlockStmt) bool {
	b.loops++
	b.breaks++
	defer func() { b.loops--; b.breaks-- }()
	return b.block(list.List)
}

// jump: to the next iteration, or within the body.
func (b *body) jump(st *ast.BranchStmt) bool {
	if st.Label != nil {
		return st.Tok == token.CONTINUE && b.labelled(st.Label) || st.Tok != token.GOTO && b.inside(b.info.Uses[st.Label])
	}
	return st.Tok == token.CONTINUE || st.Tok == token.BREAK && b.breaks > 0 || st.Tok == token.FALLTHROUGH
}

// labelled says that the label is the loop's.
func (b *body) labelled(label *ast.Ident) bool {
	l, ok := b.s.parent(b.node).(*ast.LabeledStmt)
	return ok && l.Label.Name == label.Name
}

func (b *body) declares(st *ast.DeclStmt) bool {
	d, ok := st.Decl.(*ast.GenDecl)
	if !ok {
		return false
	}
	for _, spec := range d.Specs {
		v, ok := spec.(*ast.ValueSpec)
		if !ok {
			continue
		}
		for _, e := range v.Values {
			if !b.pure(e) {
				return false
			}
		}
	}
	return true
}

// callStmt: a call for its effect.
func (b *body) callStmt(c *ast.CallExpr) bool {
	switch {
	case b.builtin(c, "delete"):
		return b.deletes(c)
	case b.builtin(c, "close"):
		return b.goroutine
	case b.logs(c):
		return true
	}
	f := b.s.callee(c)
	if f == nil {
		return false
	}
	if joining[f.FullName()] && len(c.Args) == 1 {
		lit, ok := ast.Unparen(c.Args[0]).(*ast.FuncLit)
		return ok && b.startsJoined(b.s.parent(c), nil, lit)
	}
	if locks(f) {
		b.lock(c, f)
		return true
	}
	if x := b.sortedOwn(c, f); x != nil {
		return b.note(b.container(x), "sorted")
	}
	if done, ok := b.atomics(c, f); ok {
		return done
	}
	if op, ok := accumulates[f.FullName()]; ok && len(c.Args) == 2 {
		to, isSel := ast.Unparen(c.Fun).(*ast.SelectorExpr)
		return isSel && types.ExprString(to.X) == types.ExprString(c.Args[0]) && b.steady(to.X) && b.pure(c.Args[1]) && b.note(b.place(to.X), op)
	}
	return b.pure(c)
}

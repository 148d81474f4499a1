package source

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// goes adds a go statement.
func (s *scope) goes(in *ssa.Go) {
	src := Source{Kind: GoroutineOrder, Symbol: "go", Blocks: entryBlocks(s.started(in.Common()))}
	if call := s.callAt(in); call != nil {
		if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok {
			s.proveGoroutine(&src, s.parent(call), call, lit)
		} else if f := s.callee(call); f != nil && s.f.all.onlySends(f) {
			src.Harmless = onlySends
		}
	}
	s.add(src, in, nil)
}

const onlySends = "it writes nothing; what it sends is judged where it is received"

// onlySends says that the function writes nothing that it has not made, and sends at most.
func (w *whole) onlySends(f *types.Func) bool {
	decl := w.decls[f.Origin()]
	if decl == nil || decl.Body == nil {
		return false
	}
	inner := newScope(w.f, w.prog.FuncValue(f.Origin()))
	b := newBody(&loop{s: inner, node: decl, body: decl.Body, goroutine: true, single: true, starter: decl}, false)
	return b.harmless() && len(b.roots) == 0
}

// starts adds a call of a library that runs functions on other goroutines.
func (s *scope) starts(site ssa.CallInstruction, f *types.Func) {
	known, _ := s.f.dict.Lookup(f)
	if len(known.Goes) == 0 || s.f.kindOf(f) != "" {
		return
	}
	src := Source{Kind: GoroutineOrder, Symbol: f.FullName(), Blocks: entryBlocks(s.begun(site, f))}
	if call := s.callAt(site); call != nil && joining[f.FullName()] {
		if lit, ok := ast.Unparen(call.Args[0]).(*ast.FuncLit); ok {
			s.proveGoroutine(&src, s.parent(call), nil, lit)
		}
	}
	s.addCall(src, site)
}

// joining are functions that start a goroutine of a group that can be waited for.
var joining = map[string]bool{"(*sync.WaitGroup).Go": true, "(*golang.org/x/sync/errgroup.Group).Go": true}

// started are the functions that a go statement may start.
func (s *scope) started(c *ssa.CallCommon) []*ssa.Function {
	if fn := c.StaticCallee(); fn != nil {
		return []*ssa.Function{fn}
	}
	return nil
}

// begun are the functions that a library runs on another goroutine.
func (s *scope) begun(site ssa.CallInstruction, f *types.Func) []*ssa.Function {
	known, _ := s.f.dict.Lookup(f)
	at := known.Goes
	if s.f.kindOf(f) == Finalizer {
		at = []int{1}
	}
	var out []*ssa.Function
	for _, i := range at {
		if v := operand(site.Common(), i); v != nil {
			out = append(out, funcsOf(v)...)
		}
	}
	return out
}

func entryBlocks(fns []*ssa.Function) []*ssa.BasicBlock {
	var out []*ssa.BasicBlock
	for _, fn := range fns {
		if len(fn.Blocks) > 0 {
			out = append(out, fn.Blocks[0])
		}
	}
	return out
}

// proveGoroutine notes in src why it does not matter in which order the goroutines run that the statement starts: as the iterations of a
// loop they do only what commutes, and they are joined before anything reads what they wrote.
func (s *scope) proveGoroutine(src *Source, stmt ast.Node, call *ast.CallExpr, lit *ast.FuncLit) {
	b := newBody(s.goroutineLoop(stmt, call, lit), false)
	if b.starter == nil || !b.harmless() {
		return
	}
	switch {
	case len(b.roots) == 0:
		src.Harmless = onlySends
	case !s.joinedAfter(b):
		return
	case b.float:
		src.Kind = FloatOrder
		return
	default:
		src.Harmless = "each writes its own slot, or only what commutes, and all are joined before that is read"
	}
	if b.errors {
		s.firstError(src)
	}
}

// goroutineLoop sees the goroutines that a statement starts as a loop's iterations.
func (s *scope) goroutineLoop(stmt ast.Node, call *ast.CallExpr, lit *ast.FuncLit) *loop {
	l := &loop{s: s, node: stmt, body: lit.Body, goroutine: true, single: true, starter: stmt}
	around := s.loopAround(stmt)
	if around != nil {
		l.single, l.starter, l.node = false, around, around
		if !s.ownIteration(l, around, stmt, lit) {
			l.starter = nil
		}
	}
	i := 0
	for _, field := range lit.Type.Params.List {
		for _, name := range field.Names {
			obj := s.info.Defs[name]
			l.bound = append(l.bound, obj)
			if call != nil && i < len(call.Args) {
				if id, ok := ast.Unparen(call.Args[i]).(*ast.Ident); ok && slices.Contains(l.keys, s.info.Uses[id]) {
					l.keys = append(l.keys, obj)
				}
			}
			i++
		}
	}
	return l
}

// loopAround is the innermost loop of the same function around the node, nil if there is none.
func (s *scope) loopAround(n ast.Node) ast.Stmt {
	for up := s.parent(n); up != nil; up = s.parent(up) {
		switch up := up.(type) {
		case *ast.ForStmt:
			return up
		case *ast.RangeStmt:
			return up
		case *ast.FuncLit, *ast.FuncDecl:
			return nil
		}
	}
	return nil
}

// ownIteration binds what belongs to one iteration of the loop that starts goroutines: the loop's variables and those of its body. It is
// false if an iteration, stmt aside, does anything to what its goroutine can see, or if a loop around may start more of them.
func (s *scope) ownIteration(l *loop, around ast.Stmt, stmt ast.Node, lit *ast.FuncLit) bool {
	if s.loopAround(around) != nil {
		return false
	}
	ast.Inspect(around, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && s.info.Defs[id] != nil {
			l.bound = append(l.bound, s.info.Defs[id])
		}
		return n != ast.Node(lit)
	})
	switch around := around.(type) {
	case *ast.RangeStmt:
		if around.Tok != token.DEFINE {
			return false
		}
		if key, ok := around.Key.(*ast.Ident); ok && s.eachOnce(around.X) {
			l.keys = append(l.keys, s.info.Defs[key])
		}
	case *ast.ForStmt:
		if key := counted(around); key != nil {
			l.keys = append(l.keys, s.info.Defs[key])
		}
	}
	for _, obj := range l.bound { // i := i
		if given := s.variables().given[obj]; len(given) == 1 && given[0] != nil {
			if id, ok := given[0].(*ast.Ident); ok && slices.Contains(l.keys, s.info.Uses[id]) {
				l.keys = append(l.keys, obj)
			}
		}
	}
	return true
}

// eachOnce says that a range gives another key in each iteration: not over a channel or an iterator.
func (s *scope) eachOnce(x ast.Expr) bool {
	switch typeOf(s.info, x).Underlying().(type) {
	case *types.Slice, *types.Array, *types.Map, *types.Basic, *types.Pointer:
		return true
	}
	return false
}

func (s *scope) isReceived(x ast.Expr) bool {
	_, ok := typeOf(s.info, x).Underlying().(*types.Chan)
	return ok
}

// counted is the variable of for i := a; cond; i++, nil if the loop is another.
func counted(st *ast.ForStmt) *ast.Ident {
	init, ok := st.Init.(*ast.AssignStmt)
	post, isInc := st.Post.(*ast.IncDecStmt)
	if !ok || !isInc || init.Tok != token.DEFINE || len(init.Lhs) != 1 {
		return nil
	}
	id, ok := init.Lhs[0].(*ast.Ident)
	if !ok || types.ExprString(post.X) != id.Name {
		return nil
	}
	again := false
	ast.Inspect(st.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				again = again || n.Tok != token.DEFINE && types.ExprString(l) == id.Name
			}
		case *ast.IncDecStmt:
			again = again || types.ExprString(n.X) == id.Name
		}
		return true
	})
	if again {
		return nil
	}
	return id
}

// firstError: which error comes first is open. It matters where that is put into something else; whether there is one does not.
func (s *scope) firstError(src *Source) {
	for _, b := range s.fn.Blocks {
		for _, in := range b.Instrs {
			wait, ok := in.(*ssa.Call)
			if !ok || called(&wait.Call) == nil || called(&wait.Call).FullName() != "(*golang.org/x/sync/errgroup.Group).Wait" {
				continue
			}
			src.Values = append(src.Values, carriedOn(wait, map[ssa.Value]bool{})...)
		}
	}
	if len(src.Values) > 0 {
		src.Harmless, src.Blocks = "", nil
	}
}

// carriedOn are the results of calls that are given the error.
func carriedOn(err ssa.Value, seen map[ssa.Value]bool) []ssa.Value {
	if seen[err] {
		return nil
	}
	seen[err] = true
	var out []ssa.Value
	for _, ref := range referrers(err) {
		switch ref := ref.(type) {
		case *ssa.Call:
			out = append(out, ref)
		case *ssa.Phi:
			out = append(out, carriedOn(ref, seen)...)
		case *ssa.ChangeInterface:
			out = append(out, carriedOn(ref, seen)...)
		case *ssa.Store:
			if slot, ok := ref.Addr.(*ssa.IndexAddr); ok { // an argument of fmt.Errorf
				out = append(out, slicesOf(slot.X)...)
			}
		}
	}
	return out
}

// slicesOf are the results of calls that are given a slice of the array.
func slicesOf(array ssa.Value) []ssa.Value {
	var out []ssa.Value
	for _, ref := range referrers(array) {
		if sl, ok := ref.(*ssa.Slice); ok {
			for _, use := range referrers(sl) {
				if c, ok := use.(*ssa.Call); ok {
					out = append(out, c)
				}
			}
		}
	}
	return out
}

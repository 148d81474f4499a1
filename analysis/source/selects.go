package source

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// selects adds a select with more than one way to go on; default is one.
func (s *scope) selects(in *ssa.Select) {
	ended, others := 0, 0
	for _, st := range in.States {
		switch {
		case neverReady(st.Chan):
		case st.Dir == types.RecvOnly && isDone(st.Chan):
			ended++
		default:
			others++
		}
	}
	if !in.Blocking {
		others++
	}
	if ended+others < 2 {
		return
	}
	src := Source{Kind: Select, Symbol: "select", Values: chosen(in)}
	if ended > 0 && others < 2 {
		src.Kind = Deadline
	}
	node, ok := s.nodes[in.Pos()].(*ast.SelectStmt)
	if !ok {
		s.add(src, in, nil)
		return
	}
	switch {
	case s.sameCases(node):
		src.Harmless = "all cases do the same"
	case src.Kind == Deadline && s.givesUp(in, node):
		src.Harmless = "an operation that its caller gives up ends before its first effect"
	}
	s.add(src, in, node)
}

// chosen is the number of the case that was taken.
func chosen(in *ssa.Select) []ssa.Value {
	var out []ssa.Value
	for _, ref := range referrers(in) {
		if x, ok := ref.(*ssa.Extract); ok && x.Index == 0 {
			out = append(out, x)
		}
	}
	return out
}

// neverReady: a nil channel, or the Done of a context that never ends.
func neverReady(ch ssa.Value) bool {
	if k, ok := ch.(*ssa.Const); ok {
		return k.IsNil()
	}
	done, ok := ch.(*ssa.Call)
	if !ok || !isDone(ch) {
		return false
	}
	ctx, ok := done.Call.Value.(*ssa.Call)
	if !ok {
		return false
	}
	f := called(&ctx.Call)
	if f == nil {
		return false
	}
	switch f.FullName() {
	case "context.Background", "context.TODO", "context.WithoutCancel":
		return true
	}
	return false
}

// isDone says that the channel is a context's Done.
func isDone(ch ssa.Value) bool {
	c, ok := ch.(*ssa.Call)
	if !ok {
		return false
	}
	f := called(&c.Call)
	return f != nil && f.FullName() == "(context.Context).Done"
}

// onlyWaitedFor says that the channel is only received from.
func onlyWaitedFor(ch ssa.Value) bool {
	if ch == nil {
		return true
	}
	for _, ref := range referrers(ch) {
		switch ref := ref.(type) {
		case *ssa.Select, *ssa.DebugRef:
		case *ssa.UnOp:
			if ref.Op != token.ARROW {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// sameCases says that every case receives, binds nothing, and has the same body as the others.
func (s *scope) sameCases(node *ast.SelectStmt) bool {
	first := ""
	for i, c := range node.Body.List {
		c := c.(*ast.CommClause)
		if c.Comm != nil {
			if _, receives := c.Comm.(*ast.ExprStmt); !receives {
				return false
			}
		}
		body := s.printedBody(c.Body)
		if i == 0 {
			first = body
		}
		if body != first {
			return false
		}
	}
	return true
}

// givesUp: the only choice is whether the context of a function that own code does not call has ended, the case of that returns, and
// nothing that can run before has an effect.
func (s *scope) givesUp(in *ssa.Select, node *ast.SelectStmt) bool {
	if s.f.all.calledByOwn(s.fn) || s.effectBefore(in) {
		return false
	}
	for i, c := range node.Body.List {
		c := c.(*ast.CommClause)
		if c.Comm == nil || !s.waitsForDone(c.Comm) {
			continue
		}
		if len(c.Body) != 1 {
			return false
		}
		if _, returns := node.Body.List[i].(*ast.CommClause).Body[0].(*ast.ReturnStmt); !returns {
			return false
		}
	}
	for _, st := range in.States {
		if c, ok := st.Chan.(*ssa.Call); ok && isDone(c) && !parameter(c.Call.Value) {
			return false
		}
	}
	return true
}

func (s *scope) waitsForDone(comm ast.Stmt) bool {
	es, ok := comm.(*ast.ExprStmt)
	if !ok {
		return false
	}
	rcv, ok := ast.Unparen(es.X).(*ast.UnaryExpr)
	if !ok {
		return false
	}
	call, ok := ast.Unparen(rcv.X).(*ast.CallExpr)
	if !ok {
		return false
	}
	f := s.callee(call)
	return f != nil && f.FullName() == "(context.Context).Done"
}

func parameter(v ssa.Value) bool { _, ok := v.(*ssa.Parameter); return ok }

// effectBefore says that something with an effect can run before in.
func (s *scope) effectBefore(in ssa.Instruction) bool {
	flow := s.flow(s.fn)
	for _, b := range s.fn.Blocks {
		for _, other := range b.Instrs {
			if other != in && flow.follows(other, in) && s.f.all.effect(other) {
				return true
			}
		}
	}
	return false
}

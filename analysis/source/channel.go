package source

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// builtin adds the length of a channel's queue.
func (s *scope) builtin(site ssa.CallInstruction, b *ssa.Builtin) {
	if b.Name() != "len" || site.Value() == nil {
		return
	}
	if _, ok := site.Common().Args[0].Type().Underlying().(*types.Chan); !ok {
		return
	}
	s.addCall(Source{Kind: ChannelOrder, Symbol: "len", Values: []ssa.Value{site.Value()}}, site)
}

// receive adds a receive from a channel on which several goroutines send, or of which it is not known who does.
func (s *scope) receive(in *ssa.UnOp) {
	if in.Op != token.ARROW || emptyElement(in.X.Type()) || s.fromLibrary(in.X) {
		return
	}
	if n, known := s.senders(in.X); known && n < 2 {
		return
	}
	src := Source{Kind: ChannelOrder, Symbol: "<-", Values: received(in)}
	if len(src.Values) == 0 {
		return
	}
	node := s.nodes[in.Pos()]
	switch node := node.(type) {
	case *ast.RangeStmt:
		l := rangeLoop(s, node)
		l.keys = nil
		s.prove(&src, l)
	case *ast.UnaryExpr:
		if l := s.receiveLoop(node); l != nil {
			s.prove(&src, l)
		}
	}
	s.add(src, in, node)
}

// received is what a receive gives, without whether the channel was closed.
func received(in *ssa.UnOp) []ssa.Value {
	if !in.CommaOk {
		return []ssa.Value{in}
	}
	var out []ssa.Value
	for _, ref := range referrers(in) {
		if x, ok := ref.(*ssa.Extract); ok && x.Index == 0 {
			out = append(out, x)
		}
	}
	return out
}

// receiveLoop is the loop around a receive, which takes an element in each iteration; its counters must not be used beside that.
func (s *scope) receiveLoop(taken *ast.UnaryExpr) *loop {
	around := s.loopAround(taken)
	l := &loop{s: s, node: around, taken: taken}
	switch around := around.(type) {
	case *ast.ForStmt:
		l.body = around.Body
		if id := counted(around); id != nil {
			l.counters = append(l.counters, s.info.Defs[id])
		} else if around.Init != nil || around.Post != nil {
			return nil
		}
	case *ast.RangeStmt:
		l.body = around.Body
		for _, e := range []ast.Expr{around.Key, around.Value} {
			if id, ok := e.(*ast.Ident); ok && id.Name != "_" {
				l.counters = append(l.counters, s.info.Defs[id])
			}
		}
	default:
		return nil
	}
	return l
}

// fromLibrary says that a library's call made the channel: what it carries is that call's source, if any.
func (s *scope) fromLibrary(ch ssa.Value) bool {
	switch ch := ch.(type) {
	case *ssa.Call:
		f := called(&ch.Call)
		return f != nil && !s.f.own(f)
	case *ssa.UnOp: // a Timer's C
		if fa, ok := ch.X.(*ssa.FieldAddr); ok {
			obj := cellOf(fa)
			return obj != nil && obj.Pkg() != nil && obj.Pkg().Path() == "time"
		}
	}
	return false
}

// senders counts the goroutines that send on the channel, two for any more than one; known is false if it may be used out of sight.
func (s *scope) senders(ch ssa.Value) (n int, known bool) {
	c := &channel{s: s, by: map[ssa.Instruction]bool{}, seen: map[ssa.Value]bool{}, known: true}
	for _, made := range c.origins(ch) {
		c.uses(made, nil)
	}
	for start := range c.by {
		if start == nil || !s.flow(start.Parent()).follows(start, start) {
			n++
		} else {
			n += 2
		}
	}
	return n, c.known
}

// channel is the search for what uses a channel.
type channel struct {
	s     *scope
	by    map[ssa.Instruction]bool // the statements that start the goroutines which send; nil for the function that made it
	seen  map[ssa.Value]bool
	known bool
}

// origins are the places where the channel may have been made.
func (c *channel) origins(ch ssa.Value) []ssa.Value {
	switch ch := ch.(type) {
	case *ssa.MakeChan:
		return []ssa.Value{ch}
	case *ssa.ChangeType:
		return c.origins(ch.X)
	case *ssa.UnOp:
		return c.stored(ch.X)
	}
	c.known = false
	return nil
}

// stored are the origins of what a variable holds.
func (c *channel) stored(addr ssa.Value) []ssa.Value {
	switch addr := addr.(type) {
	case *ssa.FreeVar:
		return c.stored(bindingOf(addr))
	case *ssa.Alloc:
		var out []ssa.Value
		for _, ref := range referrers(addr) {
			if st, ok := ref.(*ssa.Store); ok && st.Addr == ssa.Value(addr) {
				out = append(out, c.origins(st.Val)...)
			}
		}
		return out
	}
	c.known = false
	return nil
}

// bindingOf is what a captured variable is in the function around.
func bindingOf(free *ssa.FreeVar) ssa.Value {
	fn := free.Parent()
	for _, b := range fn.Parent().Blocks {
		for _, in := range b.Instrs {
			if mc, ok := in.(*ssa.MakeClosure); ok && mc.Fn == ssa.Value(fn) {
				return mc.Bindings[slices.Index(fn.FreeVars, free)]
			}
		}
	}
	return nil
}

// uses follows a channel, or a variable that holds it, through one goroutine, which the instruction started.
func (c *channel) uses(v ssa.Value, start ssa.Instruction) {
	if c.seen[v] {
		return
	}
	c.seen[v] = true
	for _, ref := range referrers(v) {
		switch ref := ref.(type) {
		case *ssa.Send:
			if ref.Chan == v {
				c.by[start] = true
			} else {
				c.known = false
			}
		case *ssa.Select:
			c.selected(ref, v, start)
		case *ssa.Store:
			if cell, ok := ref.Addr.(*ssa.Alloc); ok && ref.Val == v {
				c.uses(cell, start)
			} else if ref.Addr != v {
				c.known = false
			}
		case *ssa.UnOp:
			if ref.Op == token.MUL {
				c.uses(ref, start)
			}
		case *ssa.ChangeType:
			c.uses(ref, start)
		case *ssa.MakeClosure:
			c.captured(ref, v, start)
		case ssa.CallInstruction:
			c.passed(ref, v, start)
		case *ssa.DebugRef, *ssa.BinOp:
		default:
			c.known = false
		}
	}
}

func (c *channel) selected(sel *ssa.Select, v ssa.Value, start ssa.Instruction) {
	for _, st := range sel.States {
		if st.Chan == v && st.Dir == types.SendOnly {
			c.by[start] = true
		}
	}
}

// captured follows a variable into a function literal, which may be another goroutine.
func (c *channel) captured(mc *ssa.MakeClosure, v ssa.Value, start ssa.Instruction) {
	fn := mc.Fn.(*ssa.Function)
	for _, ref := range referrers(mc) {
		if site, ok := ref.(ssa.CallInstruction); ok && c.s.startsGoroutine(site) {
			start = site
		}
	}
	for i, b := range mc.Bindings {
		if b == v {
			c.uses(fn.FreeVars[i], start)
		}
	}
}

// passed follows a channel into the parameter of a function.
func (c *channel) passed(site ssa.CallInstruction, v ssa.Value, start ssa.Instruction) {
	com := site.Common()
	if _, builtin := com.Value.(*ssa.Builtin); builtin {
		return
	}
	fn := com.StaticCallee()
	if fn == nil || len(fn.Blocks) == 0 {
		f := called(com)
		c.known = c.known && f != nil && c.s.f.kindOf(f) != "" // what that sends is its own source
		return
	}
	if c.s.startsGoroutine(site) {
		start = site
	}
	for i, a := range com.Args {
		if a == v {
			c.uses(fn.Params[i], start)
		}
	}
}

// startsGoroutine says that the function which is called, or given, runs on another goroutine.
func (s *scope) startsGoroutine(site ssa.CallInstruction) bool {
	if _, ok := site.(*ssa.Go); ok {
		return true
	}
	f := called(site.Common())
	if f == nil || s.f.own(f) {
		return false
	}
	known, _ := s.f.dict.Lookup(f)
	return len(known.Goes) > 0
}

package analysis

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/points"
)

// ends are the goroutines that handlers start and that use a channel; one that is started over and over counts as several.
type ends struct {
	senders, takers int
	sent            ssa.Instruction // one of the places where they send
	taken           ssa.Instruction
}

// checkChannels reports channels of handlers whose order scheduling decides: several goroutines send, or several receive and draw values.
// What carries no value has no order.
func (p *program) checkChannels() {
	at := map[*points.Object]*ends{}
	for _, fn := range p.funcs {
		if !p.isOwn(fn) || !p.reached[fn] {
			continue
		}
		for in := range instructions(fn) {
			if site, ok := in.(ssa.CallInstruction); ok {
				n := 1
				if p.flows[fn].follows(site, site) {
					n = 2
				}
				p.addEnds(at, site, n)
			}
		}
	}
	for _, e := range at {
		if e.senders > 1 {
			p.problemIn(e.sent.Parent(), e.sent.Pos(), "several goroutines of the handler send on this channel: scheduling decides what comes first")
		}
		if e.takers > 1 {
			p.problemIn(e.taken.Parent(), e.taken.Pos(), "several goroutines of the handler receive from this channel and draw values: scheduling decides who gets what")
		}
	}
}

// addEnds counts what the goroutines that the call starts do n times.
func (p *program) addEnds(at map[*points.Object]*ends, site ssa.CallInstruction, n int) {
	for _, g := range p.goroutines(site) {
		runs := p.reachable(g)
		sent, taken := map[*points.Object]ssa.Instruction{}, map[*points.Object]ssa.Instruction{}
		draws := false
		for fn := range runs {
			for in := range instructions(fn) {
				src := p.sourceAt[in]
				draws = draws || src != nil && src.recorded()
				p.note(sent, in, sends(in))
				p.note(taken, in, takes(in))
			}
		}
		for obj, in := range sent {
			e := endsOf(at, obj)
			e.senders, e.sent = e.senders+n, earlier(e.sent, in)
		}
		for obj, in := range taken {
			if draws {
				e := endsOf(at, obj)
				e.takers, e.taken = e.takers+n, earlier(e.taken, in)
			}
		}
	}
}

func endsOf(at map[*points.Object]*ends, obj *points.Object) *ends {
	if at[obj] == nil {
		at[obj] = &ends{}
	}
	return at[obj]
}

func earlier(a, b ssa.Instruction) ssa.Instruction {
	if a == nil || b.Pos() < a.Pos() {
		return b
	}
	return a
}

// note notes the instruction for every channel that ch can be, unless that carries no value.
func (p *program) note(set map[*points.Object]ssa.Instruction, in ssa.Instruction, ch ssa.Value) {
	if ch == nil || emptyElem(ch.Type()) {
		return
	}
	for _, a := range p.graph.Of(ch) {
		set[a.Obj] = earlier(set[a.Obj], in)
	}
}

func emptyElem(t types.Type) bool {
	c, ok := t.Underlying().(*types.Chan)
	if !ok {
		return false
	}
	st, ok := c.Elem().Underlying().(*types.Struct)
	return ok && st.NumFields() == 0
}

// sends is the channel that the instruction sends on, nil if none.
func sends(in ssa.Instruction) ssa.Value {
	if s, ok := in.(*ssa.Send); ok {
		return s.Chan
	}
	return nil
}

// takes is the channel that the instruction receives from, nil if none.
func takes(in ssa.Instruction) ssa.Value {
	if u, ok := in.(*ssa.UnOp); ok && u.Op == token.ARROW {
		return u.X
	}
	return nil
}

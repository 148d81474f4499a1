package analysis

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/points"
)

// must says that whenever the source is drawn its value gets to the hit: within one function, on every way to the function's end, and
// by operations that pass it on. All else is "may".
func (t *taint) must(src *source, h *hit) bool {
	if len(src.at) != 1 || src.at[0].Parent() != h.in.Parent() {
		return false
	}
	drawn, f := src.at[0], t.p.flows[h.in.Parent()]
	from, to := drawn.Block(), h.in.Block()
	if !f.post[from.Index][to.Index] || from == to && f.at[drawn] > f.at[h.in] {
		return false
	}
	value, ok := drawn.(ssa.Value)
	if !ok {
		return false
	}
	t.site = h.site
	p := passage{t: t, src: src.index, drawn: value, seen: map[ssa.Value]bool{}}
	return slices.ContainsFunc(outgoing(h.in), p.leadsTo)
}

// outgoing are the values that the instruction writes or hands out.
func outgoing(in ssa.Instruction) []ssa.Value {
	switch in := in.(type) {
	case *ssa.Store:
		return []ssa.Value{in.Val}
	case *ssa.MapUpdate:
		return []ssa.Value{in.Key, in.Value}
	case ssa.CallInstruction:
		return points.Operands(in.Common())
	}
	return nil
}

// passage is a search for a way from the value drawn by operations whose result is contaminated whenever an operand is.
type passage struct {
	t     *taint
	src   int
	drawn ssa.Value
	seen  map[ssa.Value]bool
}

func (p *passage) leadsTo(v ssa.Value) bool {
	if v == p.drawn {
		return true
	}
	in, ok := v.(ssa.Instruction)
	if !ok || p.seen[v] || !p.t.get(v).covers(one(p.src)) {
		return false
	}
	p.seen[v] = true
	switch v := v.(type) {
	case *ssa.UnOp:
		if v.Op == token.MUL || v.Op == token.ARROW {
			return false
		}
	case *ssa.Call:
		if c := p.t.p.calls[v]; len(c.externs) != 1 || len(c.bodies) > 0 {
			return false
		}
	case *ssa.BinOp, *ssa.Convert, *ssa.ChangeType, *ssa.ChangeInterface, *ssa.MakeInterface, *ssa.Extract:
	default:
		return false
	}
	return slices.ContainsFunc(in.Operands(nil), func(o *ssa.Value) bool { return *o != nil && p.leadsTo(*o) })
}

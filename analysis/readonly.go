package analysis

import (
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/points"
)

// readOnly proves that the entry leaves nothing behind: no write to persistent state, no nested request, no effect outside, no goroutine.
// Locks are no state, and what the dictionary calls superficial is no effect.
func (p *program) readOnly(e *entry) bool {
	for _, s := range p.slivers {
		if s.entry != e {
			continue
		}
		for in := range s.region {
			if p.leavesBehind(e, in) {
				return false
			}
		}
	}
	return !p.parks[e.fn]
}

func (p *program) leavesBehind(e *entry, in ssa.Instruction) bool {
	if p.unseen(e, in) || slices.ContainsFunc(p.effectOf(in).writes, func(a access) bool { return !p.transient(e, a.Addr) }) {
		return true
	}
	if st, ok := in.(*ssa.Store); ok && len(p.graph.Of(st.Addr)) == 0 {
		return true
	}
	site, ok := in.(ssa.CallInstruction)
	if !ok {
		return false
	}
	c := p.calls[site]
	if _, isGo := site.(*ssa.Go); (isGo || len(c.async) > 0) && !p.joined(in.Parent(), site) {
		return true
	}
	ops := points.Operands(site.Common())
	return slices.ContainsFunc(c.externs, func(x extern) bool { return x.External || x.Local }) ||
		!c.superficial() && slices.ContainsFunc(c.mutates(), func(i int) bool { return i < len(ops) && p.opaque(ops[i].Type()) })
}

// transient says that the cell is memory of the operation alone: made by it, by a library for it, or its request.
func (p *program) transient(e *entry, a points.Addr) bool {
	if p.state.persistent(a) {
		return false
	}
	if made, ok := a.Obj.Site.(ssa.Instruction); ok {
		return e.tree[made.Parent()]
	}
	return a.Obj.Site == nil && (a.Obj.Origin == "input" || strings.HasPrefix(a.Obj.Origin, "call@"))
}

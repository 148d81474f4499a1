package analysis

import (
	"fmt"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// checkFailures reports handlers that return an error whose Error draws values or writes state: whoever serves the handler calls that
// when the operation is over.
func (p *program) checkFailures() {
	for _, e := range p.entries {
		for in := range instructions(e.fn) {
			ret, ok := in.(*ssa.Return)
			if !ok || len(ret.Results) == 0 {
				continue
			}
			failure := results(ret)[len(ret.Results)-1]
			for _, v := range p.concrete(failure) {
				sel := p.prog.MethodSets.MethodSet(v.Type()).Lookup(nil, "Error")
				if sel == nil {
					continue
				}
				if f := p.prog.MethodValue(sel); f != nil && f.Blocks != nil && p.drawsOrWrites(f) {
					p.problem(f.Pos(), e.method, fmt.Sprintf("the handler returns %s, whose Error draws values or writes state, and is called when the operation is over: return a text that is made before", v.Type()))
				}
			}
		}
	}
}

// drawsOrWrites says that what root runs has a source, though no handler calls it, or writes persistent state.
func (p *program) drawsOrWrites(root *ssa.Function) bool {
	for fn := range p.reachable(root) {
		for in := range instructions(fn) {
			if src := p.sourceAt[in]; src != nil && src.harmless == "" {
				return true
			}
			if slices.ContainsFunc(p.effectOf(in).writes, func(a access) bool { return p.state.persistent(a.Addr) }) {
				return true
			}
		}
	}
	return false
}

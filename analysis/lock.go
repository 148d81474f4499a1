package analysis

import (
	"fmt"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/points"
)

// checkLock reports a lock that is held while a nested request is answered: the next operation would wait for it for ever.
func (p *program) checkLock(fn *ssa.Function, site ssa.CallInstruction) {
	unlock := unlocks(site)
	if _, isCall := site.(*ssa.Call); unlock == "" || !isCall {
		return
	}
	f := p.flows[fn]
	mutex := p.graph.Of(site.Common().Args[0])
	seen := map[*ssa.BasicBlock]bool{}
	var walk func(b *ssa.BasicBlock, from int) ssa.CallInstruction
	walk = func(b *ssa.BasicBlock, from int) ssa.CallInstruction {
		for _, in := range b.Instrs[from:] {
			c, ok := in.(*ssa.Call)
			if !ok {
				continue
			}
			if name := calledFunc(c.Common()); name != nil && name.Name() == unlock && overlaps(mutex, p.graph.Of(c.Common().Args[0])) {
				return nil
			}
			if p.parksAt(c) {
				return c
			}
		}
		for _, s := range b.Succs {
			if !seen[s] {
				seen[s] = true
				if c := walk(s, 0); c != nil {
					return c
				}
			}
		}
		return nil
	}
	if held := walk(site.Block(), f.at[site]+1); held != nil {
		what, _ := p.parked(held)
		p.problemIn(fn, held.Pos(), fmt.Sprintf("the lock taken at line %d is held across %s", p.position(site.Pos()).Line, what))
	}
}

// unlocks is the name of the method that undoes a call of a lock's method.
func unlocks(site ssa.CallInstruction) string {
	f := calledFunc(site.Common())
	if f == nil || f.Pkg() == nil || f.Pkg().Path() != "sync" || site.Common().IsInvoke() {
		return ""
	}
	return map[string]string{"Lock": "Unlock", "RLock": "RUnlock"}[f.Name()]
}

func overlaps(a, b []points.Addr) bool {
	return slices.ContainsFunc(a, func(x points.Addr) bool { return slices.ContainsFunc(b, x.Overlaps) })
}

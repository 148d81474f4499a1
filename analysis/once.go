package analysis

import (
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/points"
)

// drawsOnce is the address of the sync.Once, or of the variable with a function that sync.OnceFunc and the like returned, if the
// instruction calls that and what runs once draws values: whoever calls first draws. Nil if not.
func (p *program) drawsOnce(in ssa.Instruction) ssa.Value {
	site, ok := in.(ssa.CallInstruction)
	if !ok {
		return nil
	}
	c := p.calls[site]
	if f := calledFunc(site.Common()); f != nil && f.FullName() == "(*sync.Once).Do" {
		if p.draws(c.inline) {
			return points.Operands(site.Common())[0]
		}
		return nil
	}
	load, ok := site.Common().Value.(*ssa.UnOp)
	if !ok || site.Common().IsInvoke() {
		return nil
	}
	for _, v := range p.held(load.X) {
		made, ok := v.(*ssa.Call)
		if !ok {
			continue
		}
		if f := calledFunc(made.Common()); f != nil && strings.HasPrefix(f.Origin().FullName(), "sync.Once") && p.draws(p.calls[made].inline) {
			return load.X
		}
	}
	return nil
}

// draws says that one of the functions runs a source that is recorded.
func (p *program) draws(fns []*ssa.Function) bool {
	for _, root := range fns {
		for fn := range p.reachable(root) {
			for in := range instructions(fn) {
				if src := p.sourceAt[in]; src != nil && src.recorded() {
					return true
				}
			}
		}
	}
	return false
}

package analysis

import (
	"go/token"

	"golang.org/x/tools/go/ssa"
)

// checkReader reports randomness that is read through crypto/rand.Reader: who reads from it, and into what memory, lies behind an
// interface. Functions that the dictionary has as sources, such as rand.Int, are recorded by what they return.
func (t *tape) checkReader(fn *ssa.Function, in ssa.Instruction) {
	load, ok := in.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return
	}
	g, ok := load.X.(*ssa.Global)
	if !ok || g.Pkg.Pkg.Path() != "crypto/rand" || g.Name() != "Reader" {
		return
	}
	for _, use := range *load.Referrers() {
		if _, ok := use.(*ssa.DebugRef); ok {
			continue
		}
		if site, ok := use.(ssa.CallInstruction); ok {
			if _, ok := t.p.sourceCall(site); ok {
				continue
			}
		}
		t.p.problemIn(fn, use.Pos(), "reads from rand.Reader are not recorded: call crypto/rand.Read")
	}
}

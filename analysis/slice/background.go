package slice

import (
	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/source"
)

// background adds a source for each statement, outside of what operations run, that starts a goroutine: when it writes is not determined.
func (a *analysis) background() {
	if len(a.Entries) == 0 {
		return
	}
	var ids []int32
	for _, e := range a.Entries {
		if f := a.byFunc[e.Fn]; f != nil {
			ids = append(ids, f.id)
		}
	}
	running, _ := spread(a.calls.callees, nil, ids...)
	for _, f := range a.funcs {
		if running[f.id] {
			continue
		}
		for _, c := range f.calls {
			if in, ok := c.site.(*ssa.Go); ok && !c.back && len(c.targets) > 0 {
				a.startsGoroutine(f, in, c)
			}
		}
	}
}

func (a *analysis) startsGoroutine(f *function, in *ssa.Go, c *call) {
	src := &source.Source{Kind: source.Background, Symbol: "go", Fn: f.ssa, Instr: in, Pos: in.Pos()}
	o := &origin{source: src, fn: f, node: a.solver.extend(1) - f.base}
	f.origins = append(f.origins, o)
	for _, g := range c.targets {
		a.solver.link(f.base+o.node, g.base+nodeRuns, flowCall)
	}
}

package slice

import (
	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/source"
)

// processLocal adds a source for each read, in code that operations run, of memory that such code also writes: where the process's memory is
// no state, it differs between processes.
func (a *analysis) processLocal() {
	var ids []int32
	for _, e := range a.Entries {
		if f := a.byFunc[e.Fn]; f != nil {
			ids = append(ids, f.id)
		}
	}
	running, list := spread(a.calls.callees, nil, ids...)
	written := map[node]bool{}
	for _, id := range list {
		f := a.funcs[id]
		for i := range f.stores {
			if !f.stores[i].quiet {
				a.eachCell(f, &f.stores[i], func(cell node) { written[cell] = true })
			}
		}
	}
	for _, f := range a.funcs {
		if running[f.id] {
			a.localReads(f, written)
		}
	}
}

// eachCell lists the cells of long-lived memory that an access meets.
func (a *analysis) eachCell(f *function, acc *access, visit func(node)) {
	s := a.solver
	for _, loc := range s.sets.list(s.pts[f.base+acc.ptr]) {
		cell, n := s.placed(loc, acc)
		for i := range n {
			if a.state.has(cell + i) {
				visit(cell + i)
			}
		}
	}
}

func (a *analysis) localReads(f *function, written map[node]bool) {
	found := map[ssa.Instruction]*origin{}
	for i := range f.loads {
		load := &f.loads[i]
		name := ""
		a.eachCell(f, load, func(cell node) {
			if written[cell] && name == "" {
				name = a.state.name(cell)
			}
		})
		if name == "" || load.instr == nil {
			continue
		}
		o := found[load.instr]
		if o == nil {
			o = a.newLocal(f, load.instr, name)
			found[load.instr] = o
		}
		for k := range max(1, load.width) {
			if load.single && k > 0 {
				break
			}
			a.solver.link(f.base+o.node, f.base+load.value+k, flowPlain)
		}
	}
}

func (a *analysis) newLocal(f *function, in ssa.Instruction, name string) *origin {
	src := &source.Source{Kind: source.ProcessLocal, Symbol: name, Fn: f.ssa, Instr: in, Pos: in.Pos()}
	if v, ok := in.(ssa.Value); ok {
		src.Values = []ssa.Value{v}
	}
	if !src.Pos.IsValid() {
		src.Pos = f.ssa.Pos()
	}
	o := &origin{source: src, fn: f, node: a.solver.extend(1) - f.base}
	f.origins = append(f.origins, o)
	return o
}

package slice

import "golang.org/x/tools/go/ssa"

// findPanics marks the functions that may end in a panic of own code, by calls of known functions, and those that recover from one.
func (p *program) findPanics() {
	var work []*function
	callers := map[*ssa.Function][]*function{}
	for _, f := range p.funcs {
		for _, b := range f.ssa.Blocks {
			for _, in := range b.Instrs {
				switch in := in.(type) {
				case *ssa.Panic:
					if !f.panics {
						f.panics = true
						work = append(work, f)
					}
				case *ssa.Defer:
					if g := in.Call.StaticCallee(); g != nil && callsRecover(g) {
						f.caught = true
					}
				}
				if c, ok := in.(ssa.CallInstruction); ok {
					if g := c.Common().StaticCallee(); g != nil && g.Blocks != nil {
						callers[g] = append(callers[g], f)
					}
				}
			}
		}
	}
	for len(work) > 0 {
		f := work[len(work)-1]
		work = work[:len(work)-1]
		if f.caught {
			continue
		}
		for _, c := range callers[f.ssa] {
			if !c.panics {
				c.panics = true
				work = append(work, c)
			}
		}
	}
}

func callsRecover(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, in := range b.Instrs {
			if c, ok := in.(*ssa.Call); ok {
				if bi, ok := c.Call.Value.(*ssa.Builtin); ok && bi.Name() == "recover" {
					return true
				}
			}
		}
	}
	return false
}

// afterCall is a node that decides whether anything after the call runs: its callee may panic instead.
func (b *builder) afterCall() node {
	if b.rest == none {
		blocks := b.f.ssa.Blocks
		b.rest = b.new(int32(len(blocks)))
		for i, blk := range blocks {
			b.edge(b.rest+int32(i), nodeBlocks+int32(i))
			for _, s := range blk.Succs {
				b.edge(b.rest+int32(i), b.rest+int32(s.Index))
			}
		}
	}
	n, gate := b.new(1), b.new(1)
	b.edge(b.here(), gate)
	b.edge(n, gate)
	b.gate = gate
	b.edge(n, nodePanics)
	for _, s := range b.block.Succs {
		b.edge(n, b.rest+int32(s.Index))
	}
	return n
}

// here is the node for whether the current place of the block is reached.
func (b *builder) here() node {
	if b.gate != none {
		return b.gate
	}
	return b.runs(b.block)
}

// caught makes the results of a function that recovers depend on whether it has to.
func (b *builder) caught() {
	if !b.f.caught {
		return
	}
	for i := range b.f.width {
		b.edge(nodePanics, b.f.results+i)
	}
}

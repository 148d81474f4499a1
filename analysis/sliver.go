package analysis

import (
	"maps"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// sliver is the part of an entry from its start, or from the answer to a nested call, to the next nested calls or the return.
type sliver struct {
	entry   *entry
	from    string
	region  map[ssa.Instruction]bool // what can run in it
	funcs   []*ssa.Function          // with instructions in region, in program order
	parks   []ssa.CallInstruction    // nested requests that can end it
	returns bool                     // the reply can end it

	flow  *taint // with all sources, for the report
	order *order
}

func (s *sliver) ordering(p *program) *order {
	if s.order == nil {
		s.order = newOrder(p, s)
	}
	return s.order
}

// cutSlivers makes the slivers of every entry. Nested calls of one method start one sliver together.
func (p *program) cutSlivers() {
	pass := p.passThrough()
	for _, e := range p.entries {
		starts := map[string][]ssa.CallInstruction{}
		for fn := range e.tree {
			for in := range instructions(fn) {
				if site, ok := in.(ssa.CallInstruction); ok && p.calls[site].nested != "" && !p.inGeneratedClient(fn) {
					m := p.calls[site].nested
					starts[m] = append(starts[m], site)
				}
			}
		}
		first := newRegion(p, e, pass)
		first.down(e.fn)
		p.slivers = append(p.slivers, first.sliver(""))
		for _, m := range slices.Sorted(maps.Keys(starts)) {
			r := newRegion(p, e, pass)
			for _, site := range starts[m] {
				r.after(site)
			}
			r.drain()
			p.slivers = append(p.slivers, r.sliver(m))
		}
	}
}

// inGeneratedClient says that fn is a stub's own method, which only nested calls would reach.
func (p *program) inGeneratedClient(fn *ssa.Function) bool {
	return p.generated[p.fset.Position(fn.Pos()).Filename]
}

// passes reports whether the call can come to its end without a nested request.
func (p *program) passes(c *call, pass map[*ssa.Function]bool) bool {
	if c.nested != "" {
		return false
	}
	if len(c.bodies) == 0 {
		return true
	}
	return slices.ContainsFunc(c.bodies, func(fn *ssa.Function) bool { return pass[fn] })
}

// passThrough finds the functions that can return without a nested request.
func (p *program) passThrough() map[*ssa.Function]bool {
	pass := map[*ssa.Function]bool{}
	for changed := true; changed; {
		changed = false
		for _, fn := range p.funcs {
			if !pass[fn] && p.canPass(fn, pass) {
				pass[fn], changed = true, true
			}
		}
	}
	return pass
}

func (p *program) canPass(fn *ssa.Function, pass map[*ssa.Function]bool) bool {
	if fn.Recover != nil && p.unwinding[fn] && p.recovers(fn) {
		return true
	}
	seen := make([]bool, len(fn.Blocks))
	stack := []*ssa.BasicBlock{fn.Blocks[0]}
	for len(stack) > 0 {
		b := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen[b.Index] {
			continue
		}
		seen[b.Index] = true
		if !p.blockPasses(b, pass) {
			continue
		}
		if len(b.Succs) == 0 {
			return true
		}
		stack = append(stack, b.Succs...)
	}
	return false
}

func (p *program) blockPasses(b *ssa.BasicBlock, pass map[*ssa.Function]bool) bool {
	for _, in := range b.Instrs {
		switch in := in.(type) {
		case *ssa.Go, *ssa.Defer:
		case *ssa.RunDefers:
			for d := range instructions(b.Parent()) {
				if d, ok := d.(*ssa.Defer); ok && !p.passes(p.calls[d], pass) {
					return false
				}
			}
		case ssa.CallInstruction:
			if !p.passes(p.calls[in], pass) {
				return false
			}
		}
	}
	return true
}

// recovers reports whether a call that fn defers may recover from a panic.
func (p *program) recovers(fn *ssa.Function) bool {
	for in := range instructions(fn) {
		d, ok := in.(*ssa.Defer)
		if !ok {
			continue
		}
		if callsRecover(d.Common()) || slices.ContainsFunc(p.calls[d].runs(), bodyRecovers) {
			return true
		}
	}
	return false
}

func bodyRecovers(fn *ssa.Function) bool {
	for in := range instructions(fn) {
		if c, ok := in.(ssa.CallInstruction); ok && callsRecover(c.Common()) {
			return true
		}
	}
	return false
}

func callsRecover(c *ssa.CallCommon) bool {
	b, ok := c.Value.(*ssa.Builtin)
	return ok && b.Name() == "recover"
}

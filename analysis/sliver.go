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

// region collects what can run from some start until every strand has parked or returned.
type region struct {
	p      *program
	e      *entry
	pass   map[*ssa.Function]bool
	in     map[ssa.Instruction]bool
	parks  map[ssa.CallInstruction]bool
	ret    bool
	downed map[*ssa.Function]bool
	seen   map[point]bool
	work   []point
}

// point is a place in a function; up says that the function was resumed, so that its return goes on in all its callers.
type point struct {
	block *ssa.BasicBlock
	index int
	up    bool
}

func newRegion(p *program, e *entry, pass map[*ssa.Function]bool) *region {
	return &region{
		p: p, e: e, pass: pass, in: map[ssa.Instruction]bool{}, parks: map[ssa.CallInstruction]bool{},
		downed: map[*ssa.Function]bool{}, seen: map[point]bool{},
	}
}

func (r *region) sliver(from string) *sliver {
	r.drain()
	s := &sliver{entry: r.e, from: from, region: r.in, returns: r.ret}
	for _, fn := range r.p.funcs {
		for in := range instructions(fn) {
			if r.in[in] {
				s.funcs = append(s.funcs, fn)
				break
			}
		}
	}
	for _, fn := range s.funcs {
		for in := range instructions(fn) {
			if site, ok := in.(ssa.CallInstruction); ok && r.parks[site] {
				s.parks = append(s.parks, site)
			}
		}
	}
	return s
}

func (r *region) down(fn *ssa.Function) {
	if r.downed[fn] || len(fn.Blocks) == 0 {
		return
	}
	r.downed[fn] = true
	r.push(point{fn.Blocks[0], 0, fn == r.e.fn})
	if fn.Recover != nil && r.p.recovers(fn) {
		r.push(point{fn.Recover, 0, fn == r.e.fn})
	}
}

func (r *region) push(pt point) {
	if !r.seen[pt] {
		r.seen[pt] = true
		r.work = append(r.work, pt)
	}
}

func (r *region) drain() {
	for len(r.work) > 0 {
		pt := r.work[len(r.work)-1]
		r.work = r.work[:len(r.work)-1]
		r.run(pt)
	}
}

// after starts at the instruction that follows site, in a function that was resumed.
func (r *region) after(site ssa.CallInstruction) {
	fn := site.Parent()
	if _, ok := site.(*ssa.Defer); ok {
		for _, run := range r.p.flows[fn].runs {
			r.push(point{run.Block(), r.p.flows[fn].at[run] + 1, true})
		}
		return
	}
	r.push(point{site.Block(), r.p.flows[fn].at[site] + 1, true})
}

func (r *region) run(pt point) {
	for _, in := range pt.block.Instrs[pt.index:] {
		r.in[in] = true
		switch in := in.(type) {
		case *ssa.Defer: // runs at RunDefers
		case *ssa.RunDefers:
			if !r.deferred(in.Parent()) {
				return
			}
		case *ssa.Return:
			r.returned(in.Parent(), pt.up)
			return
		case ssa.CallInstruction:
			if !r.call(in) {
				return
			}
		}
	}
	for _, s := range pt.block.Succs {
		r.push(point{s, 0, pt.up})
	}
}

// call enters the callees and reports whether the caller can go on within the sliver.
func (r *region) call(site ssa.CallInstruction) bool {
	c := r.p.calls[site]
	if c.nested != "" {
		r.parks[site] = true
		return false
	}
	for _, fn := range c.runs() {
		r.down(fn)
	}
	_, isGo := site.(*ssa.Go)
	return isGo || r.p.passes(c, r.pass)
}

// deferred enters the functions that fn defers and reports whether all of them can come to their end within the sliver.
func (r *region) deferred(fn *ssa.Function) bool {
	goesOn := true
	for in := range instructions(fn) {
		if d, ok := in.(*ssa.Defer); ok {
			goesOn = r.call(d) && goesOn
		}
	}
	return goesOn
}

func (r *region) returned(fn *ssa.Function, up bool) {
	if fn == r.e.fn {
		r.ret = true
	}
	if !up {
		return
	}
	for _, site := range r.p.callers[fn] {
		if r.e.tree[site.Parent()] {
			r.in[site] = true // takes the results
			r.after(site)
		}
	}
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

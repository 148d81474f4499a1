package analysis

import "golang.org/x/tools/go/ssa"

// region collects what can run from some start until every strand has parked or returned.
type region struct {
	p       *program
	e       *entry
	pass    map[*ssa.Function]bool
	in      map[ssa.Instruction]bool
	parks   map[ssa.CallInstruction]bool
	ret     bool
	downed  map[*ssa.Function]bool
	unwound map[unwound]bool
	seen    map[point]bool
	work    []point
}

// point is a place in a function; up says that the function was resumed, so that its return goes on in all its callers.
type point struct {
	block *ssa.BasicBlock
	index int
	up    bool
}

// unwound is a function that a panic has reached; up as of a point.
type unwound struct {
	fn *ssa.Function
	up bool
}

func newRegion(p *program, e *entry, pass map[*ssa.Function]bool) *region {
	return &region{
		p: p, e: e, pass: pass, in: map[ssa.Instruction]bool{}, parks: map[ssa.CallInstruction]bool{},
		downed: map[*ssa.Function]bool{}, unwound: map[unwound]bool{}, seen: map[point]bool{},
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
		for _, d := range r.p.flows[fn].defers { // those that are still to run
			if r.p.flows[fn].follows(d, site) {
				r.in[d] = true
				r.call(d)
			}
		}
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
		if r.p.unwindsAt(in) {
			r.unwind(in, pt.up)
		}
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
	for _, d := range r.p.flows[fn].defers {
		r.in[d] = true
		goesOn = r.call(d) && goesOn
	}
	return goesOn
}

// unwind lets a panic at the instruction run what its function has deferred by then, and go on after a recover or in the callers'
// defers. The callers of a function that was not resumed see for themselves that the call may panic.
func (r *region) unwind(in ssa.Instruction, up bool) {
	fn := in.Parent()
	goesOn := true
	for _, d := range r.p.flows[fn].defers {
		if r.p.flows[fn].follows(d, in) {
			r.in[d] = true
			goesOn = r.call(d) && goesOn
		}
	}
	if r.unwound[unwound{fn, up}] {
		return
	}
	r.unwound[unwound{fn, up}] = true
	if goesOn && fn.Recover != nil && r.p.recovers(fn) {
		r.push(point{fn.Recover, 0, up})
	}
	if !up {
		return
	}
	for _, site := range r.p.callers[fn] {
		if r.e.tree[site.Parent()] {
			r.unwind(site, true)
		}
	}
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

package slice

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// apply draws the consequence of a pointer to loc for one usage.
func (s *solver) apply(u *usage, loc node) {
	switch u.kind {
	case useLoad:
		s.load(u.fn, &u.fn.loads[u.index], loc)
	case useStore:
		s.store(u.fn, &u.fn.stores[u.index], loc)
		if a := &u.fn.stores[u.index]; a.call && loc != anywhere && loc >= s.cells && s.object(loc).layout.size() == 1 {
			s.wraps(u.fn, u.index, loc)
		}
	case useShift:
		sh := &u.fn.shifts[u.index]
		if to, ok := s.shifted(loc, sh.layout, sh.offset); ok {
			s.add(u.fn.base+sh.dst, to)
		}
	case useCall:
		s.callTo(u.fn.calls[u.index], loc)
	case useDeep:
		s.deep(loc, u.deep.layout, func(o *object) {
			s.link(s.readsOf(o), u.deep.dst, flowHeap)
		}, func(cell node, l *layout) {
			s.link(cell, u.deep.dst, flowHeap)
			s.use(cell, usage{kind: useDeep, deep: deep{ptr: cell, dst: u.deep.dst, layout: l}})
		})
	case useFill:
		s.fillDeep(loc, u.deep.layout, u.deep.dst)
	case useWrap:
		s.wrapped(u.fn, u.index, loc)
	}
}

// wrapped lets a write of another module's object go on to those that it holds: a writer around a writer.
func (s *solver) wrapped(f *function, store int32, loc node) {
	if loc == anywhere || loc < s.cells {
		return
	}
	o := s.object(loc)
	if o.layout.size() != 1 || o.kind == box && o.gifts != nil {
		return
	}
	a := &f.stores[store]
	s.link(f.base+a.where, loc, flowHeap)
	if a.value != none {
		s.link(f.base+a.value, loc, flowHeap)
	}
	s.wraps(f, store, loc)
}

func (s *solver) wraps(f *function, store int32, cell node) {
	if key := (wrap{f, store, cell}); !s.wrappers[key] {
		s.wrappers[key] = true
		s.use(cell, usage{kind: useWrap, fn: f, index: store})
	}
}

// deep lists what loc leads to at once: a whole object, or some cells of one, each with the layout of what it leads to.
func (s *solver) deep(loc node, l *layout, whole func(*object), cell func(node, *layout)) {
	o := s.led(loc, l)
	if o == nil {
		return
	}
	at := loc - o.base
	if l == nil || at < 0 || !o.layout.starts(at, l) && l.size() > 1 || l.size() == o.layout.size() || at >= o.layout.size() {
		whole(o)
		return
	}
	for i := range l.size() {
		cell(loc+i, s.prog.layouts.target(o.layout.leaves[at+i].typ))
	}
}

// fillDeep makes all that loc leads to depend on node from.
func (s *solver) fillDeep(loc node, l *layout, from node) {
	s.deep(loc, l, func(o *object) {
		s.link(from, s.writesOf(o), flowHeap)
	}, func(cell node, l *layout) {
		s.link(from, cell, flowHeap)
		s.use(cell, usage{kind: useFill, deep: deep{ptr: cell, dst: from, layout: l}})
	})
}

// led is the object that loc leads to when it is used for memory of layout l, which may be unknown.
func (s *solver) led(loc node, l *layout) *object {
	switch {
	case loc == anywhere && l != nil:
		return s.sharedBy(l)
	case loc == anywhere || loc < s.cells:
		return nil
	}
	o := s.object(loc)
	switch {
	case o.gifts != nil && l != nil:
		return s.incomingBy(o, l)
	case o.kind == box && l != nil:
		return s.sharedBy(l)
	}
	return o
}

// place lists the cells that an access of layout l at offset meets when its pointer leads to loc.
func (s *solver) place(loc node, l *layout, offset, width int32) (cell node, n int32) {
	if loc != anywhere && loc < s.cells {
		return 0, 0
	}
	o := s.led(loc, l)
	if o == nil {
		return 0, 0
	}
	at := loc - o.base
	if loc == anywhere || at < 0 || at >= o.layout.size() { // found by layout
		return o.base + offset, width
	}
	switch {
	case l == nil:
		return loc, o.layout.size() - at
	case o.layout.starts(at, l):
		return loc + offset, width
	case l.size() == 1 || o.layout.size() == 1:
		return loc, 1
	}
	return s.sharedBy(l).base + offset, width
}

func (s *solver) shifted(loc node, l *layout, offset int32) (node, bool) {
	if loc != anywhere && loc < s.cells {
		return 0, false
	}
	cell, n := s.place(loc, l, offset, 1)
	return cell, n > 0
}

func (s *solver) load(f *function, a *access, loc node) {
	cell, n := s.place(loc, a.layout, a.offset, a.width)
	value := f.base + a.value
	for i := range n {
		switch {
		case a.single:
			s.copy(cell+i, value, flowHeap)
		case n == a.width:
			s.copy(cell+i, value+i, flowHeap)
		default:
			for k := range a.width {
				s.copy(cell+i, value+k, flowHeap)
			}
		}
	}
}

func (s *solver) store(f *function, a *access, loc node) {
	if a.deep {
		s.storeDeep(f, a, loc)
		return
	}
	cell, n := s.place(loc, a.layout, a.offset, a.width)
	for i := range n {
		s.link(f.base+a.where, cell+i, flowHeap)
		switch {
		case a.value == none:
		case a.single:
			s.copy(f.base+a.value, cell+i, flowHeap)
		case n == a.width:
			s.copy(f.base+a.value+i, cell+i, flowHeap)
		default:
			for k := range a.width {
				s.copy(f.base+a.value+k, cell+i, flowHeap)
			}
		}
	}
}

// storeDeep writes all that loc leads to.
func (s *solver) storeDeep(f *function, a *access, loc node) {
	s.fillDeep(loc, a.layout, f.base+a.where)
	if a.value != none {
		s.fillDeep(loc, a.layout, f.base+a.value)
	}
}

// callTo joins a call of a function value to what loc stands for.
func (s *solver) callTo(c *call, loc node) {
	switch {
	case loc == s.anyFunction.base:
		for _, g := range s.prog.taken {
			if types.Identical(c.sig, g.ssa.Signature) {
				s.call(c, g)
			}
		}
	case loc != anywhere && loc < s.cells:
		s.call(c, s.prog.functionOf(loc))
	}
}

// call joins a call to one of its targets.
func (s *solver) call(c *call, g *function) {
	if s.linked[link{c, g}] {
		return
	}
	s.linked[link{c, g}] = true
	s.called[g] = true
	c.targets = append(c.targets, g)
	s.pass(c, g, func(from, to node, f flow) { s.copy(from, to, f) })
}

// pass joins the operands and results of a call to those of a target.
func (s *solver) pass(c *call, g *function, join func(from, to node, f flow)) {
	base := c.fn.base
	s.link(base+c.block, g.base+nodeRuns, flowCall)
	for i, o := range c.args {
		if i >= len(g.params) || o.node == none {
			continue
		}
		end := g.paramEnd(i)
		each(o.node, o.width, g.params[i], end-g.params[i], func(from, to node) { join(base+from, g.base+to, flowCall) })
	}
	if c.after != none && !g.caught {
		s.link(g.base+nodePanics, base+c.after, flowReturn)
		s.link(g.base+nodeRaised, base+nodeRaised, flowReturn)
	}
	if _, ok := c.site.(*ssa.Defer); ok {
		for _, n := range g.recovers {
			join(base+nodePanics, g.base+n, flowCall)
			join(base+nodeRaised, g.base+n, flowCall)
		}
	}
	if c.results == none {
		return
	}
	each(g.results, g.width, c.results, c.width, func(from, to node) { join(g.base+from, base+to, flowReturn) })
}

// each pairs n nodes with m nodes: one to one, or all with all if the numbers differ.
func each(from node, n int32, to node, m int32, join func(from, to node)) {
	for i := range n {
		if n == m {
			join(from+i, to+i)
			continue
		}
		for k := range m {
			join(from+i, to+k)
		}
	}
}

package slice

// summaries joins operands of calls to results that depend on them within the callee, so that a path through a call returns to
// where it came from (Horwitz, Reps, Binkley 1990). They are found by propagating, function by function, which parameters
// each node depends on; parameters after the 63rd share a bit.
type summaries struct {
	solver  *solver
	plain   csr
	deps    [][]uint64 // of each function's results: the parameters on which they depend
	callers [][]int32
	mask    []uint64
	head    []int32
	next    []outgoing
	queued  []bool
}

func (s *solver) summarize() []dependence {
	sm := &summaries{solver: s, deps: make([][]uint64, len(s.prog.funcs)), callers: make([][]int32, len(s.prog.funcs)), queued: make([]bool, len(s.prog.funcs))}
	var plain []dependence
	for _, d := range s.graph {
		if d.flow == flowPlain && d.from < s.cells && d.to < s.cells {
			plain = append(plain, d)
		}
	}
	sm.plain = newCSR(s.cells, plain)
	largest := int32(0)
	for i, f := range s.prog.funcs {
		sm.deps[i] = make([]uint64, f.width+2) // the last are for whether it panics, and with what
		largest = max(largest, f.size)
		for _, c := range f.calls {
			for _, g := range c.targets {
				if l := sm.callers[g.id]; len(l) == 0 || l[len(l)-1] != f.id {
					sm.callers[g.id] = append(l, f.id)
				}
			}
		}
	}
	sm.mask, sm.head = make([]uint64, largest), make([]int32, largest)
	sm.fixpoint()
	return sm.edges()
}

// fixpoint handles callees before callers, and callers again when a callee has changed.
func (sm *summaries) fixpoint() {
	queue := calleesFirst(sm.solver.prog.funcs)
	for _, f := range queue {
		sm.queued[f] = true
	}
	for len(queue) > 0 && sm.solver.ctx.Err() == nil {
		f := queue[0]
		queue = queue[1:]
		sm.queued[f] = false
		if !sm.update(sm.solver.prog.funcs[f]) {
			continue
		}
		for _, c := range sm.callers[f] {
			if !sm.queued[c] {
				sm.queued[c] = true
				queue = append(queue, c)
			}
		}
	}
}

// update propagates f's parameters to its results, and reports whether that is more than before.
func (sm *summaries) update(f *function) bool {
	if f.width == 0 && !f.panics || len(f.params) == 0 {
		return false
	}
	mask, head := sm.mask[:f.size], sm.head[:f.size]
	clear(mask)
	clear(head)
	sm.next = sm.next[:0]
	sm.through(f, func(from, to node) {
		sm.next = append(sm.next, outgoing{to: to, next: head[from]})
		head[from] = int32(len(sm.next))
	})
	var work []node
	for n := f.params[0]; n < f.paramEnd(len(f.params)-1); n++ {
		mask[n] = 1 << min(n-f.params[0], 63)
		work = append(work, n)
	}
	reach := func(to node, m uint64) {
		if mask[to]|m != mask[to] {
			mask[to] |= m
			work = append(work, to)
		}
	}
	for len(work) > 0 {
		n := work[len(work)-1]
		work = work[:len(work)-1]
		for _, e := range sm.plain.out(f.base + n) {
			to, _ := unpack(e)
			reach(to-f.base, mask[n])
		}
		for o := head[n]; o != 0; o = sm.next[o-1].next {
			reach(sm.next[o-1].to, mask[n])
		}
	}
	return sm.learn(f, mask)
}

// learn keeps on which parameters the outcomes of f depend, and reports whether that is more than before.
func (sm *summaries) learn(f *function, mask []uint64) bool {
	changed := false
	for i := range f.width + 2 {
		m := mask[nodeRaised]
		switch {
		case i < f.width:
			m = mask[f.results+i]
		case i == f.width:
			m = mask[nodePanics]
		}
		if m != sm.deps[f.id][i] {
			sm.deps[f.id][i] = m
			changed = true
		}
	}
	return changed
}

// through lists the dependences of f's calls' results, and of what comes after them, on their operands.
func (sm *summaries) through(f *function, join func(from, to node)) {
	for _, c := range f.calls {
		for _, g := range c.targets {
			for r, m := range sm.deps[g.id] {
				if m == 0 {
					continue
				}
				if to, n := sm.outcome(c, g, int32(r)); to != none {
					sm.operands(c, g, m, func(from node) { each(from, 1, to, n, join) })
				}
			}
		}
	}
}

// outcome is the nodes at c that result r of g becomes.
func (sm *summaries) outcome(c *call, g *function, r int32) (node, int32) {
	switch {
	case r >= g.width && (g.caught || c.after == none):
		return none, 0
	case r == g.width:
		return c.after, 1
	case r > g.width:
		return nodeRaised, 1
	case c.results == none:
		return none, 0
	case c.width == g.width:
		return c.results + r, 1
	}
	return c.results, c.width
}

// operands lists the nodes that c passes to the parameters in m.
func (sm *summaries) operands(c *call, g *function, m uint64, visit func(node)) {
	for i, o := range c.args {
		if i >= len(g.params) || o.node == none {
			continue
		}
		first, width := g.params[i], g.paramEnd(i)-g.params[i]
		for k := range width {
			bit := min(first+k-g.params[0], 63)
			if m&(1<<bit) == 0 {
				continue
			}
			if o.width == width {
				visit(o.node + k)
				continue
			}
			for j := range o.width {
				visit(o.node + j)
			}
		}
	}
}

func (sm *summaries) edges() []dependence {
	var list []dependence
	for _, f := range sm.solver.prog.funcs {
		sm.through(f, func(from, to node) {
			list = append(list, dependence{f.base + from, f.base + to, flowPlain})
		})
	}
	return list
}

// calleesFirst orders functions so that callees mostly come before callers, without recursion.
func calleesFirst(funcs []*function) []int32 {
	type frame struct {
		fn         *function
		call, goal int
	}
	seen := make([]bool, len(funcs))
	order := make([]int32, 0, len(funcs))
	var stack []frame
	for _, f := range funcs {
		if seen[f.id] {
			continue
		}
		seen[f.id] = true
		stack = append(stack, frame{fn: f})
		for len(stack) > 0 {
			top := &stack[len(stack)-1]
			if top.call == len(top.fn.calls) {
				order = append(order, top.fn.id)
				stack = stack[:len(stack)-1]
				continue
			}
			c := top.fn.calls[top.call]
			if top.goal == len(c.targets) {
				top.call, top.goal = top.call+1, 0
				continue
			}
			g := c.targets[top.goal]
			top.goal++
			if !seen[g.id] {
				seen[g.id] = true
				stack = append(stack, frame{fn: g})
			}
		}
	}
	return order
}

package slice

// calls is the call graph.
type calls struct {
	callees [][]int32
	callers [][]int32
}

func newCalls(p *program) *calls {
	funcs := p.funcs
	c := &calls{callees: make([][]int32, len(funcs)), callers: make([][]int32, len(funcs))}
	last := make([]int32, len(funcs))
	for _, f := range funcs {
		add := func(g *function) {
			if g != nil && last[g.id] != f.id+1 {
				last[g.id] = f.id + 1
				c.callees[f.id] = append(c.callees[f.id], g.id)
				c.callers[g.id] = append(c.callers[g.id], f.id)
			}
		}
		for _, site := range f.calls {
			for _, g := range site.targets {
				add(g)
			}
		}
		for _, o := range f.origins { // a source may start another function: a finalizer
			for _, blk := range o.others {
				add(p.byFunc[blk.Parent()])
			}
		}
	}
	return c
}

// spread marks what starts lead to; from others at which stop holds it goes no further.
func spread(next [][]int32, stop func(int32) bool, starts ...int32) (marks []bool, list []int32) {
	marks = make([]bool, len(next))
	for _, s := range starts {
		marks[s] = true
		list = append(list, s)
	}
	for i := 0; i < len(list); i++ {
		if i >= len(starts) && stop != nil && stop(list[i]) {
			continue
		}
		for _, n := range next[list[i]] {
			if !marks[n] {
				marks[n] = true
				list = append(list, n)
			}
		}
	}
	return marks, list
}

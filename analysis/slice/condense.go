package slice

// everywhere follows sources through all code, in one pass over the strongly connected components (Tarjan 1972) of what they reach.
func (w *sweep) everywhere(through bool) error {
	w.through = through
	t := &tarjan{sweep: w, index: make([]int32, 2*w.nodes), low: make([]int32, 2*w.nodes), comp: make([]int32, 2*w.nodes)}
	for _, at := range w.queue {
		if t.index[at] == 0 {
			if err := t.visit(at); err != nil {
				return err
			}
		}
	}
	gathered := make([]int32, t.comps)
	for _, at := range w.queue {
		w.queued[at] = false
		gathered[t.comp[at]] = w.sets.union(gathered[t.comp[at]], w.found[at])
	}
	w.queue = w.queue[:0]
	for i := len(t.order) - 1; i >= 0; i-- {
		at := t.order[i]
		set := gathered[t.comp[at]]
		w.found[at] = set
		n, down := w.split(at)
		if w.sealed[n] && !through {
			continue
		}
		for _, e := range w.edges.out(n) {
			if to, ok := w.follow(e, down); ok && t.comp[to] != t.comp[at] {
				gathered[t.comp[to]] = w.sets.union(gathered[t.comp[to]], set)
			}
		}
	}
	w.touched = append(w.touched[:0], t.order...)
	return w.ctx.Err()
}

func (w *network) split(at int32) (n node, down bool) {
	if at >= w.nodes {
		return at - w.nodes, true
	}
	return at, false
}

// tarjan finds strongly connected components without recursion.
type tarjan struct {
	*sweep
	index, low, comp []int32 // comp is -1 while on the stack
	stack            []int32
	order            []int32 // components in a row, each after those that it leads to
	count, comps     int32
	frames           []visitFrame
}

type visitFrame struct {
	at   int32
	next int32
}

func (t *tarjan) enter(at int32) {
	t.count++
	t.index[at], t.low[at], t.comp[at] = t.count, t.count, -1
	t.stack = append(t.stack, at)
	t.frames = append(t.frames, visitFrame{at: at})
}

func (t *tarjan) visit(at int32) error {
	t.enter(at)
	for len(t.frames) > 0 {
		top := &t.frames[len(t.frames)-1]
		n, down := t.split(top.at)
		out := t.edges.out(n)
		if t.sealed[n] && !t.through {
			out = nil
		}
		if int(top.next) == len(out) {
			t.leave(top.at)
			continue
		}
		e := out[top.next]
		top.next++
		to, ok := t.follow(e, down)
		switch {
		case !ok:
		case t.index[to] == 0:
			t.enter(to)
		case t.comp[to] < 0:
			t.low[top.at] = min(t.low[top.at], t.index[to])
		}
	}
	return t.ctx.Err()
}

func (t *tarjan) leave(at int32) {
	t.frames = t.frames[:len(t.frames)-1]
	if len(t.frames) > 0 {
		up := t.frames[len(t.frames)-1].at
		t.low[up] = min(t.low[up], t.low[at])
	}
	if t.low[at] != t.index[at] {
		return
	}
	for {
		s := t.stack[len(t.stack)-1]
		t.stack = t.stack[:len(t.stack)-1]
		t.comp[s] = t.comps
		t.order = append(t.order, s)
		if s == at {
			break
		}
	}
	t.comps++
}

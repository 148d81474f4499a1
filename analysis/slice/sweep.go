package slice

import "context"

// network is the finished graph.
type network struct {
	ctx    context.Context
	nodes  int32
	edges  csr
	fnOf   []int32 // of each node, -1 for memory
	sealed []bool  // cells at which a sweep of first-hand contamination ends
}

// sweep propagates sets of sources along paths whose calls and returns match: first up, through returns to callers, then down into callees;
// through memory the context is lost, and any function may go on (Horwitz, Reps, Binkley 1990).
type sweep struct {
	*network
	sets    *sets
	found   []int32 // a set for each node, and again for each node reached downwards
	queue   []int32
	queued  []bool
	touched []int32
	allowed []bool // functions that run, nil: all
	through bool   // past sealed cells
}

func newSweep(n *network, s *sets) *sweep {
	return &sweep{network: n, sets: s, found: make([]int32, 2*n.nodes), queued: make([]bool, 2*n.nodes)}
}

func (w *sweep) reset() {
	for _, at := range w.touched {
		w.found[at] = 0
	}
	w.touched = w.touched[:0]
	w.allowed, w.through = nil, false
}

func (w *sweep) add(at int32, set int32) {
	joined := w.sets.union(w.found[at], set)
	if joined == w.found[at] {
		return
	}
	if w.found[at] == 0 {
		w.touched = append(w.touched, at)
	}
	w.found[at] = joined
	if !w.queued[at] {
		w.queued[at] = true
		w.queue = append(w.queue, at)
	}
}

// again lets what has reached a node go on from there.
func (w *sweep) again(at int32) {
	if !w.queued[at] {
		w.queued[at] = true
		w.queue = append(w.queue, at)
	}
}

// of is what reaches a node.
func (w *sweep) of(n node) int32 {
	if n < 0 {
		return 0
	}
	return w.sets.union(w.found[n], w.found[n+w.nodes])
}

func (w *sweep) run() error {
	for steps := 0; len(w.queue) > 0; steps++ {
		if steps%8192 == 0 && w.ctx.Err() != nil {
			return w.ctx.Err()
		}
		at := w.queue[0]
		w.queue = w.queue[1:]
		w.queued[at] = false
		w.step(at, w.found[at])
	}
	return nil
}

func (w *sweep) step(at, set int32) {
	n, down := at, at >= w.nodes
	if down {
		n -= w.nodes
	}
	if w.sealed[n] && !w.through {
		return
	}
	for _, e := range w.edges.out(n) {
		if to, ok := w.follow(e, down); ok {
			w.add(to, set)
		}
	}
}

// follow is where an edge leads from the upward or the downward part of a path.
func (w *network) followed(e uint32, down bool, allowed []bool) (int32, bool) {
	to, f := unpack(e)
	switch f {
	case flowPlain:
		if down {
			to += w.nodes
		}
		return to, true
	case flowCall:
		return to + w.nodes, true
	case flowReturn:
		if down {
			return 0, false
		}
	}
	if fn := w.fnOf[to]; allowed != nil && fn >= 0 && !allowed[fn] {
		return 0, false
	}
	return to, true
}

func (w *sweep) follow(e uint32, down bool) (int32, bool) { return w.followed(e, down, w.allowed) }

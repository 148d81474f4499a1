package points

import "go/types"

// node is a variable of the constraint system: the addresses that a value or cell may hold.
type node struct {
	typ    types.Type // nil if it is not known: anything fits
	want   filter
	list   []*loc // in order of insertion, so that results do not depend on map order
	has    map[*loc]struct{}
	addrs  []Addr // list for callers, made when asked for
	done   int    // list[:done] was handed on
	queued bool
	to     []*node
	edges  map[*node]struct{}
	watch  []func(*loc)
}

// few is how many addresses are searched one by one.
const few = 8

func (n *node) holds(l *loc) bool {
	if n.has != nil {
		_, ok := n.has[l]
		return ok
	}
	for _, x := range n.list {
		if x == l {
			return true
		}
	}
	return false
}

func (n *node) addresses() []Addr {
	for i := len(n.addrs); i < len(n.list); i++ {
		n.addrs = append(n.addrs, n.list[i].Addr)
	}
	return n.addrs
}

func (g *Graph) node(t types.Type) *node { return &node{typ: t, want: g.types.filter(t)} }

func (g *Graph) add(n *node, l *loc) {
	if !n.want.fits(l) || n.holds(l) {
		return
	}
	n.list = append(n.list, l)
	switch {
	case n.has != nil:
		n.has[l] = struct{}{}
	case len(n.list) > few:
		n.has = make(map[*loc]struct{}, 4*few)
		for _, x := range n.list {
			n.has[x] = struct{}{}
		}
	}
	if !n.queued {
		n.queued = true
		g.work = append(g.work, n)
	}
}

// edge lets to hold what from holds.
func (g *Graph) edge(from, to *node) {
	if from == to {
		return
	}
	if _, ok := from.edges[to]; ok {
		return
	}
	if from.edges == nil {
		from.edges = map[*node]struct{}{}
	}
	from.edges[to] = struct{}{}
	from.to = append(from.to, to)
	for _, l := range from.list[:from.done] {
		g.add(to, l)
	}
}

// each calls f once for every address that n holds or will hold.
func (g *Graph) each(n *node, f func(*loc)) {
	n.watch = append(n.watch, f)
	for _, l := range n.list[:n.done] {
		f(l)
	}
}

// run hands on differences until nothing changes.
func (g *Graph) run() {
	for len(g.work) > 0 {
		n := g.work[0]
		g.work = g.work[1:]
		n.queued = false
		added := n.list[n.done:]
		n.done = len(n.list)
		to, watch := n.to, n.watch // those that come meanwhile look at list[:done] themselves
		for _, m := range to {
			for _, l := range added {
				g.add(m, l)
			}
		}
		for _, f := range watch {
			for _, l := range added {
				f(l)
			}
		}
	}
}

package slice

import (
	"context"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// flow is how a dependence crosses functions.
type flow uint32

const (
	flowPlain  flow = iota // within a function
	flowCall               // into a callee
	flowReturn             // out of a callee
	flowHeap               // through memory: any function may go on
)

// dependence is an edge with its flow, as the graph is made of.
type dependence struct {
	from node
	to   node
	flow flow
}

const (
	maxPointees  = 16 // a pointer that may lead to more leads anywhere
	maxFunctions = 32 // a function value that may be more may be any of its type
)

// usage is what happens with the pointees of a node.
type usage struct {
	kind  usageKind
	next  int32
	fn    *function
	index int32 // in the function's loads, stores, shifts, calls
	deep  deep
}

type usageKind uint8

const (
	useLoad usageKind = iota
	useStore
	useShift
	useCall
	useDeep
	useFill
	useWrap
)

// wrap is a write and an object to which it goes on.
type wrap struct {
	fn    *function
	store int32
	cell  node
}

type outgoing struct {
	to   node
	next int32
}

// solver says what memory pointers lead to (Andersen 1994, by inclusion, flow-insensitive), and so which functions are called and which
// reads depend on which writes. Memory that many pointers may lead to, or that ends up in memory reached by other code, is followed by its
// type only, so that the work stays near linear.
type solver struct {
	prog     *program
	ctx      context.Context
	sets     *sets
	pts      []int32 // of each node
	done     []int32 // the part of pts whose consequences are drawn
	uses     []int32 // first usage of each node
	dynamic  []int32 // first outgoing copy of each node that was found on the way
	static   csr     // copies known from the start
	usages   []usage
	outgoing []outgoing
	queue    []node
	queued   []bool

	cells       node // the first node that belongs to no function
	owner       []int32
	objects     []*object
	byLayout    map[*layout]*object
	byGlobal    map[*ssa.Global]*object
	givers      []*object // of each entry
	contents    map[node]*object
	lost        []bool // by cell: what points there points anywhere
	fulls       []bool // by node: it leads to too many objects to follow each
	coarse      map[int32]int32
	merged      map[edge]bool
	merges      []merger
	wrappers    map[wrap]bool
	linked      map[link]bool
	boxed       *layout // of boxes
	anyBox      *object // what lost interfaces lead to
	anyFunction *object // stands for all functions whose value is used

	graph  []dependence
	rooted map[*layout]bool   // memory that operations find
	called map[*function]bool // from own code, so that its parameters are known
}

// merger says that n cells are the same as n others.
type merger struct {
	a, b node
	n    int32
}

// link is a call and a target.
type link struct {
	call *call
	fn   *function
}

func (s *solver) use(n node, u usage) {
	u.next = s.uses[n]
	s.usages = append(s.usages, u)
	s.uses[n] = int32(len(s.usages))
	for _, loc := range s.sets.list(s.done[n]) {
		s.apply(&u, loc)
	}
}

// link adds a dependence.
func (s *solver) link(from, to node, f flow) {
	if from != to {
		s.graph = append(s.graph, dependence{from, to, f})
	}
}

// copy adds a dependence by which pointers flow.
func (s *solver) copy(from, to node, f flow) {
	if from == to {
		return
	}
	s.link(from, to, f)
	s.outgoing = append(s.outgoing, outgoing{to: to, next: s.dynamic[from]})
	s.dynamic[from] = int32(len(s.outgoing))
	s.include(to, s.pts[from])
}

func (s *solver) add(n, loc node) { s.include(n, s.sets.single(loc)) }

// include adds pointees to a node.
func (s *solver) include(n node, set int32) {
	if set == 0 || s.pts[n] == set {
		return
	}
	if n >= s.cells {
		if i := s.owner[n-s.cells]; i >= 0 {
			o := s.objects[i]
			if !o.layout.leaves[n-o.base].leads {
				return
			}
			if o.visible() {
				set = s.publish(n, set)
			}
		}
	}
	set = s.settled(set)
	if s.full(n) {
		set = s.coarsened(set)
	}
	joined := s.sets.union(s.pts[n], set)
	if joined == s.pts[n] {
		return
	}
	if len(s.sets.list(joined)) > maxPointees && s.tooMany(joined) {
		s.fulls[n] = true
		joined = s.coarsened(joined)
	}
	s.pts[n] = joined
	s.enqueue(n)
}

func (s *solver) full(n node) bool {
	for int(n) >= len(s.fulls) {
		s.fulls = append(s.fulls, false)
	}
	return s.fulls[n]
}

// settled is the set with anywhere in place of memory that is followed by its layout only.
func (s *solver) settled(set int32) int32 {
	for _, loc := range s.sets.list(set) {
		if loc >= s.cells && s.lost[loc-s.cells] {
			return s.replaced(set)
		}
	}
	return set
}

func (s *solver) replaced(set int32) int32 {
	var kept []int32
	for _, loc := range s.sets.list(set) {
		if loc != anywhere && (loc < s.cells || !s.lost[loc-s.cells]) {
			kept = append(kept, loc)
		}
	}
	return s.sets.union(s.sets.intern(kept), s.sets.single(anywhere))
}

func (s *solver) enqueue(n node) {
	for int(n) >= len(s.queued) {
		s.queued = append(s.queued, false)
	}
	if !s.queued[n] {
		s.queued[n] = true
		s.queue = append(s.queue, n)
	}
}

// publish lets pointees escape that are stored in memory which others can reach; functions stay.
func (s *solver) publish(cell node, set int32) int32 {
	own := s.contents[cell]
	kept := int32(0)
	for _, loc := range s.sets.list(set) {
		if loc != anywhere && loc < s.cells || loc == s.anyFunction.base || loc == anywhere && own == nil || own != nil && loc == own.base {
			kept = s.sets.union(kept, s.sets.single(loc))
			continue
		}
		s.escape(loc, cell)
	}
	return kept
}

// tooMany reports whether a pointer leads to more than is followed one by one.
func (s *solver) tooMany(set int32) bool {
	list := s.sets.list(set)
	functions := 0
	for _, loc := range list {
		if loc != anywhere && loc < s.cells {
			functions++
		}
	}
	return functions > maxFunctions || len(list)-functions > maxPointees
}

// coarsened is a set of which only the kinds of its members are kept: memory that is anywhere, functions, interfaces.
func (s *solver) coarsened(set int32) int32 {
	if g, ok := s.coarse[set]; ok {
		return g
	}
	g := int32(0)
	for _, loc := range slices.Clone(s.sets.list(set)) {
		switch {
		case loc == anywhere:
		case loc == s.anyFunction.base || loc < s.cells:
			loc = s.anyFunction.base
		case s.object(loc).gifts != nil:
			loc = anywhere
		case s.object(loc).kind == box:
			s.hold(s.anyBox, s.object(loc))
			loc = s.anyBox.base
		default:
			s.lose(loc)
			loc = anywhere
		}
		g = s.sets.union(g, s.sets.single(loc))
	}
	s.coarse[set] = g
	return g
}

// run draws consequences until there are no more.
func (s *solver) run() error {
	for steps := 0; len(s.queue) > 0; steps++ {
		if steps%4096 == 0 && s.ctx.Err() != nil {
			return s.ctx.Err()
		}
		n := s.queue[0]
		s.queue = s.queue[1:]
		s.queued[n] = false
		set := s.pts[n]
		old := s.done[n]
		s.done[n] = set
		fresh := s.sets.minus(set, old)
		for _, loc := range fresh {
			for u := s.uses[n]; u != 0; u = s.usages[u-1].next {
				use := s.usages[u-1]
				s.apply(&use, loc)
			}
		}
		if n < s.cells {
			for _, e := range s.static.out(n) {
				to, _ := unpack(e)
				s.include(to, set)
			}
		}
		for o := s.dynamic[n]; o != 0; o = s.outgoing[o-1].next {
			s.include(s.outgoing[o-1].to, set)
		}
	}
	return nil
}

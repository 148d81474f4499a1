package main

import (
	"cmp"
	"go/types"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/dictionary"
)

// node is a place on a chain from a function to a root: a function or a variable.
type node struct {
	fn  *ssa.Function
	glo *ssa.Global
}

func (n node) String() string {
	if n.glo != nil {
		return n.glo.String()
	}
	return n.fn.String()
}

// hop is the next step of a chain.
type hop struct {
	next node
	root string // what the chain ends in, if it ends here
	dist int
}

// chains finds, for one kind, each function's shortest way to a root.
type chains struct {
	*solver
	kind deps
	hops map[node]hop
}

func (s *solver) chains(kind string) *chains {
	c := &chains{solver: s, kind: bit(kind), hops: map[node]hop{}}
	var queue []node
	for _, fn := range s.order {
		if !c.carries(fn) {
			continue
		}
		if root := c.rootIn(fn); root != "" {
			c.hops[node{fn: fn}] = hop{root: root}
			queue = append(queue, node{fn: fn})
		}
	}
	c.close(queue, false)
	c.close(slices.SortedFunc(maps.Keys(c.hops), c.compareNodes), true)
	return c
}

// close follows calls backwards; those that only the call graph knows come second.
func (c *chains) close(queue []node, guesses bool) {
	for len(queue) > 0 {
		n := queue[0]
		queue = queue[1:]
		for _, from := range c.into(n, guesses) {
			if _, done := c.hops[from]; !done {
				c.hops[from] = hop{next: n, dist: c.hops[n].dist + 1}
				queue = append(queue, from)
			}
		}
	}
}

// compareNodes orders by name, and instances that share one by their place in the solver's order.
func (c *chains) compareNodes(a, b node) int {
	return cmp.Or(strings.Compare(a.String(), b.String()), c.rank[a.fn]-c.rank[b.fn])
}

// carries reports whether the kind can leave the function.
func (c *chains) carries(fn *ssa.Function) bool {
	sum := c.sums[fn]
	d := sum.emits()
	for _, cb := range sum.calls {
		if cb != nil {
			d |= cb.guess
		}
	}
	return d&c.kind != 0 || c.writesKind[fn]&c.kind != 0
}

// into are the functions that a kind reaches from n, and the variables that it is written to, sorted.
func (c *chains) into(n node, guesses bool) []node {
	var out []node
	from := c.callers[n.fn]
	if n.glo != nil {
		from = c.readers[n.glo]
	}
	for fn := range from {
		if c.carries(fn) {
			out = append(out, node{fn: fn})
		}
	}
	for fn := range c.guessed[n.fn] {
		if guesses && c.carries(fn) {
			out = append(out, node{fn: fn})
		}
	}
	if n.fn != nil {
		for g, writers := range c.writers {
			if writers[n.fn] && c.globals[g]&c.kind != 0 {
				out = append(out, node{glo: g})
			}
		}
	}
	slices.SortFunc(out, c.compareNodes)
	return out
}

// rootIn names the root of the kind that is in the function's own body.
func (c *chains) rootIn(fn *ssa.Function) string {
	if r := c.roots[fn]; r != nil {
		if r.kinds&c.kind != 0 {
			return "root"
		}
		return ""
	}
	for _, r := range c.rules.adds {
		if r.kinds&c.kind != 0 && matches(r.pattern, fn.String()) {
			return "root"
		}
	}
	for _, b := range fn.Blocks {
		for _, in := range b.Instrs {
			if name := c.rootAt(in); name != "" {
				return name
			}
		}
	}
	return ""
}

func (c *chains) rootAt(in ssa.Instruction) string {
	switch in := in.(type) {
	case *ssa.Extract:
		next, ok := in.Tuple.(*ssa.Next)
		if ok && !next.IsString && in.Index > 0 && c.kind == bit("map order") {
			return "range over a map"
		}
	case *ssa.Select:
		if c.kind == bit("select") && (len(in.States) > 1 || !in.Blocking) {
			return "select"
		}
		if c.kind == bit("channel order") {
			return "select"
		}
	case *ssa.Go:
		if c.kind == bit("goroutine order") {
			return "go statement"
		}
	case *ssa.UnOp:
		if in.Op.String() == "<-" && c.kind == bit("channel order") {
			return "receive from a channel"
		}
	case *ssa.Convert:
		if c.kind == bit("address") && basic(in.X.Type()) == types.UnsafePointer && basic(in.Type()) == types.Uintptr {
			return "address of a pointer"
		}
	case ssa.CallInstruction:
		return c.gateAt(in)
	}
	return ""
}

func (c *chains) gateAt(in ssa.CallInstruction) string {
	fn := in.Common().StaticCallee()
	if fn == nil || !c.rules.gates[fn.String()] {
		return ""
	}
	n, known := c.trap(in.Common().Args[0])
	if r, ok := c.rules.calls[n]; known && ok && r.kind&c.kind != 0 {
		return "system call " + r.name
	} else if !known && c.kind == bit("process") {
		return "system call"
	}
	return ""
}

// other is the first node from next on that does not bear n's name, as the instances of a function do.
func (c *chains) other(n, next node) node {
	for next.String() == n.String() && c.hops[next].root == "" {
		next = c.hops[next].next
	}
	return next
}

// names lists the kinds in d in the dictionary's order.
func (d deps) names() []string {
	var out []string
	for _, k := range dictionary.Kinds() {
		if d&bit(k) != 0 {
			out = append(out, k)
		}
	}
	return out
}

package slice

import (
	"slices"

	"golang.org/x/tools/go/ssa"
)

// control is which branches decide whether a block runs (Ferrante, Ottenstein, Warren 1987).
type control struct {
	fn     *ssa.Function
	post   []int32   // immediate post-dominator of each block; the exit is len(blocks)
	order  []int32   // of a block in the postorder of the reverse graph
	branch [][]int32 // of each block: the blocks whose branch decides about it
	coarse bool      // too many: every branch decides about every block
}

func newControl(fn *ssa.Function) *control {
	c := &control{fn: fn}
	c.postDominators()
	c.dependence()
	return c
}

// exits lists blocks without successors, and one of each part of the graph that cannot be left.
func (c *control) exits() []int32 {
	n := len(c.fn.Blocks)
	seen := make([]bool, n)
	var exits, work []int32
	visit := func(b int32) {
		exits = append(exits, b)
		seen[b] = true
		work = append(work, b)
		for len(work) > 0 {
			b := c.fn.Blocks[work[len(work)-1]]
			work = work[:len(work)-1]
			for _, p := range b.Preds {
				if !seen[p.Index] {
					seen[p.Index] = true
					work = append(work, int32(p.Index))
				}
			}
		}
	}
	for i, b := range c.fn.Blocks {
		if len(b.Succs) == 0 {
			visit(int32(i))
		}
	}
	for i := n - 1; i >= 0; i-- {
		if !seen[i] {
			visit(int32(i))
		}
	}
	return exits
}

// postDominators computes them with the algorithm of Cooper, Harvey and Kennedy (2001) on the reverse graph.
func (c *control) postDominators() {
	n := int32(len(c.fn.Blocks))
	exits := c.exits()
	isExit := make([]bool, n)
	for _, b := range exits {
		isExit[b] = true
	}
	list := c.postorder(exits)
	c.order = make([]int32, n+1)
	for i, b := range list {
		c.order[b] = int32(i)
	}
	c.order[n] = n
	c.post = make([]int32, n+1)
	for i := range c.post {
		c.post[i] = -1
	}
	c.post[n] = n
	for changed := true; changed; {
		changed = false
		for _, b := range slices.Backward(list) {
			idom := int32(-1)
			if isExit[b] {
				idom = n
			}
			for _, s := range c.fn.Blocks[b].Succs {
				idom = c.meet(idom, int32(s.Index))
			}
			if idom != c.post[b] {
				c.post[b] = idom
				changed = true
			}
		}
	}
}

// meet is the nearest common post-dominator of a, -1 if there is none yet, and b.
func (c *control) meet(a, b int32) int32 {
	if c.post[b] < 0 {
		return a
	}
	if a < 0 {
		return b
	}
	for a != b {
		for c.order[a] < c.order[b] {
			a = c.post[a]
		}
		for c.order[b] < c.order[a] {
			b = c.post[b]
		}
	}
	return a
}

// postorder lists the blocks so that each comes after those that only it leads to the exit, without recursion.
func (c *control) postorder(exits []int32) []int32 {
	n := len(c.fn.Blocks)
	type frame struct{ block, next int32 }
	seen := make([]bool, n)
	var list []int32
	var stack []frame
	for _, e := range exits {
		if seen[e] {
			continue
		}
		seen[e] = true
		stack = append(stack, frame{block: e})
		for len(stack) > 0 {
			top := &stack[len(stack)-1]
			preds := c.fn.Blocks[top.block].Preds
			if int(top.next) == len(preds) {
				list = append(list, top.block)
				stack = stack[:len(stack)-1]
				continue
			}
			p := int32(preds[top.next].Index)
			top.next++
			if !seen[p] {
				seen[p] = true
				stack = append(stack, frame{block: p})
			}
		}
	}
	return list
}

// dependence lists for each block the branches that decide about it.
func (c *control) dependence() {
	n := int32(len(c.fn.Blocks))
	c.branch = make([][]int32, n)
	budget := 10_000 + 40*int(n)
	for a, b := range c.fn.Blocks {
		if len(b.Succs) < 2 {
			continue
		}
		for _, s := range b.Succs {
			for r := int32(s.Index); r != c.post[a] && r != n; r = c.post[r] {
				list := c.branch[r]
				if len(list) == 0 || list[len(list)-1] != int32(a) {
					c.branch[r] = append(list, int32(a))
					budget--
				}
			}
		}
		if budget < 0 {
			c.coarse, c.branch = true, nil
			return
		}
	}
}

// postDominates reports whether every way from block b to the exit passes block a.
func (c *control) postDominates(a, b int32) bool {
	n := int32(len(c.fn.Blocks))
	for b != n && b != a {
		b = c.post[b]
	}
	return a == b
}

const maxMergers = 64

// mergers lists the branches that decide from where b is entered, false if there are too many to list.
func (c *control) mergers(b *ssa.BasicBlock) (branches []int32, ok bool) {
	if c.coarse {
		return nil, false
	}
	top := b.Idom()
	seen := map[int32]bool{}
	var work []int32
	visit := func(a int32) {
		if !seen[a] && (top == nil || top.Dominates(c.fn.Blocks[a])) {
			seen[a] = true
			branches = append(branches, a)
			work = append(work, a)
		}
	}
	for _, p := range b.Preds {
		if len(p.Succs) > 1 {
			visit(int32(p.Index))
		}
		for _, a := range c.branch[p.Index] {
			visit(a)
		}
	}
	for len(work) > 0 && len(branches) < maxMergers {
		a := work[len(work)-1]
		work = work[:len(work)-1]
		for _, o := range c.branch[a] {
			visit(o)
		}
	}
	return branches, len(branches) < maxMergers
}

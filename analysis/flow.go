package analysis

import (
	"slices"

	"golang.org/x/tools/go/ssa"
)

// flow is what a function's control flow graph says about order and control.
type flow struct {
	at     map[ssa.Instruction]int // index within the block
	reach  [][]bool                // reach[a][b]: b can run after a
	post   [][]bool                // post[a][b]: every way from a to the function's end passes b
	ctl    [][]int                 // blocks whose last instruction decides directly whether this block runs
	runs   []ssa.Instruction       // where deferred calls run
	defers []*ssa.Defer
	all    [][]*ssa.BasicBlock // ctl closed, made on demand
}

func newFlow(fn *ssa.Function) *flow {
	f := &flow{at: map[ssa.Instruction]int{}, reach: closure(fn), post: postDominators(fn)}
	f.ctl = controlDependence(fn, f.post)
	for _, b := range fn.Blocks {
		for i, in := range b.Instrs {
			f.at[in] = i
			switch in := in.(type) {
			case *ssa.RunDefers:
				f.runs = append(f.runs, in)
			case *ssa.Defer:
				f.defers = append(f.defers, in)
			}
		}
	}
	return f
}

// before reports whether y can run after x has run in the same call of the function. A defer stands for the deferred call, which runs
// at the function's end or after any instruction that panics.
func (f *flow) before(x, y ssa.Instruction) bool {
	_, xDeferred := x.(*ssa.Defer)
	_, yDeferred := y.(*ssa.Defer)
	switch {
	case xDeferred && yDeferred:
		return f.follows(y, x) // the last one runs first
	case yDeferred:
		return f.follows(x, y) || f.follows(y, x)
	case xDeferred:
		return y.Block() == y.Parent().Recover || slices.ContainsFunc(f.runs, func(run ssa.Instruction) bool { return f.follows(run, y) })
	}
	return y.Block() == y.Parent().Recover && x.Block() != y.Block() || f.follows(x, y)
}

// follows reports whether the control flow graph leads from x to y.
func (f *flow) follows(x, y ssa.Instruction) bool {
	if x.Block() == y.Block() && f.at[x] < f.at[y] {
		return true
	}
	return f.reach[x.Block().Index][y.Block().Index]
}

// without reports whether y can run after x without avoid between them.
func (f *flow) without(x, y, avoid ssa.Instruction) bool {
	seen := map[*ssa.BasicBlock]bool{}
	var walk func(b *ssa.BasicBlock, from int) bool
	walk = func(b *ssa.BasicBlock, from int) bool {
		for _, in := range b.Instrs[from:] {
			if in == y {
				return true
			}
			if in == avoid {
				return false
			}
		}
		for _, s := range b.Succs {
			if !seen[s] {
				seen[s] = true
				if walk(s, 0) {
					return true
				}
			}
		}
		return false
	}
	return walk(x.Block(), f.at[x]+1)
}

// closure is the transitive closure of the successor relation, over at least one edge.
func closure(fn *ssa.Function) [][]bool {
	out := make([][]bool, len(fn.Blocks))
	for i, b := range fn.Blocks {
		out[i] = make([]bool, len(fn.Blocks))
		stack := append([]*ssa.BasicBlock(nil), b.Succs...)
		for len(stack) > 0 {
			s := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if !out[i][s.Index] {
				out[i][s.Index] = true
				stack = append(stack, s.Succs...)
			}
		}
	}
	return out
}

// controlDependence gives each block the blocks that it is directly control dependent on (Ferrante, Ottenstein, Warren 1987).
func controlDependence(fn *ssa.Function, post [][]bool) [][]int {
	out := make([][]int, len(fn.Blocks))
	for a, block := range fn.Blocks {
		if len(block.Succs) < 2 {
			continue
		}
		for b := range fn.Blocks {
			for _, s := range block.Succs {
				if post[s.Index][b] && (a == b || !post[a][b]) {
					out[b] = append(out[b], a)
					break
				}
			}
		}
	}
	return out
}

// postDominators says for each block which blocks every way to the function's end passes.
func postDominators(fn *ssa.Function) [][]bool {
	n := len(fn.Blocks)
	post := make([][]bool, n)
	for i := range post {
		post[i] = make([]bool, n)
		for j := range post[i] {
			post[i][j] = true
		}
	}
	for changed := true; changed; {
		changed = false
		for i := n - 1; i >= 0; i-- {
			for j := range n {
				if post[i][j] && i != j && !allSuccs(fn.Blocks[i], post, j) {
					post[i][j], changed = false, true
				}
			}
		}
	}
	return post
}

func allSuccs(b *ssa.BasicBlock, post [][]bool, j int) bool {
	for _, s := range b.Succs {
		if !post[s.Index][j] {
			return false
		}
	}
	return len(b.Succs) > 0
}

// deciders are the blocks on which b is control dependent, directly or through others.
func (f *flow) deciders(b *ssa.BasicBlock) []*ssa.BasicBlock {
	if f.all == nil {
		f.all = make([][]*ssa.BasicBlock, len(f.ctl))
		for i := range f.ctl {
			f.all[i] = f.transitive(i, b.Parent())
		}
	}
	return f.all[b.Index]
}

func (f *flow) transitive(i int, fn *ssa.Function) []*ssa.BasicBlock {
	seen := map[int]bool{}
	var out []*ssa.BasicBlock
	var walk func(i int)
	walk = func(i int) {
		for _, a := range f.ctl[i] {
			if !seen[a] {
				seen[a] = true
				out = append(out, fn.Blocks[a])
				walk(a)
			}
		}
	}
	walk(i)
	return out
}

// results are what a return gives back. A function that defers spills its results into locals; where the return's own block fills
// one that no closure can change, the value is what it stored.
func results(ret *ssa.Return) []ssa.Value {
	out := make([]ssa.Value, len(ret.Results))
	for i, r := range ret.Results {
		out[i] = r
		if v := spilled(ret, r); v != nil {
			out[i] = v
		}
	}
	return out
}

func spilled(ret *ssa.Return, r ssa.Value) ssa.Value {
	load, ok := r.(*ssa.UnOp)
	if !ok {
		return nil
	}
	local, ok := load.X.(*ssa.Alloc)
	if !ok {
		return nil
	}
	for _, ref := range *local.Referrers() {
		if _, ok := ref.(*ssa.MakeClosure); ok {
			return nil
		}
	}
	var last ssa.Value
	for _, in := range ret.Block().Instrs {
		if st, ok := in.(*ssa.Store); ok && st.Addr == ssa.Value(local) {
			last = st.Val
		}
	}
	return last
}

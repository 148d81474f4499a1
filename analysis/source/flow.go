package source

import "golang.org/x/tools/go/ssa"

// flowOf is the order of a function's instructions.
type flowOf struct {
	at    map[ssa.Instruction]int // index within the block
	reach map[*ssa.BasicBlock]map[*ssa.BasicBlock]bool
}

func (s *scope) flow(fn *ssa.Function) *flowOf {
	if f := s.flows[fn]; f != nil {
		return f
	}
	f := &flowOf{at: map[ssa.Instruction]int{}, reach: map[*ssa.BasicBlock]map[*ssa.BasicBlock]bool{}}
	for _, b := range fn.Blocks {
		for i, in := range b.Instrs {
			f.at[in] = i
		}
	}
	s.flows[fn] = f
	return f
}

// follows reports whether y can run after x in one call of the function.
func (f *flowOf) follows(x, y ssa.Instruction) bool {
	if x.Block() == y.Block() && f.at[x] < f.at[y] {
		return true
	}
	return f.after(x.Block())[y.Block()]
}

// after are the blocks that can run after b has run, b itself if it is in a loop.
func (f *flowOf) after(b *ssa.BasicBlock) map[*ssa.BasicBlock]bool {
	if set := f.reach[b]; set != nil {
		return set
	}
	set := map[*ssa.BasicBlock]bool{}
	f.reach[b] = set
	todo := append([]*ssa.BasicBlock(nil), b.Succs...)
	for len(todo) > 0 {
		next := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if !set[next] {
			set[next] = true
			todo = append(todo, next.Succs...)
		}
	}
	return set
}

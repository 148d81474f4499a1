package source

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// goes adds a go statement.
func (s *scope) goes(in *ssa.Go) {
	src := Source{Kind: GoroutineOrder, Symbol: "go", Blocks: entryBlocks(s.started(in.Common()))}
	s.add(src, in, nil)
}

// starts adds a call of a library that runs functions on other goroutines.
func (s *scope) starts(site ssa.CallInstruction, f *types.Func) {
	if known, _ := s.f.dict.Lookup(f); len(known.Goes) == 0 || s.f.kindOf(f) == Finalizer {
		return
	}
	src := Source{Kind: GoroutineOrder, Symbol: f.FullName(), Blocks: entryBlocks(s.begun(site, f))}
	s.addCall(src, site)
}

// started are the functions that a go statement may start.
func (s *scope) started(c *ssa.CallCommon) []*ssa.Function {
	if fn := c.StaticCallee(); fn != nil {
		return []*ssa.Function{fn}
	}
	return nil
}

// begun are the functions that a library runs on another goroutine.
func (s *scope) begun(site ssa.CallInstruction, f *types.Func) []*ssa.Function {
	known, _ := s.f.dict.Lookup(f)
	var out []*ssa.Function
	for _, i := range known.Goes {
		if v := operand(site.Common(), i); v != nil {
			out = append(out, funcsOf(v)...)
		}
	}
	return out
}

func entryBlocks(fns []*ssa.Function) []*ssa.BasicBlock {
	var out []*ssa.BasicBlock
	for _, fn := range fns {
		if len(fn.Blocks) > 0 {
			out = append(out, fn.Blocks[0])
		}
	}
	return out
}

package source

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// builtin adds the length of a channel's queue.
func (s *scope) builtin(site ssa.CallInstruction, b *ssa.Builtin) {
	if b.Name() != "len" || site.Value() == nil {
		return
	}
	if _, ok := site.Common().Args[0].Type().Underlying().(*types.Chan); !ok {
		return
	}
	s.addCall(Source{Kind: ChannelOrder, Symbol: "len", Values: []ssa.Value{site.Value()}}, site)
}

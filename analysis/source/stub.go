package source

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

func (s *scope) text(site ssa.CallInstruction, f *types.Func) {}

package source

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

func sortedKeys[V any](m map[string]V) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func (s *scope) receive(in *ssa.UnOp)                         {}
func (s *scope) local(in ssa.Instruction)                     {}
func (s *scope) text(site ssa.CallInstruction, f *types.Func) {}

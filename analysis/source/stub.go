package source

import (
	"go/ast"
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

type loop struct{ unique bool }

func rangeLoop(s *scope, n *ast.RangeStmt) *loop      { return &loop{} }
func callbackLoop(s *scope, n *ast.FuncLit) *loop     { return &loop{} }
func (s *scope) prove(src *Source, l *loop)           {}
func (s *scope) consumed(up, call *ast.CallExpr) string { return "" }
func (s *scope) collected(call *ast.CallExpr) string    { return "" }
func (s *scope) receive(in *ssa.UnOp)                   {}
func (s *scope) local(in ssa.Instruction)               {}
func (s *scope) sorted(site ssa.CallInstruction, f *types.Func) {}
func (s *scope) text(site ssa.CallInstruction, f *types.Func)   {}

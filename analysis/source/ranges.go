package source

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// mapRange adds a range over a map whose keys or values are used.
func (s *scope) mapRange(in *ssa.Range) {
	if _, ok := in.X.Type().Underlying().(*types.Map); !ok {
		return
	}
	src := Source{Kind: MapOrder, Symbol: "range", Values: iterated(in)}
	if len(src.Values) == 0 {
		return
	}
	node, ok := s.nodes[in.Pos()].(*ast.RangeStmt)
	if !ok {
		s.add(src, in, nil)
		return
	}
	s.prove(&src, rangeLoop(s, node))
	s.add(src, in, node)
}

// iterated are the keys and values that a range over a map gives.
func iterated(in *ssa.Range) []ssa.Value {
	var out []ssa.Value
	for _, ref := range referrers(in) {
		next, ok := ref.(*ssa.Next)
		if !ok {
			continue
		}
		for _, ref := range referrers(next) {
			if x, ok := ref.(*ssa.Extract); ok && x.Index > 0 {
				out = append(out, x)
			}
		}
	}
	return out
}

// special adds sources whose call can be proven harmless by what its result is used for.
func (s *scope) special(site ssa.CallInstruction, f *types.Func, src Source) bool {
	switch src.Kind {
	case MapOrder:
		if f.FullName() == "(*sync.Map).Range" {
			fns := funcsOf(operand(site.Common(), 0))
			if len(fns) > 0 && fns[0].Parent() != nil && !s.giving {
				return true // the literal has the source
			}
			src.Blocks = entryBlocks(fns)
		}
		s.carry(&src, site, f)
		s.unordered(&src, site, f)
	case Deadline:
		if f.Name() == "Done" && onlyWaitedFor(site.Value()) {
			return true // the select is the source
		}
		s.carry(&src, site, f)
	case Pool:
		s.carry(&src, site, f)
		s.wiped(&src, site)
	}
	s.addCall(src, site)
	return true
}

// unordered treats the call of a function that gives elements in an open order.
func (s *scope) unordered(src *Source, site ssa.CallInstruction, f *types.Func) {
	call := s.callAt(site)
	if call == nil {
		return
	}
	switch up := s.parent(call).(type) {
	case *ast.RangeStmt:
		if up.X == ast.Expr(call) {
			s.prove(src, s.loopOver(up, f))
		}
	case *ast.CallExpr:
		src.Harmless = s.consumed(up, call)
	}
	if f.FullName() == "(*sync.Map).Range" {
		if lit, ok := ast.Unparen(call.Args[0]).(*ast.FuncLit); ok {
			s.prove(src, callbackLoop(s, lit))
		}
	}
	if src.Harmless == "" {
		src.Harmless = s.collected(call)
	}
}

// loopOver is the range over what f gives: an iterator's keys and values, or a slice.
func (s *scope) loopOver(n *ast.RangeStmt, f *types.Func) *loop {
	if _, slice := typeOf(s.info, n.X).Underlying().(*types.Slice); slice {
		return elementLoop(s, n, isKeys[f.FullName()])
	}
	l := rangeLoop(s, n)
	if f.FullName() != "maps.All" && !isKeys[f.FullName()] {
		l.keys = nil
	}
	return l
}

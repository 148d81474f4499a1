package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
)

// ranges rewrites a range loop whose control is clean.
func (f *function) ranges(c scope, s *ast.RangeStmt) frag {
	if src, ok := f.pkg.facts.Source(s); ok {
		return f.determinize(c, s, src)
	}
	if !c.closed && f.holdsTainted(s) {
		return f.indexed(c, s)
	}
	if !c.closed && s.Tok == token.ASSIGN && f.pkg.facts.Taped(s) {
		return f.rangeAssign(c, s)
	}
	if _, ok := f.pkg.TypesInfo.TypeOf(s.X).Underlying().(*types.Chan); ok {
		f.checkChannel(c, s.X)
	}
	x := f.place(c, s.X)
	if !c.closed && f.tapesSource(s.X) && !f.pkg.facts.Replayed(f.node) {
		x = f.tapedValue(c, s.X, s.X)
	}
	out := f.text(s.Pos(), s.Pos()+3)
	last := s.Pos() + 3
	for _, e := range []ast.Expr{s.Key, s.Value} {
		if e == nil {
			continue
		}
		out = join(out, f.text(last, e.Pos()))
		if s.Tok == token.ASSIGN && c.touch {
			out = join(out, f.target(c.inline(), e, true))
		} else {
			out = join(out, f.place(c, e))
		}
		last = e.End()
	}
	return join(out, f.text(last, s.X.Pos()), x, f.text(s.X.End(), s.Body.Pos()), f.block(c, s.Body))
}

// rangeAssign rewrites a loop with clean control that assigns to contaminated variables: each iteration assigns in a closure of its own.
func (f *function) rangeAssign(c scope, s *ast.RangeStmt) frag {
	var names, targets, values, pre []frag
	inner := c.enclosed(s).collecting(&pre)
	for _, e := range []ast.Expr{s.Key, s.Value} {
		if e == nil {
			continue
		}
		if id, ok := e.(*ast.Ident); ok && id.Name == "_" {
			names = append(names, f.copy(e))
			continue
		}
		name := join(f.root.names.fresh("v"))
		names, values = append(names, name), append(values, name)
		targets = append(targets, f.target(inner, e, true))
	}
	assign := f.closure(sequence(append(pre, join(list(targets...), " = ", list(values...)))...))
	remark, body := f.splitBody(c, s.Body)
	head := join(f.text(s.Pos(), s.Pos()+3), " ", list(names...), " := ", f.text(s.Range, s.X.Pos()), f.place(c, s.X), " {", remark, "\n")
	return join(head, assign, "\n", body)
}

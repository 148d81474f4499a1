package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
)

// rangesTainted reports whether s gives its iteration variables contaminated elements: Go assigns them outside closures otherwise.
func (f *function) rangesTainted(s ast.Stmt) bool {
	r, ok := s.(*ast.RangeStmt)
	if !ok || r.Tok != token.DEFINE || f.pkg.facts.Replayed(f.node) && !f.pkg.facts.Taped(s) && !f.tapes() {
		return false
	}
	vars := map[types.Object]bool{}
	for _, e := range []ast.Expr{r.Key, r.Value} {
		if id, ok := e.(*ast.Ident); ok && f.pkg.TypesInfo.Defs[id] != nil {
			vars[f.pkg.TypesInfo.Defs[id]] = true
		}
	}
	return find(r.Body, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		return ok && vars[f.pkg.TypesInfo.Uses[id]] && f.pkg.facts.Tainted(id)
	}) != nil
}

// parksInBody reports whether s is a range loop whose body may issue a nested request: it cannot be one closure.
func (f *function) parksInBody(s ast.Stmt) bool {
	r, ok := s.(*ast.RangeStmt)
	return ok && f.parkingCall(r.Body) != nil
}

// holdsTainted reports whether the loop, of which only parts are closures, keeps something contaminated where a replay cannot correct
// it: in the copy of its operand that Go makes, or in the value variable that Go assigns.
func (f *function) holdsTainted(s *ast.RangeStmt) bool {
	if s.Value == nil || isBlank(s.Value) {
		return f.parksInBody(s) && f.rangesTainted(s) // the key of something else than a slice or an array
	}
	if s.Tok == token.ASSIGN {
		return f.pkg.facts.Tainted(s.X) || f.pkg.facts.Tainted(s.Value)
	}
	return f.parksInBody(s) && (f.pkg.facts.Tainted(s.X) || f.rangesTainted(s))
}

// indexed rewrites a range loop over a contaminated slice or array whose body is no closure: the operand moves to a variable of the
// tape, and each iteration takes its value from there in a closure.
func (f *function) indexed(c scope, s *ast.RangeStmt) frag {
	if !isIndexed(f.pkg.TypesInfo.TypeOf(s.X)) {
		f.pkg.hinder(s.Pos(), "range over contaminated %s around a nested request or with assigned variables: make a slice of it and range over that", f.spelled(s.X))
		return f.copy(s)
	}
	if s.Tok == token.DEFINE && f.sharesLoopVars() {
		f.pkg.hinder(s.Pos(), "range over contaminated %s before go1.22: use an index", f.spelled(s.X))
		return f.copy(s)
	}
	operand := f.operand(c, s.X, "list")
	key, counter, step := f.counter(c, s)
	take := f.takeElement(c, s, join(operand, "[", key, "]"))
	remark, body := f.splitBody(c, s.Body)
	head := join(f.text(s.Pos(), s.Pos()+3), " ", counter, " := ", f.text(s.Range, s.Range+5), " ", operand, " {", remark, "\n")
	return join(head, lines(step, take), "\n", body)
}

// isIndexed reports whether a range over t has an index and elements.
func isIndexed(t types.Type) bool {
	u := t.Underlying()
	if p, ok := u.(*types.Pointer); ok {
		u = p.Elem().Underlying()
	}
	switch u.(type) {
	case *types.Slice, *types.Array:
		return true
	}
	return false
}

// spelled is e as the source has it.
func (f *function) spelled(e ast.Expr) string { return f.copy(e).String() }

func isBlank(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == "_"
}

// operand evaluates e once, in a closure, into a variable that a replay corrects.
func (f *function) operand(c scope, e ast.Expr, base string) frag {
	switch x := ast.Unparen(e).(type) {
	case *ast.Ident:
		base = x.Name
	case *ast.SelectorExpr:
		base = x.Sel.Name
	}
	name := f.root.names.fresh(base)
	c.before(f.declare(name, f.pkg.TypesInfo.TypeOf(e), e.Pos()))
	f.tapeInto(c, join(name), e)
	return join(name)
}

// counter names the loop's index. A body that assigns to its key, and a key that lives outside the loop, get a copy of it in step.
func (f *function) counter(c scope, s *ast.RangeStmt) (key, counter, step frag) {
	if s.Key == nil || isBlank(s.Key) {
		counter = join(f.root.names.fresh("i"))
		return counter, counter, nil
	}
	if id, ok := s.Key.(*ast.Ident); ok && s.Tok == token.DEFINE && !f.assigns(s.Body, f.pkg.TypesInfo.Defs[id]) {
		return f.copy(id), f.copy(id), nil
	}
	counter = join(f.root.names.fresh("i"))
	if s.Tok == token.DEFINE {
		return counter, counter, join(f.copy(s.Key), " := ", counter)
	}
	return counter, counter, f.store(c, s, s.Key, counter)
}

// takeElement gives the loop's value variable the element, in a closure.
func (f *function) takeElement(c scope, s *ast.RangeStmt, element frag) frag {
	if s.Tok == token.ASSIGN {
		return f.store(c, s, s.Value, element)
	}
	id := s.Value.(*ast.Ident)
	return lines(f.declare(id.Name, f.pkg.TypesInfo.TypeOf(id), id.Pos()), f.closure(join(f.copy(id), " = ", element)))
}

// store assigns value to e, which is declared outside the statement, in a closure.
func (f *function) store(c scope, s ast.Stmt, e ast.Expr, value frag) frag {
	var pre []frag
	inner := c.enclosed(s).collecting(&pre)
	target := f.target(inner, e, true)
	return f.closure(sequence(append(pre, join(target, " = ", value))...))
}

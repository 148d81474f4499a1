package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
)

// assign rewrites an assignment whose targets are touched. A right side that calls runs before the targets are taken, where the call
// could change what a target denotes: that is the order in which Go assigns.
func (f *function) assign(c scope, s *ast.AssignStmt, hoisted bool) frag {
	op := s.Tok.String()
	if s.Tok == token.DEFINE {
		if !hoisted && !f.redeclares(c, s) {
			return f.generic(c, s)
		}
		if !hoisted {
			c.before(f.declarations(s)...)
		}
		op = "="
	}
	f.settleOrder(c, s)
	var right, left []frag
	for _, r := range s.Rhs {
		right = append(right, f.expr(c, r))
	}
	for _, l := range s.Lhs {
		left = append(left, f.target(c, l, !hoisted || !f.defines(l)))
	}
	last := s.Rhs[len(s.Rhs)-1].End()
	return join(list(left...), " ", frag{{op, f.tok.Offset(s.TokPos)}}, " ", list(right...), f.text(last, s.End()))
}

func (f *function) defines(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && f.pkg.TypesInfo.Defs[id] != nil
}

// redeclares reports whether a := also assigns to a variable that exists outside what runs again as a whole.
func (f *function) redeclares(c scope, s *ast.AssignStmt) bool {
	for _, l := range s.Lhs {
		if id, ok := l.(*ast.Ident); ok && id.Name != "_" && !f.defines(l) && !f.untouched(c, l) {
			return true
		}
	}
	return false
}

// settleOrder moves calls before the assignment if they could change what one of its targets denotes.
func (f *function) settleOrder(c scope, s *ast.AssignStmt) {
	moving, calling := false, false
	for _, l := range s.Lhs {
		moving = moving || !f.untouched(c, l) && !f.stable(l)
	}
	for _, r := range s.Rhs {
		calling = calling || f.calls(r)
	}
	if !moving || !calling {
		return
	}
	for _, l := range s.Lhs {
		f.hoistCalls(c, l)
	}
	for _, r := range s.Rhs {
		if !f.calls(r) {
			continue
		}
		names := f.freshList("v", len(s.Lhs)/len(s.Rhs))
		c.before(join(names, " := ", f.expr(c, r)))
		f.subst[r] = names
	}
}

// hoistCalls evaluates the calls in e before the current statement.
func (f *function) hoistCalls(c scope, e ast.Expr) {
	walk(e, func(stack []ast.Node) {
		n := stack[len(stack)-1]
		if !f.realCall(n) || f.moved(stack) {
			return
		}
		name := f.root.names.fresh("p")
		c.before(join(name+" := ", f.expr(c, n.(ast.Expr))))
		f.subst[n] = join(name)
	})
}

// touchBuiltin replaces the builtins that write memory.
func (f *function) touchBuiltin(c scope, call *ast.CallExpr) (frag, bool) {
	name := map[string]string{"append": "Append", "copy": "Copy", "delete": "Delete", "clear": "Clear"}[f.builtin(call)]
	if name == "" || name == "append" && len(call.Args) < 2 {
		return nil, false
	}
	args := f.args(c, call)
	info := f.pkg.TypesInfo
	isString := func(e ast.Expr) bool {
		b, ok := info.TypeOf(e).Underlying().(*types.Basic)
		return ok && b.Info()&types.IsString != 0
	}
	switch name {
	case "Append":
		if info.Types[call.Args[0]].IsNil() || len(call.Args) == 1 {
			return nil, false
		}
		if call.Ellipsis.IsValid() {
			if isString(call.Args[1]) {
				args[1] = join("[]byte(", f.expr(c, call.Args[1]), ")...")
			}
			break
		}
		f.convertElems(call, args)
	case "Copy":
		if isString(call.Args[1]) {
			name = "CopyString"
		}
	case "Clear":
		if _, ok := info.TypeOf(call.Args[0]).Underlying().(*types.Slice); ok {
			name = "ClearSlice"
		}
	case "Delete":
		m := info.TypeOf(call.Args[0]).Underlying().(*types.Map)
		args[1] = f.converted(call.Args[1], args[1], m.Key())
	}
	f.edits++
	return join(f.rt()+"."+name+"(", f.spread(call, args), ")"), true
}

// convertElems makes implicit conversions to the slice's element type explicit, for type inference.
func (f *function) convertElems(call *ast.CallExpr, args []frag) {
	s, ok := f.pkg.TypesInfo.TypeOf(call.Args[0]).Underlying().(*types.Slice)
	if !ok {
		return
	}
	for i, a := range call.Args[1:] {
		args[i+1] = f.converted(a, args[i+1], s.Elem())
	}
}

func (f *function) converted(e ast.Expr, text frag, want types.Type) frag {
	tv := f.pkg.TypesInfo.Types[e]
	if tv.IsNil() || types.Identical(tv.Type, want) {
		return text
	}
	t, ok := f.typeName(want, e.Pos())
	if !ok {
		f.pkg.hinder(e.Pos(), "type %s cannot be named here", want)
	}
	return join(conversion(t)+"(", text, ")")
}

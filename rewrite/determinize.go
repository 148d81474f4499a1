package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"github.com/midas-tiers/midas/analysis"
)

// determinize makes a map range run in the order of its keys. The map may change during the iteration, as Go allows: a key that is
// gone is skipped, and one that is new is not visited.
func (f *function) determinize(c scope, s *ast.RangeStmt, src analysis.Source) frag {
	if _, ok := f.pkg.TypesInfo.TypeOf(s.X).Underlying().(*types.Map); !ok {
		f.pkg.problem(s.Pos(), "the order of %s cannot be made a function of the operation", src.Symbol)
		return f.copy(s)
	}
	f.edits++
	tape := !c.closed && f.parksInBody(s) && (f.pkg.facts.Tainted(s.X) || f.rangesTainted(s))
	if tape && (s.Tok == token.ASSIGN || f.sharesLoopVars()) {
		f.pkg.hinder(s.Pos(), "range over contaminated %s around a nested request: declare its variables in the loop", f.spelled(s.X))
	}
	var m frag
	if tape {
		m = f.operand(c, s.X, "m")
	} else {
		m = f.rangedMap(c, s)
	}
	key, value := f.rangeVar(s.Key), f.rangeVar(s.Value)
	ok := f.root.names.fresh("ok")
	var assign frag
	if s.Tok == token.ASSIGN {
		var left, right []frag
		if key != nil {
			left, key = append(left, f.target(c.inline(), s.Key, c.touch)), join(f.root.names.fresh("key"))
			right = append(right, key)
		}
		if value != nil {
			left, value = append(left, f.target(c.inline(), s.Value, c.touch)), join(f.root.names.fresh("value"))
			right = append(right, value)
		}
		if len(left) > 0 {
			assign = join(list(left...), " = ", list(right...), "\n")
		}
	}
	if key == nil {
		key = join(f.root.names.fresh("key"))
	}
	remark, body := f.splitBody(c, s.Body)
	head := join(f.text(s.Pos(), s.Pos()+3), " _, ", key, " := range "+f.rt()+".Keys(", m, ") {", remark, "\n")
	switch {
	case value == nil:
		head = join(head, "if _, "+ok+" := ", m, "[", key, "]; !"+ok+" {\ncontinue\n}\n")
	case tape:
		head = join(head, f.declare(value.String(), f.pkg.TypesInfo.TypeOf(s.Value), s.Value.Pos()), "\nvar "+ok+" bool\n",
			f.closure(join(value, ", "+ok+" = ", m, "[", key, "]")), "\nif !"+ok+" {\ncontinue\n}\n")
	default:
		head = join(head, value, ", "+ok+" := ", m, "[", key, "]\nif !"+ok+" {\ncontinue\n}\n")
	}
	return join(head, assign, body)
}

// splitBody returns the comment behind the opening brace, and the rest of the block.
func (f *function) splitBody(c scope, b *ast.BlockStmt) (remark, rest frag) {
	from, to := b.Lbrace+1, b.Rbrace
	if len(b.List) > 0 {
		to = b.List[0].Pos()
	}
	if i := strings.IndexByte(f.text(from, to).String(), '\n'); i >= 0 {
		remark = f.text(from, from+token.Pos(i))
		from += token.Pos(i + 1)
	}
	return remark, join(f.stmts(c.inline(), b.List, from, b.Rbrace), f.text(b.Rbrace, b.End()))
}

// rangedMap returns an expression for the map that is evaluated once: a variable that the loop does not assign to, or a new one.
func (f *function) rangedMap(c scope, s *ast.RangeStmt) frag {
	id, ok := ast.Unparen(s.X).(*ast.Ident)
	if ok && f.local(id) && !f.assigns(s.Body, f.pkg.TypesInfo.Uses[id]) {
		return f.expr(c, id)
	}
	base := "m"
	if sel, ok := ast.Unparen(s.X).(*ast.SelectorExpr); ok {
		base = sel.Sel.Name
	}
	name := f.root.names.fresh(base)
	c.before(join(name+" := ", f.expr(c, s.X)))
	return join(name)
}

// local reports whether id is a variable of the function or of one around it.
func (f *function) local(id *ast.Ident) bool {
	v, ok := f.pkg.TypesInfo.Uses[id].(*types.Var)
	return ok && v.Parent() != f.pkg.Types.Scope() && v.Pkg() == f.pkg.Types
}

// assigns reports whether something in n assigns to the variable.
func (f *function) assigns(n ast.Node, obj types.Object) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		if s, ok := n.(ast.Stmt); ok {
			for _, e := range assigned(s) {
				id, ok := ast.Unparen(e).(*ast.Ident)
				found = found || ok && f.pkg.TypesInfo.Uses[id] == obj
			}
		}
		return !found
	})
	return found
}

// rangeVar spells an iteration variable, nil if there is none.
func (f *function) rangeVar(e ast.Expr) frag {
	if id, ok := e.(*ast.Ident); e == nil || ok && id.Name == "_" {
		return nil
	}
	return f.copy(e)
}

// determinizeCall replaces the iterators over maps, and calls that might share the result of another.
func (f *function) determinizeCall(c scope, call *ast.CallExpr, src analysis.Source) frag {
	fn := f.callee(call)
	if src.Kind == analysis.GoroutineOrder {
		f.edits++
		return join(f.rt()+".Single(", f.expr(c, call.Fun), ")(", list(f.args(c, call)...), ")")
	}
	if fn == nil || len(call.Args) != 1 {
		f.pkg.problem(call.Pos(), "the order of %s cannot be made a function of the operation", src.Symbol)
		return f.copy(call)
	}
	switch name := strings.ReplaceAll(fn.FullName(), "golang.org/x/exp/", "x/"); name {
	case "maps.Keys":
		f.replaces(call)
		values := f.imported("slices", "slices", call.Pos()) + ".Values("
		return join(values, f.rt()+".Keys(", f.expr(c, call.Args[0]), "))")
	case "x/maps.Keys":
		f.replaces(call)
		return join(f.rt()+".Keys(", f.expr(c, call.Args[0]), ")")
	}
	f.pkg.problem(call.Pos(), "the order of %s cannot be made a function of the operation", src.Symbol)
	return f.copy(call)
}

// replaces notes that the package name in the call's function goes away.
func (f *function) replaces(call *ast.CallExpr) {
	f.edits++
	fun := ast.Unparen(call.Fun)
	if i, ok := fun.(*ast.IndexExpr); ok {
		fun = i.X
	}
	if sel, ok := fun.(*ast.SelectorExpr); ok {
		if id, ok := sel.X.(*ast.Ident); ok {
			f.replaced[f.pkg.TypesInfo.Uses[id]]++
		}
	}
}

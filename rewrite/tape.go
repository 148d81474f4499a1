package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
)

// closure returns a closure of the tape.
func (f *function) closure(body frag) frag {
	f.edits++
	if body.oneLine() {
		return join(f.rt()+".Do(func() { ", body, " })")
	}
	return join(f.rt()+".Do(func() {\n", body, "\n})")
}

// tape makes a simple statement a closure. The variables that it declares are declared before.
func (f *function) tape(c scope, s ast.Stmt) frag {
	if call := f.parkingCall(s); call != nil {
		return f.park(c, s, call)
	}
	f.forbid(s)
	c.before(f.declarations(s)...)
	inner, copies := f.copies(c, s)
	c.before(copies...)
	var pre []frag
	main := f.simple(inner.enclosed(s).collecting(&pre), s, true)
	return f.closure(sequence(append(pre, main)...))
}

// declarations declares the variables that s defines; neighbours of one type share a line.
func (f *function) declarations(s ast.Stmt) []frag {
	var stmts []frag
	ids := f.defined(s)
	for _, id := range ids {
		if obj := f.pkg.TypesInfo.Defs[id]; f.shadows(s, obj) {
			f.renamed[obj] = f.root.names.fresh(id.Name)
		}
	}
	for i := 0; i < len(ids); {
		t := f.pkg.TypesInfo.Defs[ids[i]].Type()
		group := f.name(f.pkg.TypesInfo.Defs[ids[i]])
		j := i + 1
		for ; j < len(ids) && types.Identical(t, f.pkg.TypesInfo.Defs[ids[j]].Type()); j++ {
			group += ", " + f.name(f.pkg.TypesInfo.Defs[ids[j]])
		}
		stmts = append(stmts, f.declare(group, t, ids[i].Pos()))
		i = j
	}
	return stmts
}

// shadows reports whether s, which defines obj, also uses what its name meant before: declared ahead of the closure, the variable would
// hide it. It gets another name then.
func (f *function) shadows(s ast.Stmt, obj types.Object) bool {
	found := false
	if scope := f.pkg.Types.Scope().Innermost(s.Pos()); scope != nil {
		switch _, outer := scope.LookupParent(obj.Name(), s.Pos()); outer.(type) {
		case *types.PkgName, *types.TypeName:
			return true // emitted code in the closure may need it
		}
	}
	ast.Inspect(s, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Name == obj.Name() {
			use := f.pkg.TypesInfo.Uses[id]
			v, isVar := use.(*types.Var)
			found = found || use != nil && use != obj && use.Parent() != nil && !(isVar && v.IsField())
		}
		return !found
	})
	return found
}

// name is what obj is called in the output.
func (f *function) name(obj types.Object) string {
	if name, ok := f.renamed[obj]; ok {
		return name
	}
	return obj.Name()
}

// declare declares a variable of the type.
func (f *function) declare(name string, t types.Type, pos token.Pos) frag {
	spelled, ok := f.typeName(t, pos)
	if !ok {
		f.pkg.hinder(pos, "type %s cannot be named here", t)
	}
	return join("var " + name + " " + spelled)
}

// defined are the identifiers that the statement declares, blank ones left out.
func (f *function) defined(s ast.Stmt) []*ast.Ident {
	var ids []*ast.Ident
	add := func(e ast.Expr) {
		if id, ok := e.(*ast.Ident); ok && id.Name != "_" {
			if _, isVar := f.pkg.TypesInfo.Defs[id].(*types.Var); isVar {
				ids = append(ids, id)
			}
		}
	}
	switch s := s.(type) {
	case *ast.AssignStmt:
		for _, l := range s.Lhs {
			add(l)
		}
	case *ast.DeclStmt:
		for _, spec := range s.Decl.(*ast.GenDecl).Specs {
			if v, ok := spec.(*ast.ValueSpec); ok {
				for _, id := range v.Names {
					add(id)
				}
			}
		}
	}
	return ids
}

// hasValues reports whether the declaration gives variables values.
func hasValues(s *ast.DeclStmt) bool {
	for _, spec := range s.Decl.(*ast.GenDecl).Specs {
		if v, ok := spec.(*ast.ValueSpec); ok && s.Decl.(*ast.GenDecl).Tok == token.VAR && len(v.Values) > 0 {
			return true
		}
	}
	return false
}

// assignDecl turns a var declaration, whose variables are declared already, into assignments.
func (f *function) assignDecl(c scope, s *ast.DeclStmt) frag {
	var out []frag
	for _, spec := range s.Decl.(*ast.GenDecl).Specs {
		v, ok := spec.(*ast.ValueSpec)
		if !ok || len(v.Values) == 0 {
			continue
		}
		var values []frag
		for _, e := range v.Values {
			values = append(values, f.expr(c, e))
		}
		var names []frag
		for _, id := range v.Names {
			names = append(names, f.place(c, id))
		}
		out = append(out, join(list(names...), " = ", list(values...)))
	}
	return lines(out...)
}

// tapedValue evaluates e in a closure before the current statement, and returns the variable that holds it.
func (f *function) tapedValue(c scope, e ast.Expr, span ast.Node) frag {
	name := f.root.names.fresh("v")
	c.before(f.declare(name, types.Default(f.pkg.TypesInfo.TypeOf(e)), e.Pos()))
	f.tapeInto(c, join(name), e)
	return join(name)
}

// tapeInto assigns e to a target in a closure before the current statement.
func (f *function) tapeInto(c scope, target frag, e ast.Expr) {
	f.forbid(e)
	inner, copies := f.copies(c, e)
	c.before(copies...)
	var pre []frag
	value := f.expr(inner.enclosed(e).collecting(&pre), e)
	c.before(f.closure(sequence(append(pre, join(target, " = ", value))...)))
}

// branchClosure makes a statement with everything in it one closure.
func (f *function) branchClosure(c scope, s ast.Stmt) frag {
	f.forbid(s)
	inner, copies := f.copies(c, s)
	c.before(copies...)
	out := f.closure(f.stmt(inner.enclosed(s), s))
	if f.terminates(s) {
		return lines(out, join(`panic("unreachable")`))
	}
	return out
}

// forbid reports what cannot be in a closure of the tape.
func (f *function) forbid(n ast.Node) {
	walk(n, func(stack []ast.Node) {
		switch n := stack[len(stack)-1].(type) {
		case *ast.CallExpr:
			if f.pkg.facts.Parks(n) {
				f.pkg.hinder(n.Pos(), "nested request in a contaminated statement")
			}
			if f.builtin(n) == "recover" {
				f.pkg.hinder(n.Pos(), "recover in a contaminated statement")
			}
		case *ast.DeferStmt:
			f.pkg.hinder(n.Pos(), "defer in a contaminated branch")
		case *ast.SelectStmt:
			f.pkg.hinder(n.Pos(), "select in a contaminated branch")
		case *ast.BranchStmt:
			if n.Tok == token.GOTO {
				f.pkg.hinder(n.Pos(), "goto in a contaminated branch")
			}
		}
	})
}

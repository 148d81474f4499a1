package rewrite

import (
	"go/ast"
	"go/token"
	"strconv"
)

// tailClosure makes the rest of the function one closure, because a contaminated branch in it returns: whether what follows runs at
// all is contaminated. The closure calls a function literal in which the returns may stay as they are.
func (f *function) tailClosure(c scope, rest []ast.Stmt) frag {
	from, to := rest[0].Pos(), rest[len(rest)-1].End()
	span := &ast.BlockStmt{Lbrace: from, List: rest, Rbrace: to - 1}
	f.forbid(span)
	inner, copies := f.copies(c, span)
	inner = inner.enclosed(span)
	results, declared := f.resultVars(c)
	f.results = results
	body := f.stmts(inner, rest, from, to)
	f.results = nil
	if len(results) == 0 {
		return lines(append(copies, f.closure(body))...)
	}
	var names, targets []frag
	for i, r := range results {
		names = append(names, join(r))
		if v := f.sig.Results().At(i); v.Name() == r {
			targets = append(targets, join("*"+f.rt()+".P(&"+r+")"))
		} else {
			targets = append(targets, join(r))
		}
	}
	call := join(list(targets...), " = func() "+f.resultList(from)+" {\n", body, "\n}()")
	stmts := append(declared, copies...)
	return lines(append(stmts, f.closure(call), join("return ", list(names...)))...)
}

// resultVars are the variables that take the function's results: the named results, and new ones for those without a name.
func (f *function) resultVars(c scope) (names []string, declared []frag) {
	for i := range f.sig.Results().Len() {
		v := f.sig.Results().At(i)
		name := v.Name()
		if name == "" || name == "_" {
			name = f.root.names.fresh("r" + strconv.Itoa(i))
			declared = append(declared, f.declare(name, v.Type(), f.body.Lbrace+1))
		}
		names = append(names, name)
	}
	return names, declared
}

func (f *function) resultList(pos token.Pos) string {
	out := ""
	for i := range f.sig.Results().Len() {
		t, ok := f.typeName(f.sig.Results().At(i).Type(), pos)
		if !ok {
			f.pkg.hinder(pos, "type %s cannot be named here", f.sig.Results().At(i).Type())
		}
		if i > 0 {
			out += ", "
		}
		out += t
	}
	if f.sig.Results().Len() > 1 {
		return "(" + out + ")"
	}
	return out
}

// returns rewrites a return statement. Outside closures, results that are on the tape are computed in one before.
func (f *function) returns(c scope, s *ast.ReturnStmt) frag {
	if c.closed && len(s.Results) == 0 && len(f.results) > 0 {
		var names []frag
		for _, r := range f.results {
			names = append(names, join(r))
		}
		return join(f.copy(s), " ", list(names...))
	}
	if c.closed || len(s.Results) == 0 || !f.taped(s) || f.moves(c, s) {
		if !c.closed {
			f.checkTemporaries(s)
		}
		return f.generic(c, s)
	}
	if call := f.parkingCall(s); call != nil {
		return f.park(c, s, call)
	}
	return f.tapedReturn(c, s)
}

// tapedReturn computes the results in a closure, into the result variables or new ones. What is constant stays in the return.
func (f *function) tapedReturn(c scope, s *ast.ReturnStmt) frag {
	f.forbid(s)
	vars, declared := f.resultVars(c)
	inner, copies := f.copies(c, s)
	var pre, kept, targets, names, values []frag
	inner = inner.enclosed(s).collecting(&pre)
	spread := len(s.Results) != len(vars)
	for i, r := range vars {
		if !spread && f.constant(s.Results[i]) {
			names = append(names, f.copy(s.Results[i]))
			continue
		}
		target := join(r)
		if v := f.sig.Results().At(i); v.Name() == r {
			if !f.visible(v, r, s.Pos()) {
				f.pkg.hinder(s.Pos(), "contaminated return where the result %s is shadowed", r)
			}
			target = join("*" + f.rt() + ".P(&" + r + ")")
		} else {
			kept = append(kept, declaration(declared, r))
		}
		targets, names = append(targets, target), append(names, join(r))
		if !spread {
			values = append(values, f.expr(inner, s.Results[i]))
		}
	}
	if spread {
		values = []frag{f.expr(inner, s.Results[0])}
	}
	c.before(append(kept, copies...)...)
	c.before(f.closure(sequence(append(pre, join(list(targets...), " = ", list(values...)))...)))
	return join(f.text(s.Pos(), s.Pos()+6), " ", list(names...))
}

// moves reports whether the results only pass on what is there already. Named results are variables, which a deferred function may read.
func (f *function) moves(c scope, s *ast.ReturnStmt) bool {
	for i, e := range s.Results {
		if f.constant(e) {
			continue
		}
		if f.calls(e) || c.touch && f.computes(e) || i < f.sig.Results().Len() && f.sig.Results().At(i).Name() != "" {
			return false
		}
	}
	return true
}

// declaration picks the declaration of the variable.
func declaration(declared []frag, name string) frag {
	for _, d := range declared {
		if len(d) > 0 && len(d[0].text) > 4+len(name) && d[0].text[:5+len(name)] == "var "+name+" " {
			return d
		}
	}
	return nil
}

// constant reports whether e is a constant or nil.
func (f *function) constant(e ast.Expr) bool {
	tv := f.pkg.TypesInfo.Types[e]
	return tv.Value != nil || tv.IsNil()
}

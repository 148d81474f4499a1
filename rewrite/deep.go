package rewrite

import (
	"go/ast"
	"go/types"
)

// deep touches, before a call of a function without rewritten body, all memory that it may write.
func (f *function) deep(c scope, call *ast.CallExpr) (frag, bool) {
	if len(f.written(c, call)) == 0 {
		return nil, false
	}
	if c.pre != nil {
		f.deepBefore(c, call)
		return f.generic(c, call), true
	}
	var pre []frag
	in := c.collecting(&pre)
	f.deepBefore(in, call)
	body := f.generic(in, call)
	results := f.pkg.TypesInfo.TypeOf(call)
	if t, ok := results.(*types.Tuple); ok {
		if t.Len() > 0 {
			f.pkg.hinder(call.Pos(), "a call that writes memory in the header of a contaminated statement")
		}
		return join("func() {\n", lines(append(pre, body)...), "\n}()"), true
	}
	name, ok := f.typeName(types.Default(results), call.Pos())
	if !ok {
		f.pkg.hinder(call.Pos(), "type %s cannot be named here", results)
	}
	return join("func() "+name+" {\n", lines(append(pre, join("return ", body))...), "\n}()"), true
}

// deepBefore emits the touches before the current statement.
func (f *function) deepBefore(c scope, call *ast.CallExpr) {
	ops := f.written(c, call)
	if !c.touch || len(ops) == 0 {
		return
	}
	if c.pre == nil {
		f.pkg.hinder(call.Pos(), "a call that writes memory in the header of a contaminated statement")
		return
	}
	f.edits++
	var args []frag
	for _, e := range ops {
		address := ""
		if !isReference(f.pkg.TypesInfo.TypeOf(e)) {
			address = "&"
		}
		if f.calls(e) {
			name := f.root.names.fresh("p")
			c.before(join(name+" := "+address, f.place(c, e)))
			f.subst[e] = join(name)
			args = append(args, join(name))
			continue
		}
		args = append(args, join(address, f.place(c, e)))
	}
	c.before(join(f.rt()+".Deep(", list(args...), ")"))
}

// written are the operands of call behind which it may write memory that outlives the code that runs again.
func (f *function) written(c scope, call *ast.CallExpr) []ast.Expr {
	var ops []ast.Expr
	for _, e := range f.pkg.facts.Mutates(call) {
		tv := f.pkg.TypesInfo.Types[e]
		if !tv.IsValue() || tv.IsNil() || !isReference(tv.Type) && (!tv.Addressable() || f.untouched(c, e)) || f.ownMemory(c, e) {
			continue
		}
		ops = append(ops, e)
	}
	return ops
}

// ownMemory reports whether the memory behind e was made by the function itself, and no closure holds it.
func (f *function) ownMemory(c scope, e ast.Expr) bool {
	d, ok := f.node.(*ast.FuncDecl)
	return ok && c.unit == f.node && localMemory(f.pkg.TypesInfo, e, d)
}

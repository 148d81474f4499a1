package rewrite

import (
	"go/ast"
	"go/types"
)

// checkServer reports a *grpc.Server that becomes a value of an interface through which services are registered or served: the calls
// behind the interface could not be told from others. A call's argument of type grpc.ServiceRegistrar is wrapped instead.
func (f *function) checkServer(n ast.Node) {
	info := f.pkg.TypesInfo
	pairs := func(targets []types.Type, values []ast.Expr) {
		for i, v := range values {
			if len(targets) == len(values) && hidesServer(targets[i]) && isServer(info.TypeOf(v)) {
				f.pkg.problem(v.Pos(), "a *grpc.Server becomes a %s here: call its methods and the generated Register functions on the server itself", targets[i])
			}
		}
	}
	switch n := n.(type) {
	case *ast.AssignStmt:
		pairs(typesOf(info, n.Lhs), n.Rhs)
	case *ast.ValueSpec:
		pairs(typesOf(info, identsToExprs(n.Names)), n.Values)
	case *ast.ReturnStmt:
		if f.sig != nil {
			pairs(tupleTypes(f.sig.Results()), n.Results)
		}
	case *ast.CallExpr:
		f.checkServerArgs(n, pairs)
	case *ast.CompositeLit:
		f.checkServerElems(n, pairs)
	}
}

// checkServerArgs looks at conversions, and at calls of own functions.
func (f *function) checkServerArgs(call *ast.CallExpr, pairs func([]types.Type, []ast.Expr)) {
	if f.isConversion(call) {
		pairs([]types.Type{f.pkg.TypesInfo.TypeOf(call.Fun)}, call.Args)
		return
	}
	fn := f.callee(call)
	if fn == nil {
		return
	}
	if _, own := f.pkg.decls[fn.FullName()]; !own {
		return
	}
	for i, a := range call.Args {
		if i < fn.Signature().Params().Len() && !isRegistrar(fn.Signature().Params().At(i).Type()) {
			pairs([]types.Type{fn.Signature().Params().At(i).Type()}, []ast.Expr{a})
		}
	}
}

func (f *function) checkServerElems(lit *ast.CompositeLit, pairs func([]types.Type, []ast.Expr)) {
	for i, e := range lit.Elts {
		kv, keyed := e.(*ast.KeyValueExpr)
		if keyed {
			e = kv.Value
		}
		var want types.Type
		switch t := f.pkg.TypesInfo.TypeOf(lit).Underlying().(type) {
		case *types.Struct:
			if !keyed {
				want = t.Field(i).Type()
			} else if id, ok := kv.Key.(*ast.Ident); ok {
				want = f.pkg.TypesInfo.ObjectOf(id).Type()
			}
		case interface{ Elem() types.Type }:
			want = t.Elem()
		}
		if want != nil {
			pairs([]types.Type{want}, []ast.Expr{e})
		}
	}
}

// hidesServer reports whether t is an interface with a method that the rewriter replaces.
func hidesServer(t types.Type) bool {
	if t == nil || !types.IsInterface(t) {
		return false
	}
	for m := range types.NewMethodSet(t).Methods() {
		if m.Obj().Name() == "Serve" || m.Obj().Name() == "RegisterService" {
			return true
		}
	}
	return false
}

// checkServerMethod reports a method of *grpc.Server that is a value, or the function of a method expression.
func (f *function) checkServerMethod(e *ast.SelectorExpr) {
	fn, ok := f.pkg.TypesInfo.Uses[e.Sel].(*types.Func)
	if !ok {
		return
	}
	switch name := fn.FullName(); name {
	case "(*google.golang.org/grpc.Server).Serve", "(*google.golang.org/grpc.Server).RegisterService":
		f.pkg.problem(e.Pos(), "%s as a value: call it directly", name)
	}
}

func typesOf(info *types.Info, exprs []ast.Expr) []types.Type {
	var all []types.Type
	for _, e := range exprs {
		all = append(all, info.TypeOf(e))
	}
	return all
}

func tupleTypes(t *types.Tuple) []types.Type {
	var all []types.Type
	for v := range t.Variables() {
		all = append(all, v.Type())
	}
	return all
}

func identsToExprs(ids []*ast.Ident) []ast.Expr {
	var all []ast.Expr
	for _, id := range ids {
		all = append(all, id)
	}
	return all
}

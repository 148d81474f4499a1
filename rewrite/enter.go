package rewrite

import (
	"go/ast"
	"go/types"
	"strings"
)

const grpcPath = "google.golang.org/grpc"

// enter lets a function with a context join the op that the context carries. The goroutine may come from a pool.
func (f *function) enter() frag {
	if f.isEntry() || f.sig == nil {
		return nil
	}
	for p := range f.sig.Params().Variables() {
		if p.Name() != "" && p.Name() != "_" && types.TypeString(p.Type(), nil) == "context.Context" {
			f.edits++
			end := ""
			if f.tok.Line(f.body.Lbrace) == f.tok.Line(f.body.List[0].Pos()) {
				end = "\n"
			}
			return join("\ndefer " + f.rt() + ".Enter(" + p.Name() + ")()" + end)
		}
	}
	return nil
}

// isEntry reports whether the function is a method of the table.
func (f *function) isEntry() bool {
	d, ok := f.node.(*ast.FuncDecl)
	if !ok || d.Recv == nil {
		return false
	}
	for _, m := range f.pkg.facts.Methods() {
		if m.Package == f.pkg.PkgPath && strings.HasSuffix(m.Name, "/"+d.Name.Name) {
			return true
		}
	}
	return false
}

// enterName replaces the functions of grpc that make a server or a client connection.
func (f *function) enterName(e *ast.SelectorExpr) (frag, bool) {
	fn, ok := f.pkg.TypesInfo.Uses[e.Sel].(*types.Func)
	if !ok || fn.Pkg() == nil || fn.Pkg().Path() != grpcPath || fn.Signature().Recv() != nil {
		return nil, false
	}
	switch fn.Name() {
	case "NewServer", "NewClient", "Dial", "DialContext":
	default:
		return nil, false
	}
	if id, ok := e.X.(*ast.Ident); ok {
		f.replaced[f.pkg.TypesInfo.Uses[id]]++
	}
	f.edits++
	return join(f.tiers()+".", f.copy(e.Sel)), true
}

// enterCall replaces calls of a *grpc.Server's Serve and RegisterService, and wraps a server that is passed as a registrar.
func (f *function) enterCall(c scope, call *ast.CallExpr) (frag, bool) {
	if fn := f.callee(call); fn != nil {
		sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
		switch fn.FullName() {
		case "(*google.golang.org/grpc.Server).Serve":
			if !ok || len(call.Args) != 1 {
				break
			}
			f.edits++
			return join(f.tiers()+".Serve(", f.pointer(c, sel.X), ", ", f.expr(c, call.Args[0]), ")"), true
		case "(*google.golang.org/grpc.Server).RegisterService":
			if ok {
				f.edits++
				return join(f.tiers()+".Registrar(", f.pointer(c, sel.X), ")", f.text(sel.X.End(), call.Lparen), "(", f.spread(call, f.args(c, call)), ")"), true
			}
		}
	}
	return f.registrarArgs(c, call)
}

// pointer spells a *grpc.Server that may be embedded in what x is.
func (f *function) pointer(c scope, x ast.Expr) frag {
	if isServer(f.pkg.TypesInfo.TypeOf(x)) {
		return f.expr(c, x)
	}
	return join(f.expr(c, x), ".Server")
}

func isServer(t types.Type) bool { return types.TypeString(t, nil) == "*"+grpcPath+".Server" }

func isRegistrar(t types.Type) bool { return types.TypeString(t, nil) == grpcPath+".ServiceRegistrar" }

func (f *function) registrarArgs(c scope, call *ast.CallExpr) (frag, bool) {
	sig, ok := f.pkg.TypesInfo.TypeOf(call.Fun).(*types.Signature)
	if !ok {
		return nil, false
	}
	wrapped := func(i int) bool {
		return i < sig.Params().Len() && isRegistrar(sig.Params().At(i).Type()) && isServer(f.pkg.TypesInfo.TypeOf(call.Args[i]))
	}
	found := false
	for i := range call.Args {
		found = found || wrapped(i)
	}
	if !found {
		return nil, false
	}
	f.edits++
	out, last := f.expr(c, call.Fun), call.Fun.End()
	for i, a := range call.Args {
		out = join(out, f.text(last, a.Pos()))
		if wrapped(i) {
			out = join(out, f.tiers()+".Registrar(", f.expr(c, a), ")")
		} else {
			out = join(out, f.expr(c, a))
		}
		last = a.End()
	}
	return join(out, f.text(last, call.End())), true
}

package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/types/typeutil"
)

// effects reports whether evaluating e may do something besides yielding a value: write memory that outlives it, park, communicate.
func (f *function) effects(e ast.Node) bool { return f.pkg.effects(f.pkg.TypesInfo, e, nil) }

// effects looks at one body or expression; own is the declaration it belongs to, whose local variables it may write.
func (p *program) effects(info *types.Info, n ast.Node, own *ast.FuncDecl) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit, *ast.GoStmt, *ast.DeferStmt, *ast.SendStmt, *ast.SelectStmt:
			found = true
		case *ast.UnaryExpr:
			found = found || n.Op == token.ARROW
		case *ast.CallExpr:
			found = found || p.callEffects(info, n, own)
		case ast.Stmt:
			for _, e := range assigned(n) {
				found = found || !local(info, e, own, false)
			}
		}
		return !found
	})
	return found
}

func (p *program) callEffects(info *types.Info, call *ast.CallExpr, own *ast.FuncDecl) bool {
	if p.facts.Parks(call) {
		return true
	}
	if info.Types[call.Fun].IsType() {
		return false
	}
	if src, ok := p.facts.Source(call); ok && src.Fill >= 0 {
		return !localMemory(info, call.Args[src.Fill], own)
	} else if ok && locks[src.Symbol] != "" {
		return true
	}
	for _, e := range p.facts.Mutates(call) {
		if !localMemory(info, e, own) {
			return true
		}
	}
	switch fn := typeutil.Callee(info, call).(type) {
	case *types.Builtin:
		switch fn.Name() {
		case "append", "clear", "copy", "delete":
			return !localMemory(info, call.Args[0], own)
		case "close", "print", "println", "recover", "panic":
			return true
		}
		return false
	case *types.Func:
		recv := fn.Signature().Recv()
		if recv != nil && types.IsInterface(recv.Type()) {
			return true
		}
		return !p.isPure(fn.Origin())
	}
	return true
}

// isPure reports whether calls of fn have no effects. A function without own body is as pure as the facts say of its operands.
func (p *program) isPure(fn *types.Func) bool {
	name := fn.FullName()
	d, own := p.decls[name]
	if !own {
		return true
	}
	if pure, known := p.pure[name]; known {
		return pure
	}
	p.pure[name] = false // a recursive function is not pure
	p.pure[name] = !p.effects(d.info, d.Body, d.FuncDecl)
	return p.pure[name]
}

// localMemory reports whether the memory that the operand e refers to belongs to own alone.
func localMemory(info *types.Info, e ast.Expr, own *ast.FuncDecl) bool {
	switch x := ast.Unparen(e).(type) {
	case *ast.UnaryExpr, *ast.SliceExpr:
		return local(info, x, own, false)
	}
	return local(info, e, own, isReference(info.TypeOf(e)))
}

// isReference reports whether a value of the type shares the memory that it leads to with its copies.
func isReference(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Map, *types.Slice, *types.Interface, *types.Chan:
		return true
	}
	return false
}

// local reports whether e denotes memory that belongs to own alone: a local variable, or what a local variable was made to hold.
// through says that a pointer, slice or map is followed.
func local(info *types.Info, e ast.Expr, own *ast.FuncDecl, through bool) bool {
	if own == nil {
		return false
	}
	for {
		switch x := e.(type) {
		case *ast.ParenExpr:
			e = x.X
			continue
		case *ast.UnaryExpr:
			if x.Op != token.AND {
				return false
			}
			e = x.X
			continue
		case *ast.SliceExpr:
			through = through || !isArray(info, x.X)
			e = x.X
			continue
		case *ast.IndexExpr:
			through = through || !isArray(info, x.X)
			e = x.X
			continue
		case *ast.SelectorExpr:
			sel := info.Selections[x]
			if sel == nil {
				return false
			}
			through = through || sel.Indirect()
			e = x.X
			continue
		case *ast.Ident:
			if x.Name == "_" {
				return true
			}
			v, ok := info.ObjectOf(x).(*types.Var)
			return ok && within(v.Pos(), own) && (!through || within(v.Pos(), own.Body) && made(info, v, own))
		}
		return false
	}
}

func isArray(info *types.Info, e ast.Expr) bool {
	_, ok := info.TypeOf(e).Underlying().(*types.Array)
	return ok
}

// made reports whether v only ever holds memory that own has made for it.
func made(info *types.Info, v *types.Var, own *ast.FuncDecl) bool {
	ok := true
	ast.Inspect(own.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, l := range n.Lhs {
				if id, is := l.(*ast.Ident); is && info.ObjectOf(id) == v {
					ok = ok && len(n.Lhs) == len(n.Rhs) && makes(info, n.Rhs[i], v)
				}
			}
		case *ast.ValueSpec:
			for i, id := range n.Names {
				if info.ObjectOf(id) == v && len(n.Values) > 0 {
					ok = ok && len(n.Names) == len(n.Values) && makes(info, n.Values[i], v)
				}
			}
		case *ast.RangeStmt:
			for _, l := range []ast.Expr{n.Key, n.Value} {
				if id, is := l.(*ast.Ident); is && info.ObjectOf(id) == v {
					ok = false
				}
			}
		}
		return ok
	})
	return ok
}

func makes(info *types.Info, e ast.Expr, v *types.Var) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.CompositeLit, *ast.BasicLit:
		return true
	case *ast.UnaryExpr:
		_, lit := e.X.(*ast.CompositeLit)
		return e.Op == token.AND && lit
	case *ast.CallExpr:
		b, ok := typeutil.Callee(info, e).(*types.Builtin)
		if !ok {
			return false
		}
		if b.Name() == "append" {
			id, ok := ast.Unparen(e.Args[0]).(*ast.Ident)
			return ok && info.ObjectOf(id) == v
		}
		return b.Name() == "make" || b.Name() == "new"
	}
	return false
}

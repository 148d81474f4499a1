package source

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// local adds a read of the process's own memory that operations change: of a package variable, or of a field of what lives as long as the
// process does.
func (s *scope) local(in *ssa.UnOp) {
	if !s.f.opts.Local || in.Op != token.MUL || s.pkg == nil || constructs(s.fn) {
		return
	}
	cell := cellOf(in.X)
	if cell == nil || !s.f.all.changing[cell] || s.f.dict.Opaque(cell.Type()) {
		return
	}
	if field, ok := in.X.(*ssa.FieldAddr); ok {
		if made(field.X) || !s.f.all.lasting[owner(field)] {
			return
		}
	}
	src := Source{Kind: ProcessLocal, Symbol: cell.Name(), Values: []ssa.Value{in}}
	node := readAtNode(in)
	for _, old := range s.out { // x++ reads once and writes once
		if node != nil && old.Kind == ProcessLocal && old.Pos == node.Pos() && old.Symbol == src.Symbol {
			return
		}
	}
	s.add(src, in, node)
}

// readAtNode is the expression that reads, nil if it is not known.
func readAtNode(in *ssa.UnOp) ast.Node {
	for _, ref := range referrers(in) {
		if d, ok := ref.(*ssa.DebugRef); ok && !d.IsAddr {
			return d.Expr
		}
	}
	for _, ref := range referrers(in.X) {
		if d, ok := ref.(*ssa.DebugRef); ok {
			return d.Expr
		}
	}
	return nil
}

// owner is the struct type whose field is addressed.
func owner(f *ssa.FieldAddr) types.Object {
	n, ok := types.Unalias(f.X.Type().Underlying().(*types.Pointer).Elem()).(*types.Named)
	if !ok {
		return nil
	}
	return n.Origin().Obj()
}

// constructs says that the function runs when the process starts.
func constructs(fn *ssa.Function) bool {
	name := outermost(fn).Name()
	return name == "init" || strings.HasPrefix(name, "init#") || name == "main"
}

// changes notes the package variables and fields that fn writes otherwise than in memory that it has made.
func (w *whole) changes(fn *ssa.Function) {
	if constructs(fn) {
		return
	}
	for _, b := range fn.Blocks {
		for _, in := range b.Instrs {
			switch in := in.(type) {
			case *ssa.Store:
				w.change(in.Addr)
			case *ssa.MapUpdate:
				w.change(in.Map)
			case ssa.CallInstruction:
				w.changedBy(in.Common())
			}
		}
	}
}

func (w *whole) changedBy(c *ssa.CallCommon) {
	if b, ok := c.Value.(*ssa.Builtin); ok {
		if name := b.Name(); name == "delete" || name == "clear" || name == "copy" {
			w.change(c.Args[0])
		}
		return
	}
	f := called(c)
	if f == nil || w.f.own(f) {
		return
	}
	known, _ := w.f.dict.Lookup(f)
	for _, i := range written(known) {
		if v := operand(c, i); v != nil {
			w.change(v)
		}
	}
}

// change notes the variable or field that leads to the memory at v.
func (w *whole) change(v ssa.Value) {
	for {
		if cell := cellOf(v); cell != nil {
			if field, ok := v.(*ssa.FieldAddr); !ok || !made(field.X) {
				w.changing[cell] = true
			}
			return
		}
		switch x := v.(type) {
		case *ssa.IndexAddr:
			v = x.X
		case *ssa.Slice:
			v = x.X
		case *ssa.UnOp:
			v = x.X
		case *ssa.Lookup:
			v = x.X
		default:
			return
		}
	}
}

// last notes the types of values that live as long as the process: of package variables, and of receivers of methods by which operations
// enter; those are exported methods with a context or stub that own code does not call.
func (w *whole) last() {
	for _, path := range sortedKeys(w.f.pkgs) {
		scope := w.f.pkgs[path].Types.Scope()
		for _, name := range scope.Names() {
			if v, ok := scope.Lookup(name).(*types.Var); ok {
				w.lasts(v.Type())
			}
		}
	}
	for _, fn := range w.funcs {
		recv := fn.Signature.Recv()
		if recv != nil && ast.IsExported(fn.Name()) && takesContext(fn.Signature) && !w.calledByOwn(fn) {
			w.lasts(recv.Type())
		}
	}
}

func takesContext(sig *types.Signature) bool {
	if sig.Params().Len() == 0 {
		return false
	}
	t := types.Unalias(sig.Params().At(0).Type())
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	n, ok := t.(*types.Named)
	return ok && (strings.Contains(n.Obj().Name(), "Context") || strings.Contains(n.Obj().Name(), "Stub"))
}

// lasts notes the own struct types that a value of type t leads to.
func (w *whole) lasts(t types.Type) {
	t = types.Unalias(t)
	if n, ok := t.(*types.Named); ok {
		obj := n.Origin().Obj()
		if obj.Pkg() == nil || w.f.pkgs[obj.Pkg().Path()] == nil || w.lasting[obj] {
			return
		}
		w.lasting[obj] = true
	}
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		w.lasts(u.Elem())
	case *types.Slice:
		w.lasts(u.Elem())
	case *types.Array:
		w.lasts(u.Elem())
	case *types.Map:
		w.lasts(u.Elem())
	case *types.Struct:
		for f := range u.Fields() {
			w.lasts(f.Type())
		}
	}
}

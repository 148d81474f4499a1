package source

import (
	"go/ast"
	"go/types"
	"sync"

	"golang.org/x/tools/go/ssa"
)

// whole is what takes all own functions to know.
type whole struct {
	f     *Finder
	prog  *ssa.Program
	funcs []*ssa.Function // own, literals included, in order of declaration
	decls map[*types.Func]*ast.FuncDecl
	held  map[types.Object][]*types.Func // sources that own code stores in a variable or field
	uses  map[types.Object]bool          // functions and methods that hand-written own code names
	names map[string]bool                // names of interface methods that hand-written own code calls

	mu    sync.Mutex
	pures map[*ssa.Function]bool
}

func survey(f *Finder, prog *ssa.Program) *whole {
	w := &whole{
		f: f, prog: prog, decls: map[*types.Func]*ast.FuncDecl{}, held: map[types.Object][]*types.Func{},
		uses: map[types.Object]bool{}, names: map[string]bool{}, pures: map[*ssa.Function]bool{},
	}
	for _, path := range sortedKeys(f.pkgs) {
		pkg := f.pkgs[path]
		if p := prog.Package(pkg.Types); p != nil {
			w.addFunc(p.Func("init"))
		}
		for _, file := range pkg.Syntax {
			for _, d := range file.Decls {
				if fd, ok := d.(*ast.FuncDecl); ok {
					w.declared(pkg.TypesInfo.Defs[fd.Name], fd)
				}
			}
			if !ast.IsGenerated(file) {
				w.named(file, pkg.TypesInfo)
			}
		}
	}
	for _, fn := range w.funcs {
		w.stores(fn)
	}
	return w
}

func (w *whole) declared(obj types.Object, fd *ast.FuncDecl) {
	f, ok := obj.(*types.Func)
	if !ok {
		return
	}
	w.decls[f] = fd
	w.addFunc(w.prog.FuncValue(f))
}

func (w *whole) addFunc(fn *ssa.Function) {
	if fn == nil {
		return
	}
	w.funcs = append(w.funcs, fn)
	for _, lit := range fn.AnonFuncs {
		w.addFunc(lit)
	}
}

// named notes the functions that a file uses.
func (w *whole) named(file *ast.File, info *types.Info) {
	ast.Inspect(file, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		if f, ok := info.Uses[id].(*types.Func); ok {
			w.uses[f.Origin()] = true
			if recv := f.Signature().Recv(); recv != nil && types.IsInterface(recv.Type()) {
				w.names[f.Name()] = true
			}
		}
		return true
	})
}

// calledByOwn says that hand-written own code may call fn: else operations enter there.
func (w *whole) calledByOwn(fn *ssa.Function) bool {
	f, ok := fn.Object().(*types.Func)
	return !ok || fn.Parent() != nil || w.uses[f.Origin()] || f.Signature().Recv() != nil && w.names[f.Name()]
}

// stores notes the libraries' sources that fn stores as function values.
func (w *whole) stores(fn *ssa.Function) {
	for _, b := range fn.Blocks {
		for _, in := range b.Instrs {
			st, ok := in.(*ssa.Store)
			if !ok {
				continue
			}
			to := cellOf(st.Addr)
			for _, g := range funcsOf(st.Val) {
				f, ok := g.Object().(*types.Func)
				if ok && to != nil && !w.f.own(f) && w.f.kindOf(f) != "" {
					w.held[to] = append(w.held[to], f)
				}
			}
		}
	}
}

// heldBy are the libraries' sources that a function value read from a variable or field can be.
func (w *whole) heldBy(v ssa.Value) []*types.Func {
	load, ok := v.(*ssa.UnOp)
	if !ok {
		return nil
	}
	to := cellOf(load.X)
	if to == nil {
		return nil
	}
	return w.held[to]
}

// cellOf is the package variable or field at an address, nil if it is neither.
func cellOf(addr ssa.Value) types.Object {
	switch a := addr.(type) {
	case *ssa.Global:
		return a.Object()
	case *ssa.FieldAddr:
		st := a.X.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Struct)
		return st.Field(a.Field).Origin()
	}
	return nil
}

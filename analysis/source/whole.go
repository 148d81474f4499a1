package source

import (
	"go/ast"
	"go/types"
	"maps"
	"slices"
	"sync"

	"golang.org/x/tools/go/ssa"
)

// whole is what takes all own functions to know.
type whole struct {
	f     *Finder
	prog  *ssa.Program
	funcs []*ssa.Function // own, literals included, in order of declaration
	decls map[*types.Func]*ast.FuncDecl
	kept  *holding
	uses  map[types.Object]bool // functions and methods that hand-written own code names
	names map[string]bool       // names of interface methods that hand-written own code calls

	changing map[types.Object]bool // package variables and fields that own code writes after construction
	lasting  map[types.Object]bool // names of struct types whose values live as long as the process

	mu    sync.Mutex
	pures map[*ssa.Function]bool
}

func survey(f *Finder, prog *ssa.Program) *whole {
	w := &whole{
		f: f, prog: prog, decls: map[*types.Func]*ast.FuncDecl{}, kept: newHolding(),
		uses: map[types.Object]bool{}, names: map[string]bool{}, pures: map[*ssa.Function]bool{},
		changing: map[types.Object]bool{}, lasting: map[types.Object]bool{},
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
		w.kept.note(w, fn)
		if f.opts.Local {
			w.changes(fn)
		}
	}
	if f.opts.Local {
		w.last()
	}
	return w
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

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

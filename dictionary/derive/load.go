package main

import (
	"fmt"
	"go/types"
	"os"
	"strings"

	"golang.org/x/tools/go/callgraph"
	"golang.org/x/tools/go/callgraph/vta"
	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"
)

// library is the standard library as SSA.
type library struct {
	prog  *ssa.Program
	pkgs  []*packages.Package // with exported API, sorted by path
	funcs map[*ssa.Function]bool
	graph *callgraph.Graph
}

// load builds the standard library for linux/amd64 without cgo: the same API, and nothing hidden in C.
func load() (*library, error) {
	cfg := &packages.Config{
		Mode: packages.LoadAllSyntax,
		Env:  append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64", "GOFLAGS=", "GOEXPERIMENT="),
	}
	pkgs, err := packages.Load(cfg, "std")
	if err != nil {
		return nil, fmt.Errorf("load the standard library: %w", err)
	}
	for _, p := range pkgs {
		for _, e := range p.Errors {
			return nil, fmt.Errorf("load the standard library: %s: %w", p.PkgPath, e)
		}
	}
	lib := &library{}
	for _, p := range pkgs {
		if public(p.PkgPath) {
			lib.pkgs = append(lib.pkgs, p)
		}
	}
	lib.prog, _ = ssautil.AllPackages(pkgs, 0)
	lib.prog.Build()
	lib.funcs = ssautil.AllFunctions(lib.prog)
	for _, p := range lib.pkgs {
		lib.declared(p.Types.Scope())
	}
	lib.graph = vta.CallGraph(lib.funcs, nil)
	return lib, nil
}

// declared adds what nothing in the library calls: methods of types that only programs use.
func (l *library) declared(scope *types.Scope) {
	for _, name := range scope.Names() {
		obj, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || obj.IsAlias() {
			continue
		}
		if named, ok := obj.Type().(*types.Named); ok {
			for m := range named.Methods() {
				if fn := l.prog.FuncValue(m); fn != nil {
					l.add(fn)
				}
			}
		}
	}
}

func (l *library) add(fn *ssa.Function) {
	l.funcs[fn] = true
	for _, anon := range fn.AnonFuncs {
		l.add(anon)
	}
}

// public reports whether programs may import the package.
func public(path string) bool {
	for elem := range strings.SplitSeq(path, "/") {
		if elem == "internal" || elem == "vendor" || elem == "cmd" {
			return false
		}
	}
	return true
}

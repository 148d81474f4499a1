package main

import (
	"fmt"
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
	lib.graph = vta.CallGraph(lib.funcs, nil)
	return lib, nil
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

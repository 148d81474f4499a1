package slice

import (
	"go/ast"
	"go/token"
)

// unknowns lists what cannot be seen in code that some start runs, generated files left out.
func (a *analysis) unknowns() []Unknown {
	var ids []int32
	for _, st := range a.starts {
		ids = append(ids, st.fn.id)
	}
	running, _ := spread(a.calls.callees, nil, ids...)
	generated := a.generated()
	var list []Unknown
	for _, f := range a.funcs {
		if !running[f.id] || generated[a.Fset.File(f.ssa.Pos())] {
			continue
		}
		list = append(list, f.unknown...)
		for _, c := range f.calls {
			if c.dynamic && !c.back && len(c.targets) == 0 {
				list = append(list, Unknown{Fn: f.ssa, Pos: c.site.Pos(), Reason: "call of a function value: no function is known to be stored there"})
			}
		}
	}
	return list
}

func (a *analysis) generated() map[*token.File]bool {
	files := map[*token.File]bool{}
	for _, pkg := range a.Pkgs {
		for _, f := range pkg.Syntax {
			if ast.IsGenerated(f) {
				files[a.Fset.File(f.Package)] = true
			}
		}
	}
	delete(files, nil)
	return files
}

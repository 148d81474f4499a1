package main

import (
	"fmt"
	"go/types"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// emitter writes what was found: one file for each package, and the chains.
type emitter struct {
	*solver
	dir   string
	lines map[string][]string // by package
	said  map[*ssa.Function]bool
	vars  map[*ssa.Global]bool
}

func (s *solver) emit(dir string) error {
	e := &emitter{solver: s, dir: dir, lines: map[string][]string{}, said: map[*ssa.Function]bool{}, vars: map[*ssa.Global]bool{}}
	for _, p := range s.pkgs {
		scope := p.Types.Scope()
		for _, name := range scope.Names() {
			e.object(scope.Lookup(name))
		}
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	for path, lines := range e.lines {
		slices.Sort(lines)
		if err := e.write(path+".txt", slices.Compact(lines)); err != nil {
			return err
		}
	}
	return e.write("chains.txt", e.chainLines())
}

func (e *emitter) write(name string, lines []string) error {
	name = filepath.Join(e.dir, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, []byte(strings.Join(lines, "\n")+"\n"), 0o644)
}

func (e *emitter) object(obj types.Object) {
	switch obj := obj.(type) {
	case *types.Func:
		if obj.Exported() {
			e.function(obj, obj.Name())
		}
	case *types.Var:
		if obj.Exported() {
			e.variable(obj)
		}
	case *types.TypeName:
		e.typeName(obj)
	}
}

// typeName says what a type's methods do: those that it declares, and those that it has from packages that programs cannot import.
func (e *emitter) typeName(obj *types.TypeName) {
	set := types.NewMethodSet(types.NewPointer(obj.Type()))
	if types.IsInterface(obj.Type()) {
		set = types.NewMethodSet(obj.Type())
	}
	for sel := range set.Methods() {
		m := sel.Obj().(*types.Func).Origin()
		if m.Exported() && m.Pkg() != nil && (m.Pkg() == obj.Pkg() || !public(m.Pkg().Path())) {
			e.method(m)
		}
	}
}

func (e *emitter) method(m *types.Func) {
	recv := "interface"
	t := m.Signature().Recv().Type()
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := types.Unalias(t).(*types.Named); ok {
		recv = n.Obj().Name()
	}
	if types.IsInterface(t) {
		e.abstract(m, recv+"."+m.Name())
		return
	}
	e.function(m, recv+"."+m.Name())
}

func (e *emitter) add(pkg, name string, fields []string) {
	e.lines[pkg] = append(e.lines[pkg], strings.Join(append([]string{name}, fields...), "\t"))
}

func (e *emitter) function(obj *types.Func, name string) {
	fn := e.prog.FuncValue(obj)
	if fn == nil || e.sums[fn] == nil {
		e.add(obj.Pkg().Path(), name, []string{"unknown"})
		return
	}
	e.said[fn] = true
	o := outline{sum: e.sums[fn], sig: obj.Signature()}
	e.add(obj.Pkg().Path(), name, o.fields())
}

// variable says what a variable holds.
func (e *emitter) variable(obj *types.Var) {
	g := e.prog.ImportedPackage(obj.Pkg().Path()).Var(obj.Name())
	var fields []string
	if d := e.globals[g]; d != 0 {
		e.vars[g] = true
		fields = append(fields, "kinds="+strings.Join(d.names(), ","))
	}
	e.add(obj.Pkg().Path(), "var "+obj.Name(), fields)
}

// abstract is a method of an interface: whoever implements it is called.
func (e *emitter) abstract(m *types.Func, name string) {
	var mutates []string
	if !e.rules.observers[m.Name()] {
		mutates = append(mutates, "-1")
	}
	for i := range m.Signature().Params().Len() {
		if !e.rules.readers[m.Name()] && pointers(m.Signature().Params().At(i).Type()) && !callable(m.Signature().Params().At(i).Type()) {
			mutates = append(mutates, fmt.Sprint(i))
		}
	}
	fields := []string{"abstract"}
	if mutates == nil {
		fields = append(fields, "pure")
	} else {
		fields = append(fields, "mutates="+strings.Join(mutates, ","))
	}
	e.add(m.Pkg().Path(), name, fields)
}

// chainLines are the next steps of all functions and variables on the way from what was said to the roots.
func (e *emitter) chainLines() []string {
	steps := map[string][]string{}
	for _, kind := range (^deps(0)).names() {
		c := e.chains(kind)
		var queue []node
		for fn := range e.said {
			if e.sums[fn].emits()&bit(kind) != 0 {
				queue = append(queue, node{fn: fn})
			}
		}
		for g := range e.vars {
			queue = append(queue, node{glo: g})
		}
		done := map[node]bool{}
		for len(queue) > 0 {
			n := queue[0]
			queue = queue[1:]
			h, ok := c.hops[n]
			if !ok || done[n] {
				continue
			}
			done[n] = true
			next := h.root
			if next == "" {
				h.next = c.other(n, h.next)
				next = h.next.String()
				queue = append(queue, h.next)
			}
			e.step(steps, n.String(), kind+">", next)
		}
	}
	var lines []string
	for _, n := range slices.Sorted(maps.Keys(steps)) {
		lines = append(lines, n+"\t"+strings.Join(slices.Compact(steps[n]), "\t"))
	}
	return lines
}

// step notes the next step for a kind; of several instances with one name, the one that comes first by name.
func (e *emitter) step(steps map[string][]string, name, kind, next string) {
	for i, s := range steps[name] {
		if strings.HasPrefix(s, kind) {
			steps[name][i] = min(s, kind+next)
			return
		}
	}
	steps[name] = append(steps[name], kind+next)
}

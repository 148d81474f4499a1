package slice

import (
	"go/types"
	"sync"

	"golang.org/x/tools/go/ssa"
)

// target is what a call may run: an own function with a body, or a declared one without.
type target struct {
	fn   *function
	decl *types.Func
}

// implementations finds what a call of an interface's method may run: the methods of types that are put into some interface
// (Bacon and Sweeney's rapid type analysis).
type implementations struct {
	mu     sync.Mutex
	prog   *program
	byName map[string][]types.Type // types in interfaces that have a method of the name
	known  map[invoked][]target
}

func (m *implementations) index() {
	for _, t := range m.prog.dynamic {
		if types.IsInterface(t) {
			continue
		}
		set := m.prog.Prog.MethodSets.MethodSet(t)
		for sel := range set.Methods() {
			name := sel.Obj().Name()
			m.byName[name] = append(m.byName[name], t)
		}
	}
}

// invoked is a method as it is called: through an interface that may have more methods.
type invoked struct {
	method *types.Func
	iface  types.Type
}

// of lists the targets of a call of method through interface type iface.
func (m *implementations) of(method *types.Func, iface types.Type) []target {
	m.mu.Lock()
	defer m.mu.Unlock()
	key := invoked{method, iface}
	if ts, ok := m.known[key]; ok {
		return ts
	}
	var ts []target
	it, ok := iface.Underlying().(*types.Interface)
	if !ok {
		return nil
	}
	seen := map[*ssa.Function]bool{}
	for _, t := range m.byName[method.Name()] {
		if !types.Implements(t, it) {
			continue
		}
		fn := m.prog.Prog.LookupMethod(t, method.Pkg(), method.Name())
		if fn == nil || seen[fn] {
			continue
		}
		seen[fn] = true
		if f := m.prog.byFunc[fn]; f != nil {
			ts = append(ts, target{fn: f})
		} else if decl, ok := fn.Object().(*types.Func); ok {
			ts = append(ts, target{decl: decl})
		}
	}
	m.known[key] = ts
	return ts
}

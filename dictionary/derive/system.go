package main

import (
	"go/token"

	"golang.org/x/tools/go/ssa"
)

// system is a system call.
func (f *function) system(s *site, gate *ssa.Function) {
	r, ok := syscallRule{kind: bit("process"), external: true, fills: true}, false
	if n, known := f.trap(s.args[0]); known {
		r, ok = f.rules.calls[n]
		if !ok {
			f.missing["system call "+s.args[0].String()+" in "+f.fn.String()] = true
		}
	}
	if r.external {
		f.acts()
	}
	f.edge(gate)
	for _, a := range s.args[1:] {
		if r.fills {
			f.store(a, r.kind, 0)
		}
	}
	n := gate.Signature.Results().Len()
	for i := range n {
		f.give(s, i, n, val{d: s.all.deps()&^bit("address") | r.kind})
	}
}

// trap is the number of a system call: a constant, or a variable that is set once.
func (s *solver) trap(v ssa.Value) (int, bool) {
	switch v := v.(type) {
	case *ssa.Const:
		return int(v.Int64()), true
	case *ssa.Convert:
		return s.trap(v.X)
	case *ssa.UnOp:
		if g, ok := v.X.(*ssa.Global); ok && v.Op == token.MUL {
			n, ok := s.traps[g]
			return n, ok
		}
	}
	return 0, false
}

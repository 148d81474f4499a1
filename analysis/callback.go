package analysis

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/points"
)

// callbacks are the functions with a body that a library can call when it is given op for a parameter of type t: functions, and the
// methods of an interface.
func (p *program) callbacks(op ssa.Value, t types.Type) []*ssa.Function {
	var out []*ssa.Function
	for _, f := range points.Functions(op) {
		if f.Blocks != nil {
			out = append(out, f)
		}
	}
	i, ok := t.Underlying().(*types.Interface)
	if !ok || i.NumMethods() == 0 {
		return out
	}
	for _, dynamic := range dynamicTypes(op) {
		for m := range i.Methods() {
			sel := p.prog.MethodSets.MethodSet(dynamic).Lookup(m.Pkg(), m.Name())
			if sel == nil {
				continue
			}
			if f := p.prog.MethodValue(sel); f != nil && f.Blocks != nil {
				out = append(out, f)
			}
		}
	}
	return out
}

// dynamicTypes are those of the interface v, as far as its definition tells.
func dynamicTypes(v ssa.Value) []types.Type {
	var out []types.Type
	seen := map[ssa.Value]bool{}
	var walk func(v ssa.Value)
	walk = func(v ssa.Value) {
		if seen[v] {
			return
		}
		seen[v] = true
		switch v := v.(type) {
		case *ssa.MakeInterface:
			out = append(out, v.X.Type())
		case *ssa.ChangeInterface:
			walk(v.X)
		case *ssa.Phi:
			for _, e := range v.Edges {
				walk(e)
			}
		}
	}
	walk(v)
	return out
}

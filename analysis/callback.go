package analysis

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/points"
)

// callbacks are the functions with a body that a library can call when it is given op for a parameter of type t: functions, and the
// methods of an interface.
func (p *program) callbacks(op ssa.Value, t types.Type) []*ssa.Function {
	var out []*ssa.Function
	known, all := points.Functions(op)
	if sig, ok := op.Type().Underlying().(*types.Signature); ok && !all { // what a call returns, or a field holds
		known = append(known, p.valuesOf(sig)...)
	}
	for _, f := range known {
		if f.Blocks != nil && !slices.Contains(out, f) {
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

// valuesOf are the own functions of this signature that are used as values somewhere: each of them may be behind a variable.
func (p *program) valuesOf(sig *types.Signature) []*ssa.Function {
	if p.values == nil {
		p.values = map[*ssa.Function]bool{}
		for _, fn := range p.funcs {
			for in := range instructions(fn) {
				p.noteValues(in)
			}
		}
	}
	var out []*ssa.Function
	for _, fn := range p.funcs {
		if p.values[fn] && types.Identical(fn.Signature, sig) {
			out = append(out, fn)
		}
	}
	return out
}

// noteValues notes the functions that the instruction uses otherwise than by calling them.
func (p *program) noteValues(in ssa.Instruction) {
	for _, op := range in.Operands(nil) {
		fn, ok := (*op).(*ssa.Function)
		if call, is := in.(ssa.CallInstruction); is && call.Common().Value == *op && !call.Common().IsInvoke() {
			continue
		}
		if ok {
			p.values[fn] = true
		}
	}
}

// dynamicTypes are those of the interface v, or of the interfaces in the variadic argument v; where its definition does not tell, the type
// of the interface.
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
		case *ssa.Slice:
			elements := elementsOf(v)
			for _, e := range elements {
				walk(e)
			}
			if len(elements) == 0 {
				out = append(out, v.Type())
			}
		case *ssa.Phi:
			for _, e := range v.Edges {
				walk(e)
			}
		case *ssa.Const: // nil
		default:
			out = append(out, v.Type())
		}
	}
	walk(v)
	return out
}

// elementsOf are the elements of a variadic argument.
func elementsOf(s *ssa.Slice) []ssa.Value {
	var out []ssa.Value
	a, ok := s.X.(*ssa.Alloc)
	if !ok {
		return nil
	}
	for _, r := range *a.Referrers() {
		ix, ok := r.(*ssa.IndexAddr)
		if !ok {
			continue
		}
		for _, use := range *ix.Referrers() {
			if st, ok := use.(*ssa.Store); ok {
				out = append(out, st.Val)
			}
		}
	}
	return out
}

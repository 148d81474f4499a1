package analysis

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/points"
)

// copies goes back from a value to what it is a copy of within an entry: over branches, arguments, results and local variables.
type copies struct {
	p    *program
	e    *entry
	seen map[ssa.Value]bool
	leaf func(ssa.Value) (is, ok bool) // is: v is no copy, and ok says whether it will do
}

// value reports whether all that v can be a copy of will do.
func (w *copies) value(v ssa.Value) bool {
	if w.seen[v] {
		return true
	}
	w.seen[v] = true
	if is, ok := w.leaf(v); is {
		return ok
	}
	switch v := v.(type) {
	case *ssa.Phi:
		return w.all(v.Edges)
	case *ssa.ChangeType:
		return w.value(v.X)
	case *ssa.Parameter:
		return w.all(w.p.arguments(w.e, v))
	case *ssa.UnOp:
		return v.Op == token.MUL && w.all(w.p.held(v.X))
	case *ssa.Call:
		return w.all(w.p.onlyResults(v, 0))
	case *ssa.Extract:
		call, ok := v.Tuple.(*ssa.Call)
		return ok && w.all(w.p.onlyResults(call, v.Index))
	}
	return false
}

// all reports whether there are values and each will do.
func (w *copies) all(values []ssa.Value) bool {
	return len(values) > 0 && !slices.ContainsFunc(values, func(v ssa.Value) bool { return !w.value(v) })
}

// callersIn are the calls of fn in the entry.
func (p *program) callersIn(e *entry, fn *ssa.Function) []ssa.CallInstruction {
	var out []ssa.CallInstruction
	for _, site := range p.callers[fn] {
		if e.tree[site.Parent()] {
			out = append(out, site)
		}
	}
	return out
}

// arguments are what a parameter can be within the entry, nil if it is not known.
func (p *program) arguments(e *entry, v *ssa.Parameter) []ssa.Value {
	fn := v.Parent()
	i := slices.Index(fn.Params, v)
	if fn == e.fn && i < len(fn.Params)-1 {
		return nil // of the service itself, or of whoever calls it
	}
	var out []ssa.Value
	for _, site := range p.callersIn(e, fn) {
		ops := points.Operands(site.Common())
		if !slices.Contains(p.calls[site].bodies, fn) || len(ops) != len(fn.Params) {
			return nil // a library calls it
		}
		out = append(out, ops[i])
	}
	return out
}

// onlyResults are the values that result i of the call can be, nil if a callee's body is not known.
func (p *program) onlyResults(c *ssa.Call, i int) []ssa.Value {
	call := p.calls[c]
	if call.nested != "" || len(call.externs) > 0 {
		return nil
	}
	var out []ssa.Value
	for _, fn := range call.bodies {
		if fn.Recover != nil && p.recovers(fn) {
			return nil // it returns what its results hold by then
		}
		for in := range instructions(fn) {
			if r, ok := in.(*ssa.Return); ok && r.Block() != fn.Recover {
				out = append(out, results(r)[i])
			}
		}
	}
	return out
}

// held are the values that the variable at an address can hold; nil if they are not known.
func (p *program) held(addr ssa.Value) []ssa.Value {
	switch addr := addr.(type) {
	case *ssa.Alloc:
		return stored(addr)
	case *ssa.FreeVar:
		var out []ssa.Value
		for _, b := range p.bindings(addr) {
			values := p.held(b)
			if values == nil {
				return nil
			}
			out = append(out, values...)
		}
		return out
	}
	return nil
}

// stored are the values that a local variable can hold; nil if it may also hold its zero value, or its address goes elsewhere.
func stored(local *ssa.Alloc) []ssa.Value {
	for _, in := range local.Block().Instrs {
		if _, debug := in.(*ssa.DebugRef); debug || !slices.ContainsFunc(in.Operands(nil), func(o *ssa.Value) bool { return *o == ssa.Value(local) }) {
			continue
		}
		if st, ok := in.(*ssa.Store); !ok || st.Addr != ssa.Value(local) {
			return nil
		}
		break
	}
	out, ok := storesTo(local)
	if !ok {
		return nil
	}
	return out
}

// storesTo are the values that are stored at a variable's address, by closures too; false if the address is used in another way.
func storesTo(addr ssa.Value) (out []ssa.Value, ok bool) {
	for _, ref := range *addr.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Store:
			if ref.Val == addr {
				return nil, false
			}
			out = append(out, ref.Val)
		case *ssa.MakeClosure:
			for i, b := range ref.Bindings {
				if b != addr {
					continue
				}
				inner, ok := storesTo(ref.Fn.(*ssa.Function).FreeVars[i])
				if !ok {
					return nil, false
				}
				out = append(out, inner...)
			}
		case *ssa.UnOp, *ssa.DebugRef:
		default:
			return nil, false
		}
	}
	return out, true
}

// bindings are the variables that a captured one can be; nil if the closure may be one that another operation made and left in memory.
func (p *program) bindings(v *ssa.FreeVar) []ssa.Value {
	fn := v.Parent()
	if fn.Parent() == nil {
		return nil
	}
	var out []ssa.Value
	for in := range instructions(fn.Parent()) {
		made, ok := in.(*ssa.MakeClosure)
		if !ok || made.Fn != fn {
			continue
		}
		if slices.ContainsFunc(p.graph.Of(made), func(a points.Addr) bool { return len(p.graph.Holders(a.Obj)) > 0 }) {
			return nil
		}
		out = append(out, made.Bindings[slices.Index(fn.FreeVars, v)])
	}
	return out
}

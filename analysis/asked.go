package analysis

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/points"
)

// resolveAsked finds the methods that libraries look for in what they are given, when all other calls are known.
func (p *program) resolveAsked() {
	p.boxed = p.boxedTypes()
	plain := map[*ssa.Function]bool{}
	found := map[*call][]*ssa.Function{}
	for _, fn := range p.funcs {
		for in := range instructions(fn) {
			site, ok := in.(ssa.CallInstruction)
			if !ok {
				continue
			}
			c := p.calls[site]
			for _, e := range c.externs {
				for _, op := range points.Operands(site.Common()) {
					if len(e.Asks) > 0 && boxes(op.Type()) {
						a := &asking{p: p, names: e.Asks, seen: map[types.Type]bool{}, plain: plain}
						found[c] = append(found[c], a.of(op)...)
					}
				}
			}
		}
	}
	p.askedMethods = map[*ssa.Function]bool{}
	for _, t := range p.boxed {
		if sel := p.prog.MethodSets.MethodSet(t).Lookup(nil, "Error"); sel != nil { // who serves a handler asks what it returns
			if f := p.prog.MethodValue(sel); f != nil && f.Blocks != nil {
				p.askedMethods[f] = true
			}
		}
	}
	for c, methods := range found {
		for _, m := range methods {
			p.askedMethods[m] = true
			if !slices.Contains(c.inline, m) {
				c.inline = append(c.inline, m)
			}
		}
	}
}

// boxes says that t is an interface, or the slice of interfaces of a variadic argument.
func boxes(t types.Type) bool {
	if s, ok := t.Underlying().(*types.Slice); ok {
		t = s.Elem()
	}
	return types.IsInterface(t)
}

// bindAsked says what the receivers of asked methods hold: whatever own code puts into an interface with that type.
func (p *program) bindAsked(binds map[ssa.Value][]ssa.Value) {
	for _, fn := range p.funcs {
		for in := range instructions(fn) {
			box, ok := in.(*ssa.MakeInterface)
			if !ok || !points.Pointed(box.X.Type()) {
				continue
			}
			for m := range p.askedMethods {
				if types.Identical(m.Params[0].Type(), box.X.Type()) {
					binds[m.Params[0]] = append(binds[m.Params[0]], box.X)
				}
			}
		}
	}
}

// boxedTypes are those of the values that own code puts into interfaces.
func (p *program) boxedTypes() []types.Type {
	var out []types.Type
	for _, fn := range p.funcs {
		for in := range instructions(fn) {
			if box, ok := in.(*ssa.MakeInterface); ok && !slices.ContainsFunc(out, func(t types.Type) bool { return types.Identical(t, box.X.Type()) }) {
				out = append(out, box.X.Type())
			}
		}
	}
	return out
}

// asking is the search for the methods that a library may call of what an operand leads to. It calls none of what is behind one that it
// has called, and none of what an unexported field holds in an interface.
type asking struct {
	p       *program
	names   []string // "*" is every exported method
	seen    map[types.Type]bool
	open    []types.Type // interfaces on the way
	guessed bool         // the type is one of those that an interface may hold
	plain   map[*ssa.Function]bool
	out     []*ssa.Function
}

func (a *asking) of(op ssa.Value) []*ssa.Function {
	for _, t := range dynamicTypes(op) {
		a.look(t, true)
	}
	a.guessed = true
	for len(a.open) > 0 {
		i := a.open[0].Underlying().(*types.Interface)
		a.open = a.open[1:]
		for _, t := range a.p.boxed {
			if types.Implements(t, i) {
				a.look(t, true)
			}
		}
	}
	return a.out
}

// look adds the methods of t and of what it leads to; exported says that reflection may call those behind an interface.
func (a *asking) look(t types.Type, exported bool) {
	if a.seen[t] || a.p.opaque(t) {
		return
	}
	a.seen[t] = true
	if types.IsInterface(t) {
		if exported {
			a.open = append(a.open, t)
		}
		return
	}
	if a.methods(t) && !slices.Contains(a.names, "*") {
		return
	}
	st, isStruct := t.Underlying().(*types.Struct)
	for i, part := range components(t) {
		a.look(part, exported && (!isStruct || st.Field(i).Exported() || st.Field(i).Embedded()))
	}
}

// methods adds those that t has itself and reports whether there is one.
func (a *asking) methods(t types.Type) bool {
	found := false
	set := a.p.prog.MethodSets.MethodSet(t)
	for sel := range set.Methods() {
		m := sel.Obj().(*types.Func)
		if !slices.Contains(a.names, m.Name()) && (!slices.Contains(a.names, "*") || !m.Exported() || takesContext(m)) {
			continue
		}
		found = true
		f := a.p.prog.MethodValue(sel)
		if f != nil && f.Blocks != nil && !a.p.generated[a.p.fset.Position(m.Pos()).Filename] && !(a.guessed && a.p.plain(f, a.plain)) {
			a.out = append(a.out, f)
		}
	}
	return found
}

// takesContext says that no template can call the method: it has no context to pass.
func takesContext(m *types.Func) bool {
	for v := range m.Signature().Params().Variables() {
		if types.TypeString(v.Type(), nil) == "context.Context" {
			return true
		}
	}
	return false
}

// plain says that all the function does is to compute its result from what its receiver leads to.
func (p *program) plain(root *ssa.Function, memo map[*ssa.Function]bool) bool {
	is, known := memo[root]
	if known {
		return is
	}
	is = true
	for fn := range p.reachable(root) {
		for in := range instructions(fn) {
			is = is && p.computes(in)
		}
	}
	memo[root] = is
	return is
}

// computes says that the instruction neither draws a value nor touches other memory than its function's and that of its parameters, which it
// only reads.
func (p *program) computes(in ssa.Instruction) bool {
	switch in := in.(type) {
	case *ssa.Store:
		return local(in.Addr)
	case *ssa.MapUpdate:
		return local(in.Map)
	case *ssa.Send, *ssa.Select, *ssa.Go:
		return false
	case *ssa.Range:
		_, isMap := in.X.Type().Underlying().(*types.Map)
		return !isMap
	case *ssa.UnOp:
		_, global := base(in.X).(*ssa.Global)
		return in.Op != token.ARROW && !global
	case ssa.CallInstruction:
		c := p.calls[in]
		ops := points.Operands(in.Common())
		return c.nested == "" && !slices.ContainsFunc(c.externs, func(e extern) bool { return !e.known || e.Source != "" || e.External }) &&
			!slices.ContainsFunc(c.mutates(), func(i int) bool { return i < len(ops) && !local(ops[i]) })
	}
	return true
}

// local says that the address or map is one that the function itself has made.
func local(v ssa.Value) bool {
	switch v := base(v).(type) {
	case *ssa.Alloc, *ssa.MakeMap, *ssa.MakeSlice:
		return true
	case *ssa.Slice:
		return local(v.X)
	case *ssa.MakeInterface:
		return local(v.X)
	}
	return false
}

// components are the types of what a value of type t is made of and points to.
func components(t types.Type) []types.Type {
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		return []types.Type{u.Elem()}
	case *types.Slice:
		return []types.Type{u.Elem()}
	case *types.Array:
		return []types.Type{u.Elem()}
	case *types.Map:
		return []types.Type{u.Key(), u.Elem()}
	case *types.Struct:
		var out []types.Type
		for f := range u.Fields() {
			out = append(out, f.Type())
		}
		return out
	}
	return nil
}

package analysis

import (
	"go/types"
	"slices"
	"strconv"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/points"
)

// cargo is the contamination of a message, by the names of its fields and of those of messages in it; "" is all of them, failure is the
// error that comes beside a reply.
type cargo map[string]srcs

const failure = "error"

func (c cargo) all() srcs {
	var out srcs
	for _, s := range c {
		out = out.or(s)
	}
	return out
}

// load adds what another message carries and reports whether that is new.
func (c cargo) load(d cargo) bool {
	grown := false
	for f, s := range d {
		if !c[f].covers(s) {
			c[f], grown = c[f].or(s), true
		}
	}
	return grown
}

// kept is the contamination of all that can be reached through what the instruction stores: a message brings its own along.
func (t *taint) kept(in ssa.Instruction) srcs {
	switch in := in.(type) {
	case *ssa.Store:
		return t.deep(in.Val, in)
	case *ssa.MapUpdate:
		return t.deep(in.Value, in)
	}
	return srcs{}
}

// depart is the contamination of a message that leaves at the instruction.
func (t *taint) depart(values []ssa.Value, at ssa.Instruction) cargo {
	out := cargo{}
	if s := t.blockControl(at.Block()); !s.empty() {
		out[""], out[failure] = s, s
	}
	for _, v := range values {
		if isError(v.Type()) {
			if s := t.deep(v, at); !s.empty() {
				out[failure] = out[failure].or(s)
			}
			continue
		}
		if s := t.get(v); !s.empty() {
			out[""] = out[""].or(s)
		}
		t.loadCargo(out, v, at)
	}
	return out
}

// loadCargo adds what the memory behind v holds, by field. Memory without names, such as a slice's elements, counts to the field that
// leads to it.
func (t *taint) loadCargo(out cargo, v ssa.Value, at ssa.Instruction) {
	if t.p.opaque(v.Type()) {
		return
	}
	seen := map[points.Addr]bool{}
	var walk func(a points.Addr, field string)
	walk = func(a points.Addr, field string) {
		if seen[a] || t.p.opaque(a.Obj.Type) {
			return
		}
		seen[a] = true
		nameOf := func(path string) string {
			if name, _ := t.p.state.lastField(points.Addr{Obj: a.Obj, Path: path}); name != "" {
				return name
			}
			return field
		}
		for path := range t.mem[a.Obj] {
			if s, _ := t.load([]points.Addr{{Obj: a.Obj, Path: path}}, at); !s.empty() && points.Overlap(path, a.Path) {
				out[nameOf(path)] = out[nameOf(path)].or(s)
			}
		}
		for _, path := range t.p.graph.Cells(a) {
			for _, held := range t.p.graph.Held(points.Addr{Obj: a.Obj, Path: path}) {
				walk(held, nameOf(path))
			}
		}
	}
	for _, a := range t.p.graph.Of(v) {
		walk(a, "")
	}
}

// arrive contaminates the fields of a message behind the addresses, and of those in it, by the instruction; nil is before all others.
func (t *taint) arrive(addrs []points.Addr, c cargo, in ssa.Instruction) {
	seen := map[points.Addr]bool{}
	stack := slices.Clone(addrs)
	for len(c) > 0 && len(stack) > 0 {
		a := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen[a] || t.p.opaque(a.Obj.Type) {
			continue
		}
		seen[a] = true
		t.setMem(a, c[""], nil, in, "")
		if n, ok := types.Unalias(a.Obj.Type).(*types.Named); ok && a.Path == "" {
			t.arriveFields(a, n, c, in)
		}
		stack = append(stack, t.p.graph.Load(a)...)
	}
}

func (t *taint) arriveFields(a points.Addr, n *types.Named, c cargo, in ssa.Instruction) {
	st, ok := n.Underlying().(*types.Struct)
	if !ok || n.Obj().Pkg() == nil {
		return
	}
	for i := range st.NumFields() {
		s := c[points.FieldName(n, st.Field(i).Name())]
		field := a.In("." + strconv.Itoa(i))
		t.setMem(field, s, nil, in, "")
		for _, held := range t.p.graph.Load(field) { // elements have no name of their own
			if _, isStruct := held.Obj.Type.Underlying().(*types.Struct); !isStruct {
				t.setMem(held, s, nil, in, "")
			}
		}
	}
}

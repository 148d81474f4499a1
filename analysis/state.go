package analysis

import (
	"go/types"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/points"
)

// state knows which memory is persistent and what its cells are called in footprints.
type state struct {
	p      *program
	owners owners
	names  map[nameKey][]string
}

type nameKey struct {
	addr points.Addr
	typ  types.Type
}

func newState(p *program) *state {
	s := &state{p: p, owners: newOwners(), names: map[nameKey][]string{}}
	for _, e := range p.entries {
		for _, v := range e.values {
			for _, a := range p.graph.Of(v) {
				s.own(a.Obj, srcs{})
			}
		}
	}
	for _, g := range p.globals() {
		for _, a := range p.graph.Of(g) {
			s.own(a.Obj, s.owners.name(g.Pkg.Pkg.Path()+"."+g.Name()))
		}
	}
	s.followOwners()
	return s
}

// globals are own hand-written package-level variables that are not handles.
func (p *program) globals() []*ssa.Global {
	var out []*ssa.Global
	for _, pkg := range p.ssa {
		if pkg == nil {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(pkg.Members)) {
			g, ok := pkg.Members[name].(*ssa.Global)
			if !ok || g.Object() == nil || p.generated[p.fset.Position(g.Pos()).Filename] {
				continue
			}
			t := g.Type().(*types.Pointer).Elem()
			if !p.opaque(t) && !isError(t) && name != "_" {
				out = append(out, g)
			}
		}
	}
	return out
}

func (s *state) persistent(a points.Addr) bool {
	_, ok := s.owners.of[a.Obj]
	return ok
}

// cellNames are the footprint's names of a cell that is accessed as a value of type t; none if it is not persistent.
func (s *state) cellNames(a points.Addr, t types.Type) []string {
	if !s.persistent(a) || t != nil && s.p.opaque(t) {
		return nil
	}
	k := nameKey{a, t}
	if _, ok := s.names[k]; !ok {
		s.names[k] = s.compute(a, t)
	}
	return s.names[k]
}

// ownerNames are the fields and variables that lead to the object.
func (s *state) ownerNames(obj *points.Object) []string {
	var out []string
	for _, i := range s.owners.of[obj].each() {
		out = append(out, s.owners.names[i])
	}
	return out
}

func (s *state) compute(a points.Addr, t types.Type) []string {
	out := map[string]bool{}
	field, prefix := s.lastField(a)
	if field != "" {
		out[field] = true
	}
	whole := t != nil && s.structFields(t, out)
	if field == "" && !whole || strings.ContainsAny(prefix, "[{") {
		addAll(out, s.ownerNames(a.Obj))
	}
	return slices.Sorted(maps.Keys(out))
}

// lastField is the innermost named field on a's path, and the path to it; the whole path if there is none.
func (s *state) lastField(a points.Addr) (name, prefix string) {
	for path := a.Path; path != ""; {
		i := strings.LastIndexAny(path, ".[{")
		if n := s.p.graph.Field(points.Addr{Obj: a.Obj, Path: path}); n != "" {
			return n, path
		}
		path = path[:i]
	}
	return "", a.Path
}

// structFields adds the names of all fields of a named struct type, those of structs within it included.
func (s *state) structFields(t types.Type, out map[string]bool) bool {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil || s.p.own[n.Obj().Pkg()] == nil {
		return false
	}
	st, ok := n.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	message := isMessage(n)
	for f := range st.Fields() {
		if !s.p.opaque(f.Type()) && (f.Exported() || !message) {
			out[points.FieldName(n, f.Name())] = true
			s.structFields(f.Type(), out)
		}
	}
	return true
}

// isMessage recognises a protobuf message, whose unexported fields are caches.
func isMessage(n *types.Named) bool {
	m, _, _ := types.LookupFieldOrMethod(types.NewPointer(n), true, n.Obj().Pkg(), "ProtoReflect")
	return m != nil
}

package analysis

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// drawsUnwritable says that the sliver records a value of a type that no trace can hold for certain.
func (p *program) drawsUnwritable(s *sliver) bool {
	for in := range s.region {
		src := p.sourceAt[in]
		if src == nil || !src.recorded() || src.Fill >= 0 {
			continue
		}
		if v, ok := in.(ssa.Value); ok && !writable(v.Type(), nil) {
			return true
		}
	}
	return false
}

func isError(t types.Type) bool { return types.Identical(t, types.Universe.Lookup("error").Type()) }

// writable says that all values of the type can be written into a trace. Errors can, by their text; of other interfaces it is not known
// what they hold.
func writable(t types.Type, seen map[types.Type]bool) bool {
	t = types.Unalias(t)
	if seen == nil {
		seen = map[types.Type]bool{}
	}
	if seen[t] || isError(t) {
		return true
	}
	seen[t] = true
	if n, ok := t.(*types.Named); ok && n.Obj().Pkg() != nil {
		if n.Obj().Pkg().Path() == "time" || isMessage(n) {
			return true
		}
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() != types.UnsafePointer
	case *types.Pointer:
		return writable(u.Elem(), seen)
	case *types.Slice:
		return writable(u.Elem(), seen)
	case *types.Array:
		return writable(u.Elem(), seen)
	case *types.Map:
		return writable(u.Key(), seen) && writable(u.Elem(), seen)
	case *types.Struct:
		for f := range u.Fields() {
			if !writable(f.Type(), seen) {
				return false
			}
		}
		return true
	case *types.Tuple:
		for v := range u.Variables() {
			if !writable(v.Type(), seen) {
				return false
			}
		}
		return true
	}
	return false
}

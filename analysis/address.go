package analysis

import (
	"go/constant"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// printsAddress recognises fmt's verb for pointers, and arguments that fmt prints as addresses by itself.
// It gives the source a name, "" if the call prints none.
func printsAddress(c *ssa.CallCommon) string {
	f := calledFunc(c)
	if f == nil || f.Pkg() == nil || f.Pkg().Path() != "fmt" || strings.Contains(f.Name(), "can") {
		return ""
	}
	verb := slices.ContainsFunc(c.Args, func(a ssa.Value) bool {
		k, ok := a.(*ssa.Const)
		return ok && k.Value != nil && k.Value.Kind() == constant.String && strings.Contains(constant.StringVal(k.Value), "%p")
	})
	switch {
	case verb:
		return "%p"
	case f.Name() != "Errorf" && slices.ContainsFunc(variadic(c), func(v ssa.Value) bool { return addressed(v.Type(), 0, map[types.Type]bool{}) }):
		return f.FullName() + " of a pointer"
	}
	return ""
}

// variadic lists the arguments that a call makes into a slice of interfaces, as what they were before.
func variadic(c *ssa.CallCommon) []ssa.Value {
	if len(c.Args) == 0 {
		return nil
	}
	s, ok := c.Args[len(c.Args)-1].(*ssa.Slice)
	if !ok {
		return nil
	}
	array, ok := s.X.(*ssa.Alloc)
	if !ok {
		return nil
	}
	var out []ssa.Value
	for _, ref := range *array.Referrers() {
		slot, ok := ref.(*ssa.IndexAddr)
		if !ok {
			continue
		}
		for _, r := range *slot.Referrers() {
			if st, ok := r.(*ssa.Store); ok {
				if i, ok := st.Val.(*ssa.MakeInterface); ok {
					out = append(out, i.X)
				}
			}
		}
	}
	return out
}

// addressed says that fmt prints a value of the type, or a part of it, as an address: channels, functions, and pointers unless they lead
// to a struct, array, slice or map that is printed itself. What formats itself does not.
func addressed(t types.Type, depth int, seen map[types.Type]bool) bool {
	if seen[t] || formats(t) {
		return false
	}
	seen[t] = true
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() == types.UnsafePointer
	case *types.Chan, *types.Signature:
		return true
	case *types.Pointer:
		switch u.Elem().Underlying().(type) {
		case *types.Struct, *types.Array, *types.Slice, *types.Map:
			return depth > 0 || addressed(u.Elem(), depth+1, seen)
		}
		return true
	case *types.Slice:
		return addressed(u.Elem(), depth+1, seen)
	case *types.Array:
		return addressed(u.Elem(), depth+1, seen)
	case *types.Map:
		return addressed(u.Key(), depth+1, seen) || addressed(u.Elem(), depth+1, seen)
	case *types.Struct:
		for f := range u.Fields() {
			if addressed(f.Type(), depth+1, seen) {
				return true
			}
		}
	}
	return false
}

// formats says that values of the type say themselves what they are printed as.
func formats(t types.Type) bool {
	for _, name := range []string{"Error", "String", "Format"} {
		if m, _, _ := types.LookupFieldOrMethod(t, false, nil, name); m != nil {
			if _, ok := m.(*types.Func); ok {
				return true
			}
		}
	}
	return false
}

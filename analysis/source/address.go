package source

import (
	"go/constant"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// printed adds a call of fmt that prints an address.
func (s *scope) printed(site ssa.CallInstruction, f *types.Func) {
	symbol := PrintsAddress(site.Common())
	if symbol == "" {
		return
	}
	src := Source{Kind: Address, Symbol: symbol}
	switch {
	case strings.HasPrefix(f.Name(), "Fprint"):
		src.Filled = []ssa.Value{site.Common().Args[0]}
	case site.Value() != nil:
		src.Values = []ssa.Value{site.Value()}
	}
	s.addCall(src, site)
}

// PrintsAddress recognises fmt's verb for pointers, and arguments that fmt prints as addresses by itself.
// It gives the source a name, "" if the call prints none.
func PrintsAddress(c *ssa.CallCommon) string {
	f := called(c)
	if f == nil || f.Pkg() == nil || f.Pkg().Path() != "fmt" || strings.Contains(f.Name(), "can") {
		return ""
	}
	verbs := verbsOf(c)
	for i, v := range variadic(c) {
		verb := 'v'
		if i < len(verbs) {
			verb = verbs[i]
		}
		switch {
		case v == nil || verb == 'T':
		case verb == 'p':
			return "%p"
		case addressed(v.Type(), 0, map[types.Type]bool{}):
			return f.FullName() + " of a pointer"
		}
	}
	return ""
}

// verbsOf are the verbs of a call's constant format in the order of its arguments, nil if it has none.
func verbsOf(c *ssa.CallCommon) []rune {
	for _, a := range c.Args {
		k, ok := a.(*ssa.Const)
		if ok && k.Value != nil && k.Value.Kind() == constant.String {
			return verbs(constant.StringVal(k.Value))
		}
	}
	return nil
}

// verbs lists a format's verbs, with a star for each width and precision that is an argument. A format that numbers its arguments has none:
// they count as %v.
func verbs(format string) []rune {
	var out []rune
	inside := false
	for _, r := range format {
		switch {
		case !inside:
			inside = r == '%'
		case r == '%':
			inside = false
		case r == '[':
			return nil
		case r == '*':
			out = append(out, r)
		case !strings.ContainsRune("+-# 0123456789.", r):
			out = append(out, r)
			inside = false
		}
	}
	return out
}

// variadic lists the arguments that a call makes into a slice of interfaces, as what they were before; nil for one that was an interface.
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
	out := make([]ssa.Value, arrayLen(array))
	for _, ref := range referrers(array) {
		slot, ok := ref.(*ssa.IndexAddr)
		if !ok {
			continue
		}
		i, ok := slot.Index.(*ssa.Const)
		for _, r := range referrers(slot) {
			if st, isStore := r.(*ssa.Store); ok && isStore && i.Int64() < int64(len(out)) {
				if boxed, ok := st.Val.(*ssa.MakeInterface); ok {
					out[i.Int64()] = boxed.X
				}
			}
		}
	}
	return out
}

func arrayLen(a *ssa.Alloc) int64 {
	t, ok := a.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Array)
	if !ok {
		return 0
	}
	return t.Len()
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

// uintptr adds the address of a pointer as a number.
func (s *scope) uintptr(in *ssa.Convert) {
	if b, ok := in.X.Type().Underlying().(*types.Basic); !ok || b.Kind() != types.UnsafePointer {
		return
	}
	if b, ok := in.Type().Underlying().(*types.Basic); !ok || b.Kind() != types.Uintptr {
		return
	}
	src := Source{Kind: Address, Symbol: "uintptr", Values: []ssa.Value{in}}
	s.add(src, in, s.conversion(in))
}

package profile

import (
	"go/constant"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

func none(*types.Func, *ssa.CallCommon) (string, bool) { return "", false }

// named is the named type that t is or points to, nil if it is none.
func named(t types.Type) *types.Named {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	n, _ := t.(*types.Named)
	return n
}

// is says that t is, or points to, a type of that name in one of the packages. A path that ends in /... takes sub-packages in, and one
// with /vN in it any major version from 2 on and none.
func is(t types.Type, name string, paths ...string) bool {
	n := named(t)
	return n != nil && n.Obj().Name() == name && within(n.Obj().Pkg(), paths...)
}

// within says that the package has one of the paths.
func within(pkg *types.Package, paths ...string) bool {
	if pkg == nil {
		return false
	}
	path := versionless(pkg.Path())
	for _, p := range paths {
		if rest, ok := strings.CutSuffix(p, "/..."); ok && (path == rest || strings.HasPrefix(path, rest+"/")) || path == p {
			return true
		}
	}
	return false
}

// versionless is the import path without the elements v2, v3 and so on that name a module's major version.
func versionless(path string) string {
	parts := strings.Split(path, "/")
	kept := parts[:0]
	for _, p := range parts {
		if len(p) < 2 || p[0] != 'v' || strings.Trim(p[1:], "0123456789") != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, "/")
}

// receiver is the name of the type whose method f is, "" for a function.
func receiver(f *types.Func) string {
	recv := f.Signature().Recv()
	if recv == nil {
		return ""
	}
	if n := named(recv.Type()); n != nil {
		return n.Obj().Name()
	}
	return ""
}

// param is the type of f's i-th parameter, nil if there is none.
func param(f *types.Func, i int) types.Type {
	if ps := f.Signature().Params(); i < ps.Len() {
		return ps.At(i).Type()
	}
	return nil
}

// constantText is the first constant string among the arguments.
func constantText(c *ssa.CallCommon) string {
	for _, a := range c.Args {
		if b, ok := a.(*ssa.MakeInterface); ok {
			a = b.X
		}
		if k, ok := a.(*ssa.Const); ok && k.Value != nil && k.Value.Kind() == constant.String {
			return constant.StringVal(k.Value)
		}
	}
	return ""
}

// called is the function or interface method that a call names, nil for a function value.
func called(c *ssa.CallCommon) *types.Func {
	if c.IsInvoke() {
		return c.Method
	}
	if fn := c.StaticCallee(); fn != nil {
		if fn.Origin() != nil {
			fn = fn.Origin()
		}
		f, _ := fn.Object().(*types.Func)
		return f
	}
	return nil
}

package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"strconv"
	"strings"
)

// names hands out identifiers that occur nowhere in what they were collected from.
type names map[string]bool

func namesIn(n ast.Node) names {
	taken := names{}
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			taken[id.Name] = true
		}
		return true
	})
	return taken
}

// fresh returns base, or base with a number.
func (n names) fresh(base string) string {
	name := base
	for i := 0; n[name] || types.Universe.Lookup(name) != nil || token.IsKeyword(name); i++ {
		name = base + strconv.Itoa(i)
	}
	n[name] = true
	return name
}

// imported returns the name by which code at pos can use the package, importing it if need be. The name "." stands for a dot import.
func (w *file) imported(pkgPath, name string, pos token.Pos) string {
	for _, spec := range w.syntax.Imports {
		obj, _ := w.pkg.TypesInfo.Implicits[spec].(*types.PkgName)
		if spec.Name != nil {
			obj, _ = w.pkg.TypesInfo.Defs[spec.Name].(*types.PkgName)
		}
		if obj == nil || obj.Imported().Path() != pkgPath {
			continue
		}
		if w.visible(obj, obj.Name(), pos) {
			w.kept[obj] = true
			return obj.Name()
		}
	}
	return w.extra(pkgPath, name)
}

// extra returns the alias of an import that the original does not have.
func (w *file) extra(pkgPath, name string) string {
	if alias, ok := w.added[pkgPath]; ok {
		return alias
	}
	alias := w.taken.fresh(name)
	w.added[pkgPath] = alias
	return alias
}

func (w *file) rt() string    { return w.extra(runtimePath, "midasrt") }
func (w *file) tiers() string { return w.extra(tiersPath, "midastiers") }

// visible reports whether name at pos means obj.
func (w *file) visible(obj types.Object, name string, pos token.Pos) bool {
	scope := w.pkg.Types.Scope().Innermost(pos)
	if scope == nil {
		return false
	}
	_, found := scope.LookupParent(name, pos)
	return found == obj
}

// typeName spells t at pos; ok is false if it cannot be named there.
func (w *file) typeName(t types.Type, pos token.Pos) (name string, ok bool) {
	if !w.nameable(t, pos) {
		return "", false
	}
	return types.TypeString(t, func(p *types.Package) string {
		if p == w.pkg.Types {
			return ""
		}
		return w.imported(p.Path(), p.Name(), pos)
	}), true
}

// nameable reports whether every name in t can be written at pos.
func (w *file) nameable(t types.Type, pos token.Pos) bool {
	all := func(list *types.Tuple) bool {
		for v := range list.Variables() {
			if !w.nameable(v.Type(), pos) {
				return false
			}
		}
		return true
	}
	switch t := t.(type) {
	case *types.Basic:
		return t.Kind() != types.Invalid && t.Kind() != types.UnsafePointer && t.Info()&types.IsUntyped == 0 && w.visible(types.Universe.Lookup(t.Name()), t.Name(), pos)
	case *types.Pointer:
		return w.nameable(t.Elem(), pos)
	case *types.Slice:
		return w.nameable(t.Elem(), pos)
	case *types.Array:
		return w.nameable(t.Elem(), pos)
	case *types.Chan:
		return w.nameable(t.Elem(), pos)
	case *types.Map:
		return w.nameable(t.Key(), pos) && w.nameable(t.Elem(), pos)
	case *types.Signature:
		return all(t.Params()) && all(t.Results())
	case *types.Struct:
		for f := range t.Fields() {
			if !f.Exported() && f.Pkg() != w.pkg.Types || !w.nameable(f.Type(), pos) {
				return false
			}
		}
		return true
	case *types.Interface:
		return t.NumMethods() == 0 && t.NumEmbeddeds() == 0
	case *types.TypeParam:
		return w.visible(t.Obj(), t.Obj().Name(), pos)
	case *types.Alias:
		return w.nameableObj(t.Obj(), t.TypeArgs(), pos)
	case *types.Named:
		return w.nameableObj(t.Obj(), t.TypeArgs(), pos)
	}
	return false
}

func (w *file) nameableObj(obj *types.TypeName, args *types.TypeList, pos token.Pos) bool {
	for a := range args.Types() {
		if !w.nameable(a, pos) {
			return false
		}
	}
	if obj.Pkg() == nil || obj.Pkg() == w.pkg.Types {
		return w.visible(obj, obj.Name(), pos)
	}
	return obj.Exported() && importable(obj.Pkg().Path(), w.pkg.PkgPath)
}

// importable applies the go command's rule for internal folders, and leaves main packages out.
func importable(target, from string) bool {
	i := strings.LastIndex("/"+target+"/", "/internal/")
	if i < 0 {
		return true
	}
	parent := strings.TrimSuffix(("/" + target)[:i], "/")
	return parent != "" && strings.HasPrefix("/"+from+"/", path.Clean(parent)+"/")
}

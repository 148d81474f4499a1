package analysis

import (
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/points"
)

// maxFieldDepth bounds the length of a field path, for messages may be recursive.
const maxFieldDepth = 8

// requestKey gives the fields of e's request, as Go field paths, one of which a map's key always equals; nil if it may be anything else.
func (p *program) requestKey(e *entry, key ssa.Value) []string {
	for {
		boxed, ok := key.(*ssa.MakeInterface)
		if !ok {
			break
		}
		key = boxed.X
	}
	if !textOrInteger(key.Type()) {
		return nil
	}
	return p.requestPaths(e, key, maxFieldDepth)
}

func textOrInteger(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&(types.IsString|types.IsInteger) != 0 && b.Kind() != types.Uintptr
}

// requestPaths gives the paths into e's request that v always is, or points to, one of.
func (p *program) requestPaths(e *entry, v ssa.Value, depth int) []string {
	w := &pathWalk{depth: depth, paths: map[string]bool{}}
	w.copies = copies{p: p, e: e, seen: map[ssa.Value]bool{}, leaf: w.leaf}
	if !w.value(v) || len(w.paths) == 0 {
		return nil
	}
	return slices.Sorted(maps.Keys(w.paths))
}

// pathWalk goes back from a value over copies of it; a field starts another walk for what it is a field of.
type pathWalk struct {
	copies
	depth int
	paths map[string]bool
}

func (w *pathWalk) leaf(v ssa.Value) (is, ok bool) {
	switch v := v.(type) {
	case *ssa.Parameter:
		if v.Parent() == w.e.fn && v == w.e.fn.Params[len(w.e.fn.Params)-1] {
			w.paths[""] = true
			return len(w.p.callersIn(w.e, w.e.fn)) == 0, true
		}
	case *ssa.Convert:
		return true, w.p.widens(v) && w.value(v.X)
	case *ssa.FieldAddr:
		return true, w.field(v.X, v.Field)
	case *ssa.UnOp:
		if f, ok := v.X.(*ssa.FieldAddr); ok && v.Op == token.MUL {
			return true, w.field(f.X, f.Field)
		}
	case *ssa.Call:
		if base, field, ok := w.p.getter(v); ok {
			return true, w.field(base, field)
		}
	}
	return false, false
}

// field adds field i of what base is, unless somebody may write it after the request has come in.
func (w *pathWalk) field(base ssa.Value, i int) bool {
	st, ok := pointee(base.Type()).Underlying().(*types.Struct)
	if !ok || w.depth == 0 {
		return false
	}
	at := w.p.graph.Of(base)
	if len(at) == 0 || slices.ContainsFunc(at, func(a points.Addr) bool { return w.p.writings().any.has(a.In("." + strconv.Itoa(i))) }) {
		return false
	}
	found := w.p.requestPaths(w.e, base, w.depth-1)
	for _, path := range found {
		w.paths[strings.TrimPrefix(path+"."+st.Field(i).Name(), ".")] = true
	}
	return len(found) > 0
}

// pointee is what a pointer's type points to.
func pointee(t types.Type) types.Type {
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		return ptr.Elem()
	}
	return t
}

// getter recognises the generated accessors of messages: GetX returns field X.
func (p *program) getter(c *ssa.Call) (base ssa.Value, field int, ok bool) {
	f := calledFunc(c.Common())
	if f == nil || c.Common().IsInvoke() || f.Signature().Recv() == nil || f.Signature().Params().Len() != 0 || f.Signature().Results().Len() != 1 {
		return nil, 0, false
	}
	if !p.generated[p.fset.Position(f.Pos()).Filename] && !generatedFunc(f) {
		return nil, 0, false
	}
	name, isGet := strings.CutPrefix(f.Name(), "Get")
	base = c.Common().Args[0]
	st, isStruct := pointee(base.Type()).Underlying().(*types.Struct)
	if !isGet || !isStruct {
		return nil, 0, false
	}
	for i := range st.NumFields() {
		if st.Field(i).Name() == name && types.Identical(st.Field(i).Type(), c.Type()) {
			return base, i, true
		}
	}
	return nil, 0, false
}

// widens says that the conversion keeps the number that an integer is.
func (p *program) widens(c *ssa.Convert) bool {
	from, ok := c.X.Type().Underlying().(*types.Basic)
	to, isBasic := c.Type().Underlying().(*types.Basic)
	if !ok || !isBasic || from.Info()&types.IsInteger == 0 || to.Info()&types.IsInteger == 0 {
		return false
	}
	sizes := p.pkgs[0].TypesSizes
	grows := sizes.Sizeof(to) - sizes.Sizeof(from)
	unsigned := from.Info()&types.IsUnsigned != 0
	if unsigned == (to.Info()&types.IsUnsigned != 0) {
		return grows >= 0
	}
	return unsigned && grows > 0
}

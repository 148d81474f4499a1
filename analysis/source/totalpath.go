package source

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
)

// defines: x, y := s[i], s[j], or c := cmp.Compare(x.A, y.A).
func (c *comparison) defines(st ast.Stmt) bool {
	if st == nil {
		return true
	}
	as, ok := st.(*ast.AssignStmt)
	return ok && c.define(as)
}

func (c *comparison) define(st *ast.AssignStmt) bool {
	if len(st.Lhs) != len(st.Rhs) || st.Tok != token.DEFINE && st.Tok != token.ASSIGN {
		return false
	}
	for i, l := range st.Lhs {
		id, ok := l.(*ast.Ident)
		if !ok {
			return false
		}
		obj := objectOf(c.info, id)
		if held := c.held(st.Rhs[i]); held != nil {
			c.vars[obj] = held
			continue
		}
		if _, _, ok := c.path(st.Rhs[i]); !ok {
			return false
		}
		c.root[obj] = st.Rhs[i]
	}
	return true
}

// held are the paths that are equal where a comparison gives 0, nil if e is none.
func (c *comparison) held(e ast.Expr) paths {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return c.vars[objectOf(c.info, e)]
	case *ast.UnaryExpr:
		if e.Op == token.SUB {
			return c.held(e.X)
		}
	case *ast.CallExpr:
		return c.heldCall(e)
	}
	return nil
}

func (c *comparison) heldCall(e *ast.CallExpr) paths {
	f := calleeIn(c.info, e)
	if f == nil {
		return nil
	}
	switch name := f.Origin().FullName(); {
	case compares[name] && len(e.Args) == 2:
		if at, ok := c.pair(e.Args[0], e.Args[1]); ok {
			return paths{at: true}
		}
	case name == "cmp.Or":
		out := paths{}
		for _, a := range e.Args {
			maps.Copy(out, c.held(a))
		}
		return out
	}
	return nil
}

// pair is the path if x and y are the same part of the two elements, of a type whose equal values are the same.
func (c *comparison) pair(x, y ast.Expr) (string, bool) {
	px, first, ok := c.path(x)
	if !ok {
		return "", false
	}
	py, second, ok := c.path(y)
	if !ok || px != py || first == second {
		return "", false
	}
	switch t := typeOf(c.info, x).Underlying().(type) {
	case *types.Basic:
		return px, true
	case *types.Slice:
		elem, ok := t.Elem().Underlying().(*types.Basic)
		return px, ok && elem.Kind() == types.Byte
	case *types.Array:
		_, basic := t.Elem().Underlying().(*types.Basic)
		return px, basic
	}
	_, param := typeOf(c.info, x).(*types.TypeParam)
	return px, param
}

// first says that the expression is part of the first element.
func (c *comparison) first(e ast.Expr) bool {
	_, first, _ := c.path(e)
	return first
}

// path leads from an element to the expression; first says which element.
func (c *comparison) path(e ast.Expr) (path string, first, ok bool) {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		obj := objectOf(c.info, e)
		if to := c.root[obj]; to != nil {
			return c.path(to)
		}
		first, ok = c.side[obj]
		return "", first, ok && !c.indices
	case *ast.IndexExpr:
		id, isID := ast.Unparen(e.Index).(*ast.Ident)
		if !isID {
			return "", false, false
		}
		first, ok = c.side[objectOf(c.info, id)]
		return "", first, ok && c.indices
	case *ast.SelectorExpr:
		path, first, ok = c.path(e.X)
		return path + "." + e.Sel.Name, first, ok && c.info.Selections[e] != nil
	case *ast.StarExpr:
		return c.path(e.X)
	case *ast.SliceExpr: // x[:]
		if e.Low == nil && e.High == nil {
			return c.path(e.X)
		}
	case *ast.UnaryExpr:
		if e.Op == token.AND {
			return c.path(e.X)
		}
	case *ast.CallExpr:
		if len(e.Args) == 0 {
			path, first, ok = c.path(e.Fun)
			return path + "()", first, ok
		}
		if len(e.Args) == 1 && c.info.Types[e.Fun].IsType() && keeps(typeOf(c.info, e.Args[0]), typeOf(c.info, e)) {
			return c.path(e.Args[0])
		}
	}
	return "", false, false
}

// decides says that an order by these paths leaves no two different elements of the type in an open order.
func decides(t types.Type, by paths, unique string) bool {
	return unique != "none" && by[unique] || covers(t, by, "")
}

// covers says that values which are equal at the paths are the same.
func covers(t types.Type, by paths, at string) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return by[at]
	case *types.Array:
		_, basic := u.Elem().Underlying().(*types.Basic)
		return basic && by[at]
	case *types.Struct:
		for f := range u.Fields() {
			if !covers(f.Type(), by, at+"."+f.Name()) {
				return false
			}
		}
		return true
	}
	_, param := t.(*types.TypeParam)
	return param && by[at]
}

// calleeIn is the function that a call names, by the given types.
func calleeIn(info *types.Info, e *ast.CallExpr) *types.Func {
	s := scope{info: info}
	return s.callee(e)
}

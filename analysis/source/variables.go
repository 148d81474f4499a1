package source

import (
	"go/ast"
	"go/token"
	"go/types"
)

// variables are what the outermost function does with its variables as a whole.
type variables struct {
	given  map[types.Object][]ast.Expr // what each is assigned; nil for one of several results or what a range gives
	shared map[types.Object]bool       // those whose value is put elsewhere: assigned, put in a composite, sent, or its address taken
}

// variables of the function that is searched.
func (s *scope) variables() *variables {
	if s.vars == nil {
		s.vars = &variables{map[types.Object][]ast.Expr{}, map[types.Object]bool{}}
		if root := s.declaration(); root != nil {
			ast.Inspect(root, func(n ast.Node) bool { s.vars.note(s.info, n); return true })
		}
	}
	return s.vars
}

// declaration is the syntax of the outermost function, nil if it has none.
func (s *scope) declaration() ast.Node {
	fn := s.fn
	for fn.Parent() != nil && fn.Parent().Syntax() != nil {
		fn = fn.Parent()
	}
	return fn.Syntax()
}

// zero stands for the zero value that a declaration without a value gives.
var zero = ast.NewIdent("nil")

func (v *variables) note(info *types.Info, n ast.Node) {
	switch n := n.(type) {
	case *ast.AssignStmt:
		for i, l := range n.Lhs {
			if len(n.Lhs) == len(n.Rhs) {
				v.assign(info, l, n.Rhs[i])
			} else {
				v.assign(info, l, nil)
			}
		}
	case *ast.ValueSpec:
		for i, l := range n.Names {
			switch {
			case len(n.Values) == len(n.Names):
				v.assign(info, l, n.Values[i])
			case len(n.Values) == 0:
				v.assign(info, l, zero)
			default:
				v.assign(info, l, nil)
			}
		}
	case *ast.RangeStmt:
		v.assign(info, n.Key, nil)
		v.assign(info, n.Value, nil)
	case *ast.CompositeLit:
		for _, e := range n.Elts {
			if kv, ok := e.(*ast.KeyValueExpr); ok {
				e = kv.Value
			}
			v.share(info, e)
		}
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			v.share(info, n.X)
		}
	case *ast.SendStmt:
		v.share(info, n.Value)
	}
}

func (v *variables) assign(info *types.Info, l, r ast.Expr) {
	if id, ok := l.(*ast.Ident); ok {
		if obj := objectOf(info, id); obj != nil {
			v.given[obj] = append(v.given[obj], r)
		}
	}
	if r != nil {
		v.share(info, r)
	}
}

func (v *variables) share(info *types.Info, e ast.Expr) {
	if id, ok := ast.Unparen(e).(*ast.Ident); ok && id != zero {
		if obj := objectOf(info, id); obj != nil {
			v.shared[obj] = true
		}
	}
}

// sole says that the local variable alone leads to the elements of what it holds: it holds only what is made for it, and no other variable
// or field is given that.
func (s *scope) sole(obj types.Object) bool { return s.onlyNew(obj) && !s.variables().shared[obj] }

// onlyNew says that the local variable is only ever assigned what is made there: composites, make, new, nil, and itself appended to.
func (s *scope) onlyNew(obj types.Object) bool {
	v, ok := obj.(*types.Var)
	if !ok || v.IsField() || v.Pkg() != nil && v.Parent() == v.Pkg().Scope() {
		return false
	}
	given := s.variables().given[obj]
	for _, r := range given {
		if r == nil || !s.makes(r, obj) {
			return false
		}
	}
	return len(given) > 0
}

// makes says that the expression is new memory, or self appended to.
func (s *scope) makes(e ast.Expr, self types.Object) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.CompositeLit:
		return true
	case *ast.UnaryExpr:
		_, lit := ast.Unparen(e.X).(*ast.CompositeLit)
		return e.Op == token.AND && lit
	case *ast.Ident:
		return e == zero || s.info.Types[e].IsNil()
	case *ast.CallExpr:
		id, ok := ast.Unparen(e.Fun).(*ast.Ident)
		if !ok {
			return false
		}
		if _, builtin := s.info.Uses[id].(*types.Builtin); !builtin {
			return false
		}
		if id.Name == "append" {
			first, ok := ast.Unparen(e.Args[0]).(*ast.Ident)
			return ok && objectOf(s.info, first) == self || s.makes(e.Args[0], self)
		}
		return id.Name == "make" || id.Name == "new"
	}
	return false
}

package source

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
)

// comparison reads a function that orders two elements: less(i, j int) bool, less(a, b T) bool or compare(a, b T) int. What it finds are
// paths from an element, such as "" for the element itself or ".Name": elements between which the function does not decide are equal
// there.
type comparison struct {
	s    *scope
	info *types.Info
	side map[types.Object]bool        // the parameters: first is true; indices if indexed
	root map[types.Object]ast.Expr    // variables that stand for an element or a part of one
	vars map[types.Object]paths       // variables that hold what a comparison gave
	half map[string]map[string]string // paths that were compared by < or > alone: what is returned, by operator

	indices bool // the parameters are indices of the elements, as in sort.Slice, not the elements
}

type paths map[string]bool

// compared are the paths of a comparison's function, false if it is not understood.
func (s *scope) compared(fun ast.Expr, indices bool) (paths, bool) {
	var params *ast.FieldList
	var body *ast.BlockStmt
	info := s.info
	switch fun := ast.Unparen(fun).(type) {
	case *ast.FuncLit:
		params, body = fun.Type.Params, fun.Body
	default:
		f := s.function(fun)
		if f == nil {
			return nil, false
		}
		if compares[f.Origin().FullName()] {
			return paths{"": true}, true
		}
		decl := s.f.all.decls[f.Origin()]
		if decl == nil || decl.Body == nil {
			return nil, false
		}
		params, body, info = decl.Type.Params, decl.Body, s.f.pkgs[f.Pkg().Path()].TypesInfo
	}
	return s.comparedIn(info, params, body, indices)
}

// comparedIn reads the function with the parameters and body.
func (s *scope) comparedIn(info *types.Info, params *ast.FieldList, body *ast.BlockStmt, indices bool) (paths, bool) {
	c := &comparison{
		s: s, info: info, side: map[types.Object]bool{}, root: map[types.Object]ast.Expr{}, vars: map[types.Object]paths{},
		half: map[string]map[string]string{}, indices: indices,
	}
	for _, field := range params.List {
		for _, name := range field.Names {
			c.side[info.Defs[name]] = len(c.side) == 0
		}
	}
	if len(c.side) != 2 {
		return nil, false
	}
	return c.statements(body.List, paths{})
}

// function is the function that an expression names, nil if it names none.
func (s *scope) function(e ast.Expr) *types.Func {
	return s.callee(&ast.CallExpr{Fun: e})
}

// compares are the library's comparisons, which decide between any two values that are not the same.
var compares = map[string]bool{"strings.Compare": true, "cmp.Compare": true, "cmp.Less": true, "bytes.Compare": true}

// statements are the paths that are known to be equal where the statements do not decide.
func (c *comparison) statements(list []ast.Stmt, known paths) (paths, bool) {
	for i, st := range list {
		switch st := st.(type) {
		case *ast.AssignStmt:
			if !c.define(st) {
				return nil, false
			}
		case *ast.ReturnStmt:
			if len(st.Results) != 1 || !c.closed() {
				return nil, false
			}
			return c.expression(st.Results[0], known)
		case *ast.IfStmt:
			if st.Else != nil || !c.defines(st.Init) {
				return nil, false
			}
			if tied, done, ok := c.branch(st.Cond, st.Body.List, list[i+1:], known); done || !ok {
				return tied, ok
			}
		case *ast.SwitchStmt:
			if st.Tag != nil || st.Init != nil {
				return nil, false
			}
			return c.cases(st.Body.List, list[i+1:], known)
		default:
			return nil, false
		}
	}
	return nil, false
}

// cases are ifs one after the other.
func (c *comparison) cases(list []ast.Stmt, rest []ast.Stmt, known paths) (paths, bool) {
	for _, clause := range list {
		clause := clause.(*ast.CaseClause)
		if clause.List == nil {
			return c.statements(clause.Body, known)
		}
		if len(clause.List) != 1 {
			return nil, false
		}
		if tied, done, ok := c.branch(clause.List[0], clause.Body, rest, known); done || !ok {
			return tied, ok
		}
	}
	return c.statements(rest, known)
}

// branch reads if cond { body }; rest. It adds to known what is equal after it; done says that it has read rest, too.
func (c *comparison) branch(cond ast.Expr, body, rest []ast.Stmt, known paths) (tied paths, done, ok bool) {
	e, isBinary := ast.Unparen(cond).(*ast.BinaryExpr)
	if !isBinary {
		return nil, false, false
	}
	if held := c.held(e.X); held != nil && e.Op == token.NEQ && isZero(e.Y) { // c != 0
		maps.Copy(known, held)
		return nil, false, true
	}
	at, basic := c.pair(e.X, e.Y)
	if !basic {
		return nil, false, false
	}
	switch e.Op {
	case token.NEQ:
		inner, ok := c.statements(body, paths{})
		known[at] = true
		return nil, false, ok && inner[at]
	case token.EQL:
		other, ok := c.statements(rest, maps.Clone(known))
		if !ok || !other[at] {
			return nil, true, false
		}
		known[at] = true
		tied, ok = c.statements(body, known)
		return tied, true, ok
	case token.LSS, token.GTR:
		if c.half[at] == nil {
			c.half[at] = map[string]string{}
		}
		op := ">"
		if c.first(e.X) == (e.Op == token.LSS) {
			op = "<"
		}
		c.half[at][op] = constantReturn(body)
		known[at] = known[at] || len(c.half[at]) == 2
		return nil, false, c.half[at][op] != ""
	}
	return nil, false, false
}

func isZero(e ast.Expr) bool {
	lit, ok := ast.Unparen(e).(*ast.BasicLit)
	return ok && lit.Value == "0"
}

// constantReturn is the constant that the block returns, "" if it does anything else.
func constantReturn(body []ast.Stmt) string {
	if len(body) != 1 {
		return ""
	}
	r, ok := body[0].(*ast.ReturnStmt)
	if !ok || len(r.Results) != 1 {
		return ""
	}
	switch e := ast.Unparen(r.Results[0]).(type) {
	case *ast.Ident:
		if e.Name == "true" || e.Name == "false" {
			return e.Name
		}
	case *ast.UnaryExpr:
		if lit, ok := e.X.(*ast.BasicLit); ok && e.Op == token.SUB {
			return "-" + lit.Value
		}
	case *ast.BasicLit:
		return e.Value
	}
	return ""
}

// closed says that every path that was compared by < alone was compared by > too, with another outcome: else the order contradicts itself.
func (c *comparison) closed() bool {
	for _, by := range c.half {
		if len(by) != 2 || by["<"] == by[">"] {
			return false
		}
	}
	return true
}

// expression are the paths that are equal, beside the known ones, where the result does not decide.
func (c *comparison) expression(e ast.Expr, known paths) (paths, bool) {
	out := maps.Clone(known)
	switch e := ast.Unparen(e).(type) {
	case *ast.BinaryExpr:
		switch e.Op {
		case token.LSS, token.GTR:
			if held := c.held(e.X); held != nil && isZero(e.Y) { // compare(x, y) < 0
				maps.Copy(out, held)
				return out, true
			}
			at, ok := c.pair(e.X, e.Y)
			out[at] = true
			return out, ok
		case token.LOR:
			first, ok := c.expression(e.X, known)
			if !ok {
				return nil, false
			}
			return c.tieBreak(e.Y, first, known)
		}
	default:
		if held := c.held(e); held != nil {
			maps.Copy(out, held)
			return out, true
		}
	}
	return out, c.info.Types[e].Value != nil // a constant decides nothing
}

// tieBreak: x.A == y.A && x.B < y.B, where A is all that was compared before it and is not known to be equal.
func (c *comparison) tieBreak(e ast.Expr, first, known paths) (paths, bool) {
	list, open := conjuncts(e), maps.Clone(first)
	maps.DeleteFunc(open, func(at string, _ bool) bool { return known[at] })
	for _, eq := range list[:len(list)-1] {
		x, ok := ast.Unparen(eq).(*ast.BinaryExpr)
		if !ok || x.Op != token.EQL {
			return nil, false
		}
		at, ok := c.pair(x.X, x.Y)
		if !ok || !first[at] {
			return nil, false
		}
		delete(open, at)
	}
	if len(open) > 0 {
		return nil, false
	}
	return c.expression(list[len(list)-1], first)
}

package source

import (
	"go/ast"
	"go/token"
	"go/types"
)

// loop is a body that runs once for each of some elements, in an order that nothing determines.
type loop struct {
	s        *scope
	node     ast.Node       // the statement, or the literal that is called for each element
	body     *ast.BlockStmt // nil if nothing can be proven
	keys     []types.Object // are others in each iteration
	bound    []types.Object // what the loop binds
	over     ast.Expr       // what it runs over
	callback bool           // to return true goes on, to return false ends the loop
	unique   bool           // the first value is another in each iteration

	taken    *ast.UnaryExpr // the receive that gives the element
	counters []types.Object // count the iterations, in their open order

	goroutine bool     // each iteration runs on a goroutine of its own
	single    bool     // there is one
	starter   ast.Node // the loop that starts the goroutines, or the statement that starts the one
}

// rangeLoop is the body of a range statement whose first value is another in each iteration.
func rangeLoop(s *scope, n *ast.RangeStmt) *loop {
	l := &loop{s: s, node: n, body: n.Body, over: n.X, unique: true}
	if n.Tok == token.ASSIGN { // what the last iteration leaves is read later
		l.body = nil
	}
	for i, e := range []ast.Expr{n.Key, n.Value} {
		l.bind(i, e)
	}
	return l
}

// callbackLoop is the body of a literal that is called with key and value.
func callbackLoop(s *scope, n *ast.FuncLit) *loop {
	l := &loop{s: s, node: n, body: n.Body, callback: true, unique: true}
	i := 0
	for _, field := range n.Type.Params.List {
		for _, name := range field.Names {
			l.bind(i, name)
			i++
		}
	}
	return l
}

func (l *loop) bind(i int, e ast.Expr) {
	id, ok := e.(*ast.Ident)
	if !ok {
		return
	}
	obj := l.s.info.Defs[id]
	if obj == nil {
		return
	}
	l.bound = append(l.bound, obj)
	if i == 0 && l.unique {
		l.keys = append(l.keys, obj)
	}
}

// prove notes in src why the order of the loop does not matter, or that only floating-point sums make it matter.
func (s *scope) prove(src *Source, l *loop) {
	if l.body == nil || s.info == nil {
		return
	}
	for _, pins := range []bool{false, true} {
		b := newBody(l, pins)
		if !b.harmless() {
			continue
		}
		switch {
		case b.float:
			src.Kind = FloatOrder
		case len(b.collects) > 0:
			src.Harmless = "what is collected is sorted by an order without ties before it is read"
		case pins:
			src.Harmless = "only the iteration of one key does anything"
		default:
			src.Harmless = "the order does not matter to the loop's body"
		}
		return
	}
}

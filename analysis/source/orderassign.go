package source

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// accumulates are methods by which a number or a set of coins takes in another, in any order with the same result, by the operation's name.
var accumulates = map[string]string{
	"(*math/big.Int).Add": "+", "(*math/big.Int).Mul": "*", "(*math/big.Int).Sub": "+",
	"(*math/big.Int).And": "&", "(*math/big.Int).Or": "|", "(*math/big.Int).Xor": "^",
	"(*math/big.Rat).Add": "+", "(*math/big.Rat).Mul": "*", "(*math/big.Rat).Sub": "+",
	"(cosmossdk.io/math.Int).Add": "+", "(cosmossdk.io/math.Int).Sub": "+", "(cosmossdk.io/math.Uint).Add": "+",
	"(cosmossdk.io/math.LegacyDec).Add": "+", "(cosmossdk.io/math.LegacyDec).Sub": "+",
	"(github.com/cosmos/cosmos-sdk/types.Int).Add": "+", "(github.com/cosmos/cosmos-sdk/types.Dec).Add": "+",
	"(github.com/cosmos/cosmos-sdk/types.Coin).Add": "+", "(github.com/cosmos/cosmos-sdk/types.Coins).Add": "+",
	"(github.com/cosmos/cosmos-sdk/types.DecCoins).Add": "+",
	"(github.com/shopspring/decimal.Decimal).Add":       "+", "(github.com/shopspring/decimal.Decimal).Sub": "+",
	"(time.Duration).Add": "+",
}

// note says that the place is written in a manner, the only one that is used for it. A constant in a block that ends the loop is no write
// of its own: the blocks' text is compared.
func (b *body) note(at place, manner string) bool {
	if at == (place{}) {
		return false
	}
	if old, ok := b.manner[at]; ok && old != manner {
		return false
	}
	if b.goroutine && !b.locked && !unshared(manner) {
		return false // a race
	}
	b.manner[at] = manner
	if !b.ending || manner[0] != '=' {
		b.writes++
	}
	return true
}

// unshared: what is written so needs no lock.
func unshared(manner string) bool {
	return manner == "own" || manner == "alone" || strings.HasPrefix(manner, "atomic") || strings.HasPrefix(manner, "itself")
}

func (b *body) assign(st *ast.AssignStmt) bool {
	if len(st.Lhs) != len(st.Rhs) {
		for _, l := range st.Lhs {
			if !b.local(l) && !b.ownSlot(l) && !(b.single && b.base(l) && b.note(b.place(l), "alone")) {
				return false
			}
		}
		return b.pure(st.Rhs[0])
	}
	for i, l := range st.Lhs {
		if !b.write(l, st.Tok, st.Rhs[i]) {
			return false
		}
	}
	return true
}

// write judges one assignment.
func (b *body) write(l ast.Expr, tok token.Token, r ast.Expr) bool {
	switch {
	case b.local(l):
		return b.pure(r) || b.newHere(l) && b.appends(l, r)
	case b.ownSlot(l):
		return b.pure(r) || b.appends(l, r)
	case tok != token.ASSIGN && tok != token.DEFINE:
		return b.fold(l, operation(tok), r)
	case b.collect(l, r):
		return true
	}
	if b.single && b.base(l) && b.pure(r) {
		return b.note(b.place(l), "alone")
	}
	if op, operand := b.selfFold(l, r); op != "" {
		return b.base(l) && b.exact(l, op) && b.pure(operand) && b.note(b.place(l), op)
	}
	if b.ofItself(l, r) {
		return b.note(b.place(l), "itself "+types.ExprString(r))
	}
	return b.base(l) && b.same(r) && b.note(b.place(l), "= "+types.ExprString(r))
}

// ofItself: x.f = y, where x is what the loop gives, a pointer, and y is made of it alone. If it comes up twice it gets the same twice.
func (b *body) ofItself(l, r ast.Expr) bool {
	sel, ok := ast.Unparen(l).(*ast.SelectorExpr)
	if !ok || b.ending {
		return false
	}
	id, ok := ast.Unparen(sel.X).(*ast.Ident)
	if !ok || b.value(id) || !slices.Contains(b.bound, b.object(id)) || b.assigned[b.object(id)] || !b.pure(r) {
		return false
	}
	alone := true
	ast.Inspect(r, func(n ast.Node) bool {
		used, ok := n.(*ast.Ident)
		alone = alone && !(ok && b.inside(b.object(used)) && b.object(used) != b.object(id))
		return alone
	})
	return alone
}

// ownSlot: the element under the loop's own key, which no other iteration touches.
func (b *body) ownSlot(l ast.Expr) bool {
	ix := b.slot(l)
	return ix != nil && b.own(ix) && !b.foreign[b.container(ix.X)] && b.pure(ix.Index) && b.note(b.container(ix.X), "own")
}

// appends: x = append(x, y) of what belongs to the iteration.
func (b *body) appends(l, r ast.Expr) bool {
	c, ok := ast.Unparen(r).(*ast.CallExpr)
	if !ok || !b.builtin(c, "append") || types.ExprString(c.Args[0]) != types.ExprString(l) {
		return false
	}
	return b.pureAll(c.Args[1:])
}

// operation is the binary operator of an assignment.
func operation(tok token.Token) token.Token { return tok - token.ADD_ASSIGN + token.ADD }

// fold: one commutative operator on a place, over exact numbers. Which place it is may depend on the iteration.
func (b *body) fold(l ast.Expr, op token.Token, r ast.Expr) bool {
	name := op.String()
	if op == token.SUB {
		name = "+"
	}
	return b.base(l) && (r == nil || b.pure(r)) && b.exact(l, name) && b.note(b.place(l), name)
}

// exact says that the operator commutes on the type of e, or would but for rounding.
func (b *body) exact(e ast.Expr, op string) bool {
	t, ok := typeOf(b.info, e).Underlying().(*types.Basic)
	if !ok {
		return op == "min" || op == "max" || len(op) > 1 && op[0] == '.'
	}
	switch op {
	case "&&", "||":
		return t.Info()&types.IsBoolean != 0
	case "min", "max":
		return true
	case "+", "*":
		if t.Info()&(types.IsFloat|types.IsComplex) != 0 {
			b.float = true
			return true
		}
	case "&", "|", "^", "&^":
	default:
		return false
	}
	return t.Info()&types.IsInteger != 0
}

// selfFold recognises x = x op y, x = y op x, x = max(x, y) and x = x.Add(y): the operator's name and y.
func (b *body) selfFold(l, r ast.Expr) (string, ast.Expr) {
	self := types.ExprString(l)
	is := func(e ast.Expr) bool { return types.ExprString(ast.Unparen(e)) == self }
	switch r := ast.Unparen(r).(type) {
	case *ast.BinaryExpr:
		op := r.Op.String()
		if is(r.X) {
			if r.Op == token.SUB {
				op = "+"
			}
			return op, r.Y
		}
		if is(r.Y) && r.Op != token.SUB {
			return op, r.X
		}
	case *ast.CallExpr:
		for _, name := range []string{"min", "max"} {
			if b.builtin(r, name) && len(r.Args) == 2 && is(r.Args[0]) {
				return name, r.Args[1]
			} else if b.builtin(r, name) && len(r.Args) == 2 && is(r.Args[1]) {
				return name, r.Args[0]
			}
		}
		sel, ok := ast.Unparen(r.Fun).(*ast.SelectorExpr)
		if f := b.s.callee(r); ok && f != nil && len(r.Args) == 1 && is(sel.X) {
			if op := accumulates[f.FullName()]; op != "" {
				return "." + op, r.Args[0]
			}
		}
	}
	return "", nil
}

// base says that naming the place on the left reads nothing that other iterations write.
func (b *body) base(l ast.Expr) bool {
	switch l := ast.Unparen(l).(type) {
	case *ast.Ident:
		return b.isVariable(l)
	case *ast.SelectorExpr:
		if b.slot(l) != nil {
			return false // a part of an element, which another iteration may write as a whole
		}
		return b.info.Selections[l] == nil || b.field(l) && b.pure(l.X)
	case *ast.IndexExpr:
		return b.reads(l.X, true) && b.pure(l.Index) && b.container(l.X) != b.ranged()
	case *ast.StarExpr:
		return b.pure(l.X)
	}
	return false
}

// ranged is the container that the loop runs over, the zero place if it runs over none.
func (b *body) ranged() place {
	if b.over == nil {
		return place{}
	}
	return b.container(b.over)
}

// deletes: delete of the loop's own key, or of any keys from a map that nothing else writes.
func (b *body) deletes(c *ast.CallExpr) bool {
	if !b.steadyPath(c.Args[0]) || !b.pure(c.Args[1]) {
		return false
	}
	at := b.container(c.Args[0])
	if b.ownIndex(c.Args[0], c.Args[1]) {
		return b.note(at, "own")
	}
	return at != b.ranged() && b.note(at, "delete")
}

// collect is a slice that elements are appended to in the loop's order.
type collect struct {
	to   ast.Expr
	elem ast.Expr // nil if there are several
}

// collect: x = append(x, y). What is the same in all iterations may stay in any order.
func (b *body) collect(l, r ast.Expr) bool {
	if !b.appends(l, r) || !b.steadyPath(l) {
		return false
	}
	c := ast.Unparen(r).(*ast.CallExpr)
	same := c.Ellipsis == token.NoPos
	for _, e := range c.Args[1:] {
		same = same && b.same(e)
	}
	if same {
		return b.note(b.place(l), "append "+types.ExprString(r))
	}
	it := collect{to: l}
	if len(c.Args) == 2 && c.Ellipsis == token.NoPos && b.loops == 0 {
		it.elem = c.Args[1]
	}
	for i, old := range b.collects {
		if types.ExprString(old.to) == types.ExprString(l) {
			b.collects[i].elem = nil
			return b.note(b.place(l), "append")
		}
	}
	b.collects = append(b.collects, it)
	return b.note(b.place(l), "append")
}

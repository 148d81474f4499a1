package rewrite

import (
	"go/ast"
	"go/types"
	"maps"
)

// scope says where the code that is being rewritten stands.
type scope struct {
	closed bool     // in a closure of the tape
	touch  bool     // writes are touched: the code may run inside a closure
	unit   ast.Node // what runs again as a whole; variables declared in it are new each time
	cut    bool     // inside a cut: nothing in it is cut again
	rename map[types.Object]string
	pre    *[]frag      // takes statements that must run before the current one; nil where none can stand
	bound  *binding     // of the type switch whose clauses come next
	called *ast.FuncLit // a literal in the closure that runs there and then: what it does is part of the closure
}

// before emits a statement before the current one.
func (c scope) before(stmts ...frag) { *c.pre = append(*c.pre, stmts...) }

// collecting returns a scope whose earlier statements go to pre.
func (c scope) collecting(pre *[]frag) scope { c.pre = pre; return c }

// inline returns a scope without room for statements.
func (c scope) inline() scope { c.pre = nil; return c }

// enclosed returns the scope inside a closure of the tape over unit.
func (c scope) enclosed(unit ast.Node) scope {
	c.closed, c.touch, c.unit, c.pre = true, true, unit, nil
	return c
}

// calling returns a scope in which the literal is called where it stands.
func (c scope) calling(lit *ast.FuncLit) scope { c.called = lit; return c }

func (c scope) renaming(names map[types.Object]string) scope {
	if len(names) > 0 {
		all := maps.Clone(c.rename)
		if all == nil {
			all = map[types.Object]string{}
		}
		maps.Copy(all, names)
		c.rename = all
	}
	return c
}

package analysis

import (
	"go/ast"

	"golang.org/x/tools/go/ssa"
)

// innerStatements are the statements of functions that handlers call from statements on the tape only, where a value can be drawn at
// all. A closure of the tape runs around them in any case, so they need none of their own.
func (t *tape) innerStatements() map[ast.Stmt]bool {
	inner := t.innerFunctions()
	out := map[ast.Stmt]bool{}
	for fn := range inner {
		body := bodyOf(fn)
		if body == nil {
			continue
		}
		ast.Inspect(body, func(n ast.Node) bool {
			if st, ok := n.(ast.Stmt); ok {
				out[st] = true
			}
			_, lit := n.(*ast.FuncLit)
			return !lit
		})
	}
	return out
}

func (t *tape) innerFunctions() map[*ssa.Function]bool {
	inner := map[*ssa.Function]bool{}
	for fn := range t.replayed {
		inner[fn] = t.p.entryOf(fn) == nil
	}
	for changed := true; changed; {
		changed = false
		for fn, ok := range inner {
			if ok && !t.calledInside(fn, inner) {
				inner[fn], changed = false, true
			}
		}
	}
	for fn, ok := range inner {
		if !ok {
			delete(inner, fn)
		}
	}
	return inner
}

func (t *tape) calledInside(fn *ssa.Function, inner map[*ssa.Function]bool) bool {
	inside := 0
	for _, site := range t.p.callers[fn] {
		if !t.canDraw(site) {
			continue
		}
		if _, ok := site.(*ssa.Call); !ok || len(t.p.calls[site].async) > 0 {
			return false
		}
		if !inner[site.Parent()] && !t.on(t.p.syntax.of[site]) {
			return false
		}
		inside++
	}
	return inside > 0
}

// canDraw says that the call lies in a sliver in which values are drawn; in others no tape is ever replayed.
func (t *tape) canDraw(site ssa.CallInstruction) bool {
	for s := range t.order {
		if s.region[site] {
			return true
		}
	}
	return false
}

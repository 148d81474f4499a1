package analysis

import (
	"go/ast"

	"golang.org/x/tools/go/ssa"
)

// innerStatements are the statements of functions that handlers call from statements on the tape only. A closure
// of the tape runs around them in any case, so they need none of their own.
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

// innerFunctions decides by syntax: the instances of a generic function share their statements, and are all inner or none is.
func (t *tape) innerFunctions() map[*ssa.Function]bool {
	inner := map[*ssa.Function]bool{}
	instances := t.p.instances()
	for fn := range t.replayed {
		for _, twin := range instances[fn.Syntax()] {
			inner[twin] = true
		}
		inner[fn] = true
	}
	for changed := true; changed; {
		changed = false
		for fn := range inner {
			if t.p.entryOf(fn) == nil && t.calledInside(fn, inner) {
				continue
			}
			changed = true
			delete(inner, fn)
			for _, twin := range instances[fn.Syntax()] {
				delete(inner, twin)
			}
		}
	}
	return inner
}

// instances are the functions that share their syntax.
func (p *program) instances() map[ast.Node][]*ssa.Function {
	out := map[ast.Node][]*ssa.Function{}
	for _, fn := range p.funcs {
		if node := fn.Syntax(); node != nil && p.reached[fn] {
			out[node] = append(out[node], fn)
		}
	}
	return out
}

// calledInside says that handlers call fn from statements on the tape only, where a value can be drawn.
func (t *tape) calledInside(fn *ssa.Function, inner map[*ssa.Function]bool) bool {
	inside := 0
	for _, site := range t.p.callers[fn] {
		if !t.canDraw(site) {
			continue
		}
		if !inner[site.Parent()] && !t.runsInClosure(site) {
			return false
		}
		inside++
	}
	return inside > 0
}

// runsInClosure says that what the call runs ends before the closure of its statement does: not so for goroutines and defers, which
// get closures of their own unless all of their function stands in one.
func (t *tape) runsInClosure(site ssa.CallInstruction) bool {
	_, ok := site.(*ssa.Call)
	return ok && len(t.p.calls[site].async) == 0 && t.on(t.p.syntax.of[site])
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

package rewrite

import (
	"go/ast"

	"github.com/midas-tiers/midas/analysis"
)

// locks are the methods that take for good what a source may have taken.
var locks = map[string]string{
	"(*sync.Mutex).TryLock":    "Lock",
	"(*sync.RWMutex).TryLock":  "Lock",
	"(*sync.RWMutex).TryRLock": "RLock",
}

// recordLock records whether a lock was taken. Who takes the value from a trace takes the lock, too.
func (f *function) recordLock(c scope, call *ast.CallExpr, src analysis.Source) frag {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok || f.effects(sel.X) {
		f.pkg.problem(call.Pos(), "%s is called on something else than a variable", src.Symbol)
		return f.copy(call)
	}
	f.edits++
	name := f.rt() + "." + f.strictness("RecLock", "TryLock")
	x := f.expr(c.inline(), sel.X)
	return join(name+"(", f.pkg.site(src.ID, call.Pos()), ", ", f.expr(c.inline(), call.Fun), ", ", x, "."+locks[src.Symbol]+")")
}

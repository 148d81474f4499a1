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
	tryAcquire:                 "Acquire",
}

const tryAcquire = "(*golang.org/x/sync/semaphore.Weighted).TryAcquire"

// recordLock records whether a lock was taken. Who takes the value from a trace takes the lock, too.
func (f *function) recordLock(c scope, call *ast.CallExpr, src analysis.Source) frag {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok || f.effects(sel.X) {
		f.pkg.problem(call.Pos(), "%s is called on something else than a variable", src.Symbol)
		return f.copy(call)
	}
	f.edits++
	name := f.rt() + "." + f.strictness("RecLock", "TryLock")
	try, lock := f.expr(c.inline(), call.Fun), join(f.expr(c.inline(), sel.X), "."+locks[src.Symbol])
	if src.Symbol == tryAcquire {
		return f.recordAcquire(c, call, join(name+"(", f.pkg.site(src.ID, call.Pos()), ", "), try, lock)
	}
	return join(name+"(", f.pkg.site(src.ID, call.Pos()), ", ", try, ", ", lock, ")")
}

// recordAcquire is recordLock for a semaphore, from which a number is taken.
func (f *function) recordAcquire(c scope, call *ast.CallExpr, head, try, acquire frag) frag {
	n := call.Args[0]
	if f.effects(n) || f.holdsSource(n) {
		f.pkg.problem(n.Pos(), "the weight that TryAcquire is given has side effects: put it into a variable first")
		return f.copy(call)
	}
	weight := f.expr(c.inline(), n)
	return join(head, "func() bool { return ", try, "(", weight, ") }, "+f.rt()+".Acquire(", acquire, ", ", weight, "))")
}

package analysis

import (
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// findUnwinding finds the functions that a panic may leave, or runtime.Goexit: any that can start one, whether or not they recover.
func (p *program) findUnwinding() {
	var stack []*ssa.Function
	mark := func(fn *ssa.Function) {
		if !p.unwinding[fn] {
			p.unwinding[fn] = true
			stack = append(stack, fn)
		}
	}
	for _, fn := range p.funcs {
		for in := range instructions(fn) {
			if p.startsUnwinding(in) {
				mark(fn)
				break
			}
		}
	}
	for len(stack) > 0 {
		fn := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for _, site := range p.callers[fn] {
			if _, isGo := site.(*ssa.Go); !isGo {
				mark(site.Parent())
			}
		}
	}
}

// unwindsAt reports whether a panic may leave the instruction, so that its function runs its defers.
func (p *program) unwindsAt(in ssa.Instruction) bool {
	if p.startsUnwinding(in) {
		return true
	}
	site, ok := in.(ssa.CallInstruction)
	if !ok {
		return false
	}
	if _, isGo := site.(*ssa.Go); isGo {
		return false
	}
	return slices.ContainsFunc(p.calls[site].runs(), func(fn *ssa.Function) bool { return p.unwinding[fn] })
}

// startsUnwinding says that the instruction itself can panic.
func (p *program) startsUnwinding(in ssa.Instruction) bool {
	switch in := in.(type) {
	case *ssa.MapUpdate, *ssa.Send, *ssa.SliceToArrayPointer:
		return true
	case *ssa.FieldAddr:
		return p.maybeNil(in.X)
	case *ssa.Store:
		return p.maybeNil(in.Addr)
	case *ssa.UnOp:
		return in.Op == token.MUL && p.maybeNil(in.X)
	case *ssa.Defer, *ssa.Go:
		return false
	case *ssa.Call:
		return p.externUnwinds(in)
	}
	_, ok := panicCauses(in)
	return ok
}

// externUnwinds: code that is not seen may panic, but neither what is superficial nor a mutex.
func (p *program) externUnwinds(site *ssa.Call) bool {
	c := p.calls[site]
	if b, ok := site.Call.Value.(*ssa.Builtin); ok {
		return b.Name() == "close"
	}
	return c.nested == "" && slices.ContainsFunc(c.externs, func(e extern) bool {
		return e.symbol == "runtime.Goexit" || !e.Superficial && !strings.HasPrefix(e.symbol, "(*sync.")
	})
}

// maybeNil reports whether the address may be nil: not that of a variable or field, nor an entry's receiver or request.
func (p *program) maybeNil(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Alloc, *ssa.FieldAddr, *ssa.IndexAddr, *ssa.Global, *ssa.FreeVar:
		return false
	case *ssa.Parameter:
		return p.entryOf(v.Parent()) == nil
	case *ssa.UnOp:
		return v.Op != token.MUL || !p.keepsParameter(v.X)
	}
	return true
}

// keepsParameter says that the variable is an entry's parameter that a closure has captured and nothing assigns.
func (p *program) keepsParameter(variable ssa.Value) bool {
	for free, ok := variable.(*ssa.FreeVar); ok; free, ok = variable.(*ssa.FreeVar) {
		if variable = captured(free); variable == nil {
			return false
		}
	}
	local, ok := variable.(*ssa.Alloc)
	return ok && p.storesParameter(local)
}

func (p *program) storesParameter(variable ssa.Value) bool {
	for _, ref := range *variable.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Store:
			if param, ok := ref.Val.(*ssa.Parameter); !ok || p.maybeNil(param) {
				return false
			}
		case *ssa.MakeClosure:
			if i := slices.Index(ref.Bindings, variable); !p.storesParameter(ref.Fn.(*ssa.Function).FreeVars[i]) {
				return false
			}
		case *ssa.UnOp, *ssa.DebugRef:
		default:
			return false
		}
	}
	return true
}

// captured is the variable of the function around that a closure knows as free, nil if it is not to be found.
func captured(free *ssa.FreeVar) ssa.Value {
	fn := free.Parent()
	if fn.Parent() == nil {
		return nil
	}
	for in := range instructions(fn.Parent()) {
		if c, ok := in.(*ssa.MakeClosure); ok && c.Fn == ssa.Value(fn) {
			return c.Bindings[slices.Index(fn.FreeVars, free)]
		}
	}
	return nil
}

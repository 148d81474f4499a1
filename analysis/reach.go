package analysis

import (
	"go/token"

	"golang.org/x/tools/go/ssa"
)

// reach computes which functions run inside entries, which outside, and which may issue a nested request.
func (p *program) reach() {
	for _, set := range []map[*ssa.Function]bool{p.reached, p.outside, p.parks, p.unwinding, p.guarded} {
		clear(set)
	}
	for _, e := range p.entries {
		e.tree = p.reachable(e.fn)
		for fn := range e.tree {
			p.reached[fn] = true
		}
	}
	for _, fn := range p.funcs {
		if p.entryOf(fn) == nil && len(p.callers[fn]) == 0 && !p.generated[p.fset.Position(fn.Pos()).Filename] && !p.closureOfEntry(fn) {
			for f := range p.reachable(fn) {
				p.outside[f] = true
			}
		}
	}
	p.findParks()
	p.findUnwinding()
	p.findGuarded()
}

// closureOfEntry says that fn is a function literal without a known caller within a function that only entries reach: whoever calls it
// got it from a handler.
func (p *program) closureOfEntry(fn *ssa.Function) bool {
	parent := fn.Parent()
	return parent != nil && p.reached[parent]
}

func (p *program) reachable(root *ssa.Function) map[*ssa.Function]bool {
	seen := map[*ssa.Function]bool{root: true}
	stack := []*ssa.Function{root}
	for len(stack) > 0 {
		fn := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for in := range instructions(fn) {
			site, ok := in.(ssa.CallInstruction)
			if !ok {
				continue
			}
			for _, callee := range p.calls[site].runs() {
				if !seen[callee] {
					seen[callee] = true
					stack = append(stack, callee)
				}
			}
		}
	}
	return seen
}

// findParks marks every function from which a nested call can be reached.
func (p *program) findParks() {
	var stack []*ssa.Function
	mark := func(fn *ssa.Function) {
		if !p.parks[fn] {
			p.parks[fn] = true
			stack = append(stack, fn)
		}
	}
	for site, c := range p.calls {
		if c.nested != "" && p.isOwn(site.Parent()) {
			mark(site.Parent())
		}
	}
	for len(stack) > 0 {
		fn := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for _, site := range p.callers[fn] {
			mark(site.Parent())
		}
	}
}

// parksAt reports whether the call is a nested request or may lead to one.
func (p *program) parksAt(site ssa.CallInstruction) bool {
	c := p.calls[site]
	if c.nested != "" {
		return true
	}
	for _, fn := range c.runs() {
		if p.parks[fn] {
			return true
		}
	}
	return false
}

// parked is what the call is, or may lead to, with the verb for it.
func (p *program) parked(site ssa.CallInstruction) (what, verb string) {
	if p.requestsAt(site) {
		return "a nested request", "sent"
	}
	return "an external effect", "performed"
}

// requestsAt says that the call is a nested request or may lead to one.
func (p *program) requestsAt(site ssa.CallInstruction) bool {
	c := p.calls[site]
	if c.nested != "" {
		return !c.effect
	}
	for _, fn := range c.runs() {
		for f := range p.reachable(fn) {
			for in := range instructions(f) {
				if s, ok := in.(ssa.CallInstruction); ok && p.calls[s].nested != "" && !p.calls[s].effect {
					return true
				}
			}
		}
	}
	return false
}

func (p *program) problem(pos token.Pos, entry, reason string) {
	p.problems[Finding{Pos: p.fset.Position(pos), Entry: entry, Reason: reason}] = true
}

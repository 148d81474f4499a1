package analysis

import (
	"fmt"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// checkGather reports local variables that several goroutines of a handler assign: what they hold in the end depends on who came last, or
// on the order in which they came. Sums of integers and constants do not.
func (p *program) checkGather(fn *ssa.Function, site ssa.CallInstruction) {
	if !p.reached[fn] {
		return
	}
	for _, g := range p.goroutines(site) {
		for in := range instructions(g) {
			st, ok := in.(*ssa.Store)
			if !ok || isConst(st.Val) || commutes(st) {
				continue
			}
			free, ok := base(st.Addr).(*ssa.FreeVar)
			if !ok || indexed(st.Addr) {
				continue
			}
			if local := boundTo(site, g, free); local != nil && p.severalAssign(fn, site, local) {
				p.problemIn(fn, st.Pos(), fmt.Sprintf("several goroutines of the handler assign %s: scheduling decides what it holds", free.Name()))
			}
		}
	}
}

// indexed says that the address is that of an element.
func indexed(addr ssa.Value) bool {
	for {
		switch a := addr.(type) {
		case *ssa.IndexAddr:
			return true
		case *ssa.FieldAddr:
			addr = a.X
		default:
			return false
		}
	}
}

// commutes: x += n and the like, with integers.
func commutes(st *ssa.Store) bool {
	op, ok := st.Val.(*ssa.BinOp)
	if !ok {
		return false
	}
	b, ok := op.Type().Underlying().(*types.Basic)
	if !ok || b.Info()&types.IsInteger == 0 {
		return false
	}
	load, ok := op.X.(*ssa.UnOp)
	switch op.Op {
	case token.ADD, token.SUB, token.MUL, token.AND, token.OR, token.XOR:
		return ok && load.Op == token.MUL && load.X == st.Addr
	}
	return false
}

// boundTo is the local variable that the goroutine's closure has captured, nil if it is not known.
func boundTo(site ssa.CallInstruction, g *ssa.Function, free *ssa.FreeVar) *ssa.Alloc {
	for _, made := range closuresOf(site) {
		if made.Fn != g {
			continue
		}
		for i, v := range g.FreeVars {
			if v == free {
				local, _ := made.Bindings[i].(*ssa.Alloc)
				return local
			}
		}
	}
	return nil
}

// severalAssign says that the call runs again for the same variable, or that another goroutine of fn assigns it too.
func (p *program) severalAssign(fn *ssa.Function, site ssa.CallInstruction, local *ssa.Alloc) bool {
	if p.flows[fn].without(site, site, local) {
		return true
	}
	for in := range instructions(fn) {
		other, ok := in.(ssa.CallInstruction)
		if !ok || other == site {
			continue
		}
		for _, g := range p.goroutines(other) {
			for in := range instructions(g) {
				st, ok := in.(*ssa.Store)
				if !ok {
					continue
				}
				if free, ok := base(st.Addr).(*ssa.FreeVar); ok && boundTo(other, g, free) == local {
					return true
				}
			}
		}
	}
	return false
}

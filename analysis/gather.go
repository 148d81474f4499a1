package analysis

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/points"
)

// gathered is a place in the memory of a handler's call that a goroutine assigns.
type gathered struct {
	in   ssa.Instruction
	to   points.Addr
	made *ssa.Alloc
}

// checkGather reports local variables that several goroutines of a handler assign: what they hold in the end depends on who came last, or
// on the order in which they came. Sums of integers and constants do not. A sync.Once whose function draws is such a variable, too.
func (p *program) checkGather(fn *ssa.Function, site ssa.CallInstruction) {
	if !p.reached[fn] {
		return
	}
	for _, g := range p.goroutines(site) {
		for _, a := range p.gathers(fn, g) {
			if !p.runsAgain(site, a.made) && !p.assignedBeside(fn, site, a) {
				continue
			}
			reason := fmt.Sprintf("several goroutines of the handler assign %s: scheduling decides what it holds", madeName(a.made))
			if p.drawsOnce(a.in) != nil {
				reason = fmt.Sprintf("several goroutines of the handler share %s, which draws values once: scheduling decides who draws", madeName(a.made))
			}
			p.problemIn(fn, a.in.Pos(), reason)
		}
	}
}

// madeName is the variable's name, or what an expression has made.
func madeName(made *ssa.Alloc) string {
	switch made.Comment {
	case "new", "complit", "slicelit", "varargs", "makeslice":
		return "a " + types.TypeString(made.Type().(*types.Pointer).Elem(), (*types.Package).Name)
	}
	return made.Comment
}

// gathers are the assignments of all that the goroutine g of fn runs, what libraries call back included, to variables that fn or a caller
// of fn has made.
func (p *program) gathers(fn, g *ssa.Function) []gathered {
	runs := p.reachableBut(g, fn)
	above := map[*ssa.Function]bool{} // does it lead to fn?
	var out []gathered
	for h := range runs {
		for in := range instructions(h) {
			addr := p.assigned(in)
			if addr == nil || indexed(addr) {
				continue
			}
			for _, to := range p.graph.Of(addr) {
				made, ok := to.Obj.Site.(*ssa.Alloc)
				if !ok || runs[made.Parent()] {
					continue
				}
				leads, known := above[made.Parent()]
				if !known {
					leads = p.reachable(made.Parent())[fn]
					above[made.Parent()] = leads
				}
				if leads {
					out = append(out, gathered{in, to, made})
				}
			}
		}
	}
	return out
}

// assigned is the address at which the instruction puts a value that depends on who executes it, or on when; nil if it does not.
func (p *program) assigned(in ssa.Instruction) ssa.Value {
	switch in := in.(type) {
	case *ssa.Store:
		if !isConst(in.Val) && !commutes(in) {
			return in.Addr
		}
	case ssa.CallInstruction:
		f := calledFunc(in.Common())
		if f != nil && f.Pkg() != nil && f.Pkg().Path() == "sync/atomic" && ordered(f.Name(), in) {
			return points.Operands(in.Common())[0]
		}
		return p.drawsOnce(in)
	}
	return nil
}

// ordered says that what the function of sync/atomic leaves, or returns to one that uses it, depends on which call comes first.
func ordered(name string, in ssa.CallInstruction) bool {
	ops := points.Operands(in.Common())
	v := in.Value()
	used := v != nil && slices.ContainsFunc(*v.Referrers(), func(use ssa.Instruction) bool { _, debug := use.(*ssa.DebugRef); return !debug })
	switch {
	case strings.HasPrefix(name, "Load"):
		return false
	case strings.HasPrefix(name, "Add"), strings.HasPrefix(name, "And"), strings.HasPrefix(name, "Or"):
		return used
	}
	return used || !isConst(ops[len(ops)-1])
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

// reachableBut is what root runs otherwise than by calling the function but.
func (p *program) reachableBut(root, but *ssa.Function) map[*ssa.Function]bool {
	seen := map[*ssa.Function]bool{}
	var walk func(fn *ssa.Function)
	walk = func(fn *ssa.Function) {
		if fn == but || seen[fn] {
			return
		}
		seen[fn] = true
		for in := range instructions(fn) {
			if site, ok := in.(ssa.CallInstruction); ok {
				for _, callee := range p.calls[site].runs() {
					walk(callee)
				}
			}
		}
	}
	walk(root)
	return seen
}

// runsAgain says that the call can run several times for one variable: one that is made before it on every way.
func (p *program) runsAgain(site ssa.CallInstruction, made *ssa.Alloc) bool {
	seen := map[*ssa.Function]bool{}
	var again func(site ssa.CallInstruction) bool
	again = func(site ssa.CallInstruction) bool {
		fn := site.Parent()
		switch {
		case fn == made.Parent():
			return made.Block().Dominates(site.Block()) && p.flows[fn].without(site, site, made)
		case seen[fn]:
			return false
		}
		seen[fn] = true
		return p.reachable(made.Parent())[fn] && (p.flows[fn].follows(site, site) || slices.ContainsFunc(p.callers[fn], again))
	}
	return again(site)
}

// assignedBeside says that another goroutine of fn assigns the same.
func (p *program) assignedBeside(fn *ssa.Function, site ssa.CallInstruction, a gathered) bool {
	for in := range instructions(fn) {
		other, ok := in.(ssa.CallInstruction)
		if !ok || other == site || a.made.Parent() == fn && !a.made.Block().Dominates(other.Block()) {
			continue
		}
		for _, g := range p.goroutines(other) {
			if slices.ContainsFunc(p.gathers(fn, g), func(b gathered) bool { return a.to.Overlaps(b.to) }) {
				return true
			}
		}
	}
	return false
}

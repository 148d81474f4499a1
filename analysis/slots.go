package analysis

import (
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// ownSlot says that the write, in a goroutine that the call in fn starts, goes to an element that no other of these goroutines writes:
// of a slice that is the same for all, at the index of the range that starts them, and fn waits for all of them. The order of such
// writes does not matter.
func (p *program) ownSlot(fn *ssa.Function, site ssa.CallInstruction, g *ssa.Function, in ssa.Instruction) bool {
	st, ok := in.(*ssa.Store)
	if !ok || in.Parent() != g {
		return false
	}
	addr := st.Addr
	for {
		f, ok := addr.(*ssa.FieldAddr)
		if !ok {
			break
		}
		addr = f.X
	}
	slot, ok := addr.(*ssa.IndexAddr)
	if !ok {
		return false
	}
	array, index := outer(site, g, slot.X), outer(site, g, slot.Index)
	step, ok := index.(*ssa.BinOp)
	return ok && counts(step) && p.fixed(fn, array, site) && !p.flows[fn].without(site, site, step) && p.joined(fn, site)
}

// outer is the value in the starting function that v, in the goroutine g, has: of a captured variable that is assigned once, or of an
// argument. Nil if it is not known.
func outer(site ssa.CallInstruction, g *ssa.Function, v ssa.Value) ssa.Value {
	if i := slices.IndexFunc(g.Params, func(p *ssa.Parameter) bool { return ssa.Value(p) == v }); i >= 0 && i < len(site.Common().Args) && len(g.Params) == len(site.Common().Args) {
		if load, ok := site.Common().Args[i].(*ssa.UnOp); ok && load.Op == token.MUL {
			return assignedOnce(load.X)
		}
		return site.Common().Args[i]
	}
	load, ok := v.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return nil
	}
	free, ok := load.X.(*ssa.FreeVar)
	if !ok {
		return nil
	}
	for _, made := range closuresOf(site) {
		if made.Fn == g {
			return assignedOnce(made.Bindings[slices.Index(g.FreeVars, free)])
		}
	}
	return nil
}

// closuresOf are the closures that the call starts or is given.
func closuresOf(site ssa.CallInstruction) []*ssa.MakeClosure {
	var out []*ssa.MakeClosure
	for _, v := range append([]ssa.Value{site.Common().Value}, site.Common().Args...) {
		if made, ok := v.(*ssa.MakeClosure); ok {
			out = append(out, made)
		}
	}
	return out
}

// assignedOnce is what the variable at addr holds, nil if more than one statement assigns it.
func assignedOnce(addr ssa.Value) ssa.Value {
	local, ok := addr.(*ssa.Alloc)
	if !ok {
		return nil
	}
	var held ssa.Value
	for _, ref := range *local.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Store:
			if ref.Addr != ssa.Value(local) || held != nil {
				return nil
			}
			held = ref.Val
		case *ssa.MakeClosure:
			free := ref.Fn.(*ssa.Function).FreeVars[slices.Index(ref.Bindings, addr)]
			if slices.ContainsFunc(*free.Referrers(), func(in ssa.Instruction) bool { u, ok := in.(*ssa.UnOp); return !ok || u.Op != token.MUL }) {
				return nil
			}
		case *ssa.UnOp, *ssa.DebugRef:
		default:
			return nil
		}
	}
	return held
}

// counts recognises the index of a range over a slice or an integer: each step is one more than the last.
func counts(step *ssa.BinOp) bool {
	one, ok := step.Y.(*ssa.Const)
	last, isPhi := step.X.(*ssa.Phi)
	if step.Op != token.ADD || !ok || !isPhi || one.Value == nil || one.Int64() != 1 {
		return false
	}
	return !slices.ContainsFunc(last.Edges, func(v ssa.Value) bool { return !isConst(v) && v != ssa.Value(step) })
}

// fixed says that v is the same at every execution of the call in one execution of fn.
func (p *program) fixed(fn *ssa.Function, v ssa.Value, site ssa.CallInstruction) bool {
	in, ok := v.(ssa.Instruction)
	return v != nil && (!ok || in.Parent() == fn && !p.flows[fn].before(site, in))
}

// joined says that fn waits for a group before it goes on to its end, on every way.
func (p *program) joined(fn *ssa.Function, site ssa.CallInstruction) bool {
	seen := map[*ssa.BasicBlock]bool{}
	var walk func(b *ssa.BasicBlock, from int) bool
	walk = func(b *ssa.BasicBlock, from int) bool {
		for _, in := range b.Instrs[from:] {
			if c, ok := in.(*ssa.Call); ok && p.waits(c) {
				return true
			}
			switch in.(type) {
			case *ssa.Return, *ssa.RunDefers:
				return false
			}
		}
		for _, s := range b.Succs {
			if !seen[s] {
				seen[s] = true
				if !walk(s, 0) {
					return false
				}
			}
		}
		return true
	}
	return walk(site.Block(), p.flows[fn].at[site]+1)
}

func (p *program) waits(c *ssa.Call) bool {
	return slices.ContainsFunc(p.calls[c].externs, func(e extern) bool {
		return strings.HasSuffix(e.symbol, "sync.WaitGroup).Wait") || strings.HasSuffix(e.symbol, "errgroup.Group).Wait")
	})
}

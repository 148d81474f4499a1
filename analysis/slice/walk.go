package slice

import (
	"go/token"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// walk tells a path in words, and decides whether each step of it must follow the one before.
type walk struct {
	*tracer
	start  *start
	path   []node
	steps  []Step
	must   bool
	anchor ssa.Instruction // the last instruction of the path that is sure to run
}

func (w *walk) run(o *origin) {
	w.must, w.anchor = o.source.Instr != nil, o.source.Instr
	w.say(o.fn, o.source.Pos, "drawn from "+o.source.Symbol)
	for i := 1; i < len(w.path); i++ {
		w.step(w.path[i-1], w.path[i])
	}
	last := w.path[len(w.path)-1]
	if r := w.records[last]; r > 0 {
		w.arrive(last, w.list[r-1])
		return
	}
	w.must = w.must && w.start.fn == w.functionOf(last)
	w.say(w.start.fn, w.start.fn.ssa.Pos(), "returned by "+w.start.fn.ssa.Name())
}

func (w *walk) say(f *function, pos token.Pos, what string) {
	if !pos.IsValid() {
		pos = f.ssa.Pos()
	}
	s := Step{Fn: f.ssa, Pos: pos, What: what}
	if n := len(w.steps); n == 0 || w.steps[n-1] != s {
		w.steps = append(w.steps, s)
	}
}

// step tells one edge of the path.
func (w *walk) step(from, to node) {
	f, g := w.functionOf(from), w.functionOf(to)
	switch {
	case f == nil && g == nil:
		w.must = false
	case g == nil:
		w.stored(f, from, to)
	case f == nil:
		w.read(g, from, to)
	case f != g:
		w.cross(f, g, from, to)
	default:
		w.within(f, from-f.base, to-f.base)
	}
}

func (w *walk) instr(f *function, n node) ssa.Instruction {
	trail := w.trail(f).trail
	if int(n) < len(trail) {
		return trail[n]
	}
	return nil
}

// stored tells that a value goes to memory.
func (w *walk) stored(f *function, from, cell node) {
	for i := range f.stores {
		a := &f.stores[i]
		n := from - f.base
		if n != a.where && (a.value == none || n < a.value || n >= a.value+max(1, a.width)) {
			continue
		}
		w.sure(a.instr)
		if a.quiet && n != a.where {
			return
		}
		if name := w.cell(cell); name != "" && a.instr != nil {
			w.say(f, a.instr.Pos(), "stored in "+name)
		}
		return
	}
	w.must = false
}

func (w *walk) cell(cell node) string {
	name := w.solver.cellName(cell)
	if strings.HasPrefix(name, "struct.") {
		return ""
	}
	return name
}

func (w *walk) read(g *function, cell, to node) {
	in := w.instr(g, to-g.base)
	w.sure(in)
	if name := w.cell(cell); name != "" && in != nil {
		w.say(g, in.Pos(), "read from "+name)
	}
}

// cross tells that a value enters or leaves a function.
func (w *walk) cross(f, g *function, from, to node) {
	for _, c := range f.calls {
		for _, target := range c.targets {
			if target != g {
				continue
			}
			if to == g.base+nodeRuns && from == f.base+c.block {
				w.must = false
				w.say(f, c.site.Pos(), "decides whether "+g.ssa.Name()+" is called")
				return
			}
			if p := passed(c, g, from-f.base, to-g.base); p >= 0 {
				w.sure(c.site)
				w.must = w.must && len(c.targets) == 1
				w.enter(g)
				w.say(f, c.site.Pos(), "passed to "+g.ssa.Name()+" as "+g.ssa.Params[p].Name())
				return
			}
		}
	}
	in := w.instr(g, to-g.base)
	if in == nil {
		w.must = false
		return
	}
	w.must = w.must && w.onlySite(f, g)
	w.anchor = in
	w.say(g, in.Pos(), "returned by "+f.ssa.Name())
}

// passed is the parameter of g to which c passes node from, -1 if none.
func passed(c *call, g *function, from, to node) int {
	for i, o := range c.args {
		if i < len(g.params) && o.node != none && from >= o.node && from < o.node+o.width && to >= g.params[i] && to < g.paramEnd(i) {
			return i
		}
	}
	return -1
}

// enter goes on at the start of g.
func (w *walk) enter(g *function) {
	if len(g.ssa.Blocks[0].Instrs) > 0 {
		w.anchor = g.ssa.Blocks[0].Instrs[0]
	}
}

// onlySite reports whether g calls f at one place, and nothing else of the start does.
func (w *walk) onlySite(f, g *function) bool {
	n := 0
	for _, id := range w.calls.callers[f.id] {
		if w.start.allowed != nil && !w.start.allowed[id] {
			continue
		}
		for _, c := range w.funcs[id].calls {
			for _, t := range c.targets {
				if t == f {
					n++
				}
			}
		}
	}
	return n == 1
}

// within tells a step inside a function.
func (w *walk) within(f *function, from, to node) {
	in := w.instr(f, to)
	switch in := in.(type) {
	case *ssa.Phi:
		w.must = false
	case *ssa.Call:
		w.sure(in)
		if g := in.Call.StaticCallee(); g != nil && w.byFunc[g] != nil {
			w.must = w.must && len(g.Blocks) == 1
			w.say(f, in.Pos(), "passes through "+g.Name())
		}
	}
	if to >= nodeBlocks && to < nodeBlocks+int32(len(f.ssa.Blocks)) {
		w.must = false
		if in := w.instr(f, from); in != nil {
			w.say(f, in.Pos(), "decides a branch")
		}
	}
	if to >= f.results && to < f.results+f.width {
		w.must = w.must && w.returned(f)
	}
}

// returned reports whether the function has one return, so that what reaches it is what the caller gets.
func (w *walk) returned(f *function) bool {
	n := 0
	for _, b := range f.ssa.Blocks {
		if len(b.Instrs) == 0 || b == f.ssa.Recover {
			continue
		}
		if _, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok {
			n++
		}
	}
	return n == 1
}

// sure reports whether in runs whenever the path's last sure instruction has run, and goes on there.
func (w *walk) sure(in ssa.Instruction) {
	if in == nil || w.anchor == nil || in.Parent() != w.anchor.Parent() {
		w.must = false
		return
	}
	a, b := in.Block(), w.anchor.Block()
	if a != b && !w.trail(w.byFunc[in.Parent()]).ctrl.postDominates(int32(a.Index), int32(b.Index)) {
		w.must = false
		return
	}
	w.anchor = in
}

// arrive tells what is contaminated in the end.
func (w *walk) arrive(last node, r *record) {
	w.sure(r.instr)
	what := "stored in "
	switch {
	case !r.state():
		what = "given to "
	case last == r.value:
	case last == r.block:
		what = "decides whether this is written: "
	default:
		what = "decides where this is written: "
	}
	if last == r.block {
		w.must = false
	}
	name := r.name
	if ids := w.goals(r); len(ids) > 0 {
		name = w.names.list[ids[0]]
	}
	w.say(r.fn, r.pos(), what+goal(name))
}

package analysis

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/points"
)

// writings are the cells that code which runs may write: code that somebody is seen to call.
type writings struct {
	any      cells
	handlers cells
}

// cells are paths by object.
type cells map[*points.Object]map[string]bool

func (c cells) add(a points.Addr) {
	if c[a.Obj] == nil {
		c[a.Obj] = map[string]bool{}
	}
	c[a.Obj][a.Path] = true
}

// has says that one of the cells overlaps a.
func (c cells) has(a points.Addr) bool {
	for path := range c[a.Obj] {
		if points.Overlap(path, a.Path) {
			return true
		}
	}
	return false
}

func (p *program) writings() *writings {
	if p.written != nil {
		return p.written
	}
	p.written = &writings{any: cells{}, handlers: cells{}}
	p.eachRun(func(in ssa.Instruction) {
		for _, w := range p.effectOf(in).writes {
			p.written.any.add(w.Addr)
			if p.reached[in.Parent()] {
				p.written.handlers.add(w.Addr)
			}
		}
	})
	return p.written
}

// eachRun visits the instructions of functions that somebody is seen to call.
func (p *program) eachRun(visit func(ssa.Instruction)) {
	for _, fn := range p.funcs {
		if p.reached[fn] || p.outside[fn] {
			for in := range instructions(fn) {
				visit(in)
			}
		}
	}
}

// hidden says that one of the cells is no state although handlers write it: a function or another handle in the state, or a variable of
// type error.
func (p *program) hidden(accesses []access) bool {
	return slices.ContainsFunc(accesses, func(a access) bool {
		_, global := a.Obj.Site.(*ssa.Global)
		persistent := p.state.persistent(a.Addr)
		return (persistent && a.typ != nil && p.opaque(a.typ) || global && !persistent) && p.writings().handlers.has(a.Addr)
	})
}

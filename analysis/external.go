package analysis

import (
	"fmt"
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/points"
)

// findEffects finds the calls that are external effects and cuts the call graph there: what they run belongs to no sliver. An effect is
// the call of a library that acts on the outside. If that cannot be one, because its results are no plain data, it is the smallest call
// of own code around it that can.
func (p *program) findEffects() {
	sites := p.outsideCalls()
	if len(sites) == 0 {
		return
	}
	x := &externals{p: p, changing: p.changingFields(), cuts: map[ssa.CallInstruction]string{}, lifted: map[lifted]bool{}}
	for _, site := range sites {
		symbol := p.calls[site].externs[0].symbol
		if why := x.direct(site); why != "" {
			x.lift(site.Parent(), site.Pos(), symbol, why)
		} else {
			x.cuts[site] = symbol
		}
	}
	for site, name := range x.cuts {
		p.calls[site] = &call{site: site, nested: name, effect: true}
	}
	p.findCallers()
	p.reach()
}

// outsideCalls are the calls by which handlers act on the outside.
func (p *program) outsideCalls() []ssa.CallInstruction {
	var out []ssa.CallInstruction
	for _, fn := range p.funcs {
		if !p.reached[fn] || !p.isOwn(fn) {
			continue
		}
		for in := range instructions(fn) {
			if site, ok := in.(ssa.CallInstruction); ok && p.actsOutside(site) {
				out = append(out, site)
			}
		}
	}
	return out
}

// externals is the search for effects.
type externals struct {
	p        *program
	changing map[string]bool
	cuts     map[ssa.CallInstruction]string
	lifted   map[lifted]bool
}

// lifted is a function around a library's call that is no effect by itself.
type lifted struct {
	fn  *ssa.Function
	pos token.Pos
}

// changingFields are the persistent fields that handlers write; the others keep what they had when the service began to serve.
func (p *program) changingFields() map[string]bool {
	set := map[string]bool{}
	for _, fn := range p.funcs {
		if p.reached[fn] && !p.inGeneratedClient(fn) {
			for in := range instructions(fn) {
				if !p.initializes(in) {
					addAll(set, p.writtenFields(in))
				}
			}
		}
	}
	return set
}

// actsOutside says that a library without a body acts on the outside here. Standard output and error are logs.
func (p *program) actsOutside(site ssa.CallInstruction) bool {
	c := p.calls[site]
	if !slices.ContainsFunc(c.externs, func(e extern) bool { return e.External && !e.Superficial }) {
		return false
	}
	ops := points.Operands(site.Common())
	return len(ops) == 0 || !console(ops[0])
}

func console(v ssa.Value) bool {
	load, ok := v.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return false
	}
	g, ok := load.X.(*ssa.Global)
	return ok && g.Pkg.Pkg.Path() == "os" && (g.Name() == "Stdout" || g.Name() == "Stderr")
}

// direct says why the library's call cannot be an effect by itself, "" if it can.
func (x *externals) direct(site ssa.CallInstruction) string {
	c := x.p.calls[site]
	switch {
	case len(c.bodies)+len(c.inline)+len(c.async) > 0:
		return "it runs own code"
	case slices.ContainsFunc(c.externs, func(e extern) bool { return !e.External }):
		return "it may be another function"
	}
	ops := points.Operands(site.Common())
	for _, m := range c.mutates() {
		if m < len(ops) && len(x.p.mutated(c, ops[m])) > 0 {
			return "it writes memory"
		}
	}
	if why := frame(site); why != "" {
		return why
	}
	e := &effect{}
	for _, o := range ops {
		x.p.readDeep(e, o)
	}
	return x.reads(e, x.private(site))
}

// lift makes the calls of fn effects in which the library is called at pos, or goes on with the functions around them.
func (x *externals) lift(fn *ssa.Function, pos token.Pos, symbol, why string) {
	k := lifted{fn, pos}
	if x.lifted[k] {
		return
	}
	x.lifted[k] = true
	if x.p.entryOf(fn) != nil {
		x.refuse(fn, pos, symbol, why)
	}
	for _, site := range x.p.callers[fn] {
		if !x.p.reached[site.Parent()] {
			continue
		}
		if reason := x.unit(site); reason != "" {
			x.lift(site.Parent(), pos, symbol, fmt.Sprintf("%s is no such function: %s", calledName(fn), reason))
		} else {
			x.cuts[site] = effectName(site, fn)
		}
	}
}

// calledName is what a message calls the function.
func calledName(fn *ssa.Function) string {
	if fn.Parent() != nil {
		return "the function literal in " + calledName(fn.Parent())
	}
	return fn.Name()
}

// effectName is that of the function or method that the source calls.
func effectName(site ssa.CallInstruction, fn *ssa.Function) string {
	if f := calledFunc(site.Common()); f != nil {
		return f.Origin().FullName()
	}
	return fn.RelString(nil)
}

func (x *externals) refuse(fn *ssa.Function, pos token.Pos, symbol, why string) {
	x.p.problemIn(fn, pos, fmt.Sprintf("%s acts on the outside: move it into a function that takes and returns plain data and leaves the state alone (%s)", symbol, why))
}

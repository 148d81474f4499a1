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
	x := &externals{p: p, changing: p.changingFields(), cuts: map[ssa.CallInstruction]string{}, lifted: map[lifted]bool{}}
	for _, fn := range p.funcs {
		if !p.reached[fn] || !p.isOwn(fn) {
			continue
		}
		for in := range instructions(fn) {
			site, ok := in.(ssa.CallInstruction)
			if !ok || !p.actsOutside(site) {
				continue
			}
			symbol := p.calls[site].externs[0].symbol
			if why := x.direct(site); why != "" {
				x.lift(fn, site.Pos(), symbol, why)
			} else {
				x.cuts[site] = symbol
			}
		}
	}
	if len(x.cuts) == 0 {
		return
	}
	for site, name := range x.cuts {
		p.calls[site] = &call{site: site, nested: name, effect: true}
	}
	p.findCallers()
	p.reach()
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
			x.lift(site.Parent(), pos, symbol, fmt.Sprintf("%s is no such function: %s", fn.Name(), reason))
		} else {
			x.cuts[site] = effectName(site, fn)
		}
	}
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

// unit says why the call of own code cannot be an effect, "" if it can.
func (x *externals) unit(site ssa.CallInstruction) string {
	c := x.p.calls[site]
	switch {
	case c.nested != "" || len(c.externs)+len(c.inline)+len(c.async) > 0 || len(c.bodies) == 0:
		return "a library calls it"
	case x.p.syntax.callAt(site) == nil || !x.p.isOwn(site.Parent()):
		return "its call is not written in the source"
	}
	if why := frame(site); why != "" {
		return why
	}
	runs := map[*ssa.Function]bool{}
	for _, fn := range c.bodies {
		for f := range x.p.reachable(fn) {
			runs[f] = true
		}
	}
	outer, private := x.outer(site, runs), x.private(site)
	for _, fn := range x.p.funcs {
		if runs[fn] {
			if why := x.inside(fn, outer, private); why != "" {
				return why
			}
		}
	}
	return x.shares(site, outer)
}

// frame says why the form of the call rules an effect out.
func frame(site ssa.CallInstruction) string {
	if _, ok := site.(*ssa.Go); ok {
		return "it runs on a goroutine of its own"
	}
	results := site.Common().Signature().Results()
	switch {
	case results.Len() > 3:
		return "it has more than three results"
	case !writable(results, nil):
		return "its results are no plain data"
	}
	return ""
}

// reads says which state the effect would read that changes.
func (x *externals) reads(e *effect, private map[*points.Object]bool) string {
	for _, a := range e.reads {
		if n := x.changes(a); n != "" && !private[a.Obj] {
			return "it reads " + n + ", which handlers write"
		}
	}
	return ""
}

// inside says why fn, which the effect would run, rules it out.
func (x *externals) inside(fn *ssa.Function, outer, private map[*points.Object]bool) string {
	for in := range instructions(fn) {
		switch in := in.(type) {
		case *ssa.Go:
			return "it starts a goroutine"
		case ssa.CallInstruction:
			switch c := x.p.calls[in]; {
			case c.nested != "":
				return "it sends a nested request"
			case len(c.async) > 0:
				return "it starts a goroutine"
			}
		}
		e := x.p.effectOf(in)
		for _, w := range e.writes {
			names := x.p.state.cellNames(w.Addr, w.typ)
			switch {
			case len(names) > 0 && !x.p.initializes(in):
				return "it writes " + names[0]
			case outer[w.Obj] && !x.p.initializes(in):
				return "it writes memory that it did not make"
			}
		}
		if why := x.reads(e, private); why != "" {
			return why
		}
	}
	return ""
}

// outer is the memory that the call gets from outside: through its operands, and through variables that its closures have captured.
func (x *externals) outer(site ssa.CallInstruction, runs map[*ssa.Function]bool) map[*points.Object]bool {
	e := &effect{}
	for _, o := range points.Operands(site.Common()) {
		x.p.readDeep(e, o)
	}
	for fn := range runs {
		if fn.Parent() == nil || runs[fn.Parent()] {
			continue
		}
		for _, v := range fn.FreeVars {
			x.p.readDeep(e, v)
		}
	}
	set := map[*points.Object]bool{}
	for _, a := range e.reads {
		set[a.Obj] = true
	}
	return set
}

// shares says that a result leads to memory that others have: what comes out of a log is a copy.
func (x *externals) shares(site ssa.CallInstruction, outer map[*points.Object]bool) string {
	v, ok := site.(*ssa.Call)
	if !ok {
		return ""
	}
	results := site.Common().Signature().Results()
	for i := range results.Len() {
		if isError(results.At(i).Type()) {
			continue
		}
		addrs := x.p.graph.Of(v)
		if results.Len() > 1 {
			addrs = x.p.graph.Tuple(v, i)
		}
		e := &effect{}
		x.p.readFrom(e, addrs)
		for _, a := range e.reads {
			if outer[a.Obj] || x.p.state.persistent(a.Addr) {
				return "its results share memory with its arguments or the state"
			}
		}
	}
	return ""
}

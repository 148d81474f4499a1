package analysis

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/points"
)

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
	b := bounds{outer: x.outer(site, runs), private: x.private(site), made: x.made(site, runs)}
	for _, fn := range x.p.funcs {
		if runs[fn] {
			if why := x.inside(fn, b); why != "" {
				return why
			}
		}
	}
	return x.shares(site, b)
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
func (x *externals) reads(e *effect, but ...map[*points.Object]bool) string {
	for _, a := range e.reads {
		own := slices.ContainsFunc(but, func(set map[*points.Object]bool) bool { return set[a.Obj] })
		if n := x.changes(a); n != "" && !own {
			return "it reads " + n + ", which handlers write"
		}
	}
	return ""
}

// bounds is the memory that a call of own code can meet.
type bounds struct {
	outer   map[*points.Object]bool // got from outside
	private map[*points.Object]bool // of that, what only this operation knows
	made    map[*points.Object]bool // by the call itself
}

// inside says why fn, which the effect would run, rules it out.
func (x *externals) inside(fn *ssa.Function, b bounds) string {
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
			case b.made[w.Obj]:
			case len(names) > 0:
				return "it writes " + names[0]
			case b.outer[w.Obj]:
				return "it writes memory that it did not make"
			}
		}
		if why := x.reads(e, b.private, b.made); why != "" {
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
	set := map[*points.Object]bool{}
	for _, a := range e.reads {
		set[a.Obj] = true
	}
	x.addCaptured(set, runs)
	return set
}

// addCaptured adds what closures among the functions have from functions that are not among them.
func (x *externals) addCaptured(set map[*points.Object]bool, runs map[*ssa.Function]bool) {
	for fn := range runs {
		if fn.Parent() != nil && !runs[fn.Parent()] {
			for _, v := range fn.FreeVars {
				x.p.addReached(set, v)
			}
		}
	}
}

// shares says that a result leads to memory that others have: what comes out of a log is a copy.
func (x *externals) shares(site ssa.CallInstruction, b bounds) string {
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
			if !b.made[a.Obj] && (b.outer[a.Obj] || x.p.state.persistent(a.Addr)) {
				return "its results share memory with its arguments or the state"
			}
		}
	}
	return ""
}

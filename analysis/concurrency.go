package analysis

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/points"
)

// checkConcurrency reports goroutines and locks that replicas cannot keep equal, and interceptors.
func (p *program) checkConcurrency() {
	for _, fn := range p.funcs {
		if !p.isOwn(fn) {
			continue
		}
		for in := range instructions(fn) {
			site, ok := in.(ssa.CallInstruction)
			if !ok {
				continue
			}
			p.checkInterceptor(site)
			p.checkGoroutine(fn, site)
			p.checkErrors(fn, site)
			p.checkGather(fn, site)
			if p.reached[fn] {
				p.checkLock(fn, site)
			}
			if _, ok := site.(*ssa.Defer); ok && p.reached[fn] && p.parksAt(site) {
				what, verb := p.parked(site)
				p.hinderIn(fn, site.Pos(), fmt.Sprintf("%s is %s by a deferred call", what, verb))
			}
		}
	}
}

var interceptors = []string{"UnaryInterceptor", "ChainUnaryInterceptor", "StreamInterceptor", "ChainStreamInterceptor"}

func (p *program) checkInterceptor(site ssa.CallInstruction) {
	f := calledFunc(site.Common())
	if f == nil || f.Pkg() == nil || f.Pkg().Path() != "google.golang.org/grpc" || !slices.Contains(interceptors, f.Name()) {
		return
	}
	for _, a := range site.Common().Args {
		if slices.ContainsFunc(p.functionsIn(a), p.isOwn) {
			p.problem(site.Pos(), "", "a server interceptor in own code runs outside of the operation: not supported yet")
			return
		}
	}
}

// functionsIn also looks into a variadic argument's array.
func (p *program) functionsIn(v ssa.Value) []*ssa.Function {
	out, _ := points.Functions(v)
	if s, ok := v.(*ssa.Slice); ok {
		for _, e := range elementsOf(s) {
			more, _ := points.Functions(e)
			out = append(out, more...)
		}
	}
	return out
}

// goroutines are the functions that the call runs on another goroutine.
func (p *program) goroutines(site ssa.CallInstruction) []*ssa.Function {
	c := p.calls[site]
	if _, ok := site.(*ssa.Go); ok {
		return c.runs()
	}
	return c.async
}

func (p *program) checkGoroutine(fn *ssa.Function, site ssa.CallInstruction) {
	for _, g := range p.goroutines(site) {
		if p.reached[fn] && p.parks[g] {
			what, verb := p.parked(site)
			p.problemIn(fn, site.Pos(), fmt.Sprintf("%s is %s by a goroutine: not supported yet", what, verb))
		}
		fields := p.sharedWrites(fn, site, g)
		switch {
		case len(fields) == 0:
		case p.reached[fn]:
			p.problemIn(fn, site.Pos(), "a goroutine of the handler writes "+strings.Join(fields, ", ")+": scheduling decides the order of the writes")
		case p.outside[fn]:
			p.problemOf(fields, site.Pos(), "a background goroutine writes "+strings.Join(fields, ", "))
		}
	}
}

// sharedWrites lists the persistent fields that g, which the call in parent starts, or what it calls writes, own slots left out.
func (p *program) sharedWrites(parent *ssa.Function, site ssa.CallInstruction, g *ssa.Function) []string {
	set := map[string]bool{}
	for fn := range p.reachable(g) {
		if p.inGeneratedClient(fn) {
			continue
		}
		for in := range instructions(fn) {
			if names := p.writtenFields(in); len(names) > 0 && !p.ownSlot(parent, site, g, in) {
				addAll(set, names)
			}
		}
	}
	return sortedKeys(set)
}

// checkErrors reports goroutines whose errors a group hands on where replicas need not see the same one.
func (p *program) checkErrors(fn *ssa.Function, site ssa.CallInstruction) {
	if !p.reached[fn] {
		return
	}
	for _, g := range p.calls[site].async {
		if g.Signature.Results().Len() == 0 || !fails(g) {
			continue
		}
		if p.flows[fn].before(site, site) || p.failsBeside(fn, site) {
			p.problemIn(fn, site.Pos(), "several goroutines can fail: scheduling decides whose error is returned")
		}
		for _, s := range p.slivers {
			if s.region[site] && !s.flow.slots[slot{site, g, 0}].empty() {
				p.hinder(site.Pos(), s.entry.method, "the error of a goroutine is contaminated")
			}
		}
	}
}

// failsBeside says that another goroutine that fn starts by a library can fail too.
func (p *program) failsBeside(fn *ssa.Function, site ssa.CallInstruction) bool {
	for in := range instructions(fn) {
		other, ok := in.(ssa.CallInstruction)
		if ok && other != site && slices.ContainsFunc(p.calls[other].async, func(g *ssa.Function) bool { return g.Signature.Results().Len() > 0 && fails(g) }) {
			return true
		}
	}
	return false
}

// fails says that the function can return an error.
func fails(g *ssa.Function) bool {
	for in := range instructions(g) {
		r, ok := in.(*ssa.Return)
		if ok && slices.ContainsFunc(results(r), func(v ssa.Value) bool { c, ok := v.(*ssa.Const); return !ok || !c.IsNil() }) {
			return true
		}
	}
	return false
}

package analysis

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/callgraph/vta"
	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"

	"github.com/midas-tiers/midas/analysis/points"
	"github.com/midas-tiers/midas/dictionary"
)

// program is everything that is known about own code before any source is followed, and the results as they grow.
type program struct {
	*world
	dict         *dictionary.Dictionary
	own          map[*types.Package]*packages.Package
	generated    map[string]bool // file names
	funcs        []*ssa.Function // with a body, sorted by name and position
	calls        map[ssa.CallInstruction]*call
	callers      map[*ssa.Function][]ssa.CallInstruction
	graph        *points.Graph
	state        *state
	syntax       *syntax
	flows        map[*ssa.Function]*flow
	entries      []*entry
	outside      map[*ssa.Function]bool // reachable without an entry
	reached      map[*ssa.Function]bool // reachable from an entry
	parks        map[*ssa.Function]bool // may issue a nested request
	guarded      map[*ssa.Function]bool // run under a recover of own code
	unwinding    map[*ssa.Function]bool // a panic may leave them
	sources      []*source
	sourceAt     map[ssa.Instruction]*source
	slivers      []*sliver
	taped        *tape
	written      *writings              // made on demand
	values       map[*ssa.Function]bool // functions used as values, made on demand
	boxed        []types.Type           // what own code puts into interfaces
	askedMethods map[*ssa.Function]bool // libraries look for them in what they are given
	keeping      *keeping               // made on demand
	problems     map[Finding]bool
	hindrances   map[Finding]bool // from style active only
	facts        *Facts
	served       map[string]string      // full gRPC method to the function that serves it
	spans        map[*token.File][]span // made on demand
}

func newProgram(w *world, dict *dictionary.Dictionary) *program {
	p := &program{
		world: w, dict: dict, own: map[*types.Package]*packages.Package{}, generated: map[string]bool{},
		calls: map[ssa.CallInstruction]*call{}, callers: map[*ssa.Function][]ssa.CallInstruction{},
		flows: map[*ssa.Function]*flow{}, outside: map[*ssa.Function]bool{}, reached: map[*ssa.Function]bool{},
		parks: map[*ssa.Function]bool{}, unwinding: map[*ssa.Function]bool{}, guarded: map[*ssa.Function]bool{}, sourceAt: map[ssa.Instruction]*source{}, problems: map[Finding]bool{}, hindrances: map[Finding]bool{}, facts: newFacts(), served: map[string]string{},
	}
	for _, pkg := range w.pkgs {
		p.own[pkg.Types] = pkg
		for _, f := range pkg.Syntax {
			if ast.IsGenerated(f) {
				p.generated[w.fset.Position(f.Package).Filename] = true
			}
		}
		for path := range pkg.Imports {
			if linkedHalf(path) {
				p.facts.rewritten[pkg.PkgPath] = true
			}
		}
	}
	p.facts.pkgs = w.pkgs
	return p
}

// solve runs the analysis, each step on the results of those before it.
func (p *program) solve() {
	p.resolveCalls()
	p.findEntries()
	p.reach()
	p.solvePoints()
	p.syntax = newSyntax(p)
	p.state = newState(p)
	p.findEffects()
	p.findSources()
	p.cutSlivers()
	p.classify()
	p.tape()
	if len(p.entries) > 0 {
		p.checkConstruction()
	}
	p.checkConcurrency()
	p.checkChannels()
	p.checkFailures()
	p.collectFacts()
}

// resolveCalls lists own functions and what each of their calls may run.
func (p *program) resolveCalls() {
	all := ssautil.AllFunctions(p.prog)
	for fn := range all {
		if fn.Blocks != nil {
			p.funcs = append(p.funcs, fn)
		}
	}
	slices.SortFunc(p.funcs, func(a, b *ssa.Function) int {
		if c := strings.Compare(a.String(), b.String()); c != 0 {
			return c
		}
		return int(a.Pos() - b.Pos())
	})
	cg := vta.CallGraph(all, nil)
	for _, fn := range p.funcs {
		p.flows[fn] = newFlow(fn)
		node := cg.Nodes[fn]
		targets := map[ssa.CallInstruction][]*ssa.Function{}
		if node != nil {
			for _, e := range node.Out {
				targets[e.Site] = append(targets[e.Site], e.Callee.Func)
			}
		}
		for in := range instructions(fn) {
			if site, ok := in.(ssa.CallInstruction); ok {
				p.calls[site] = p.resolve(site, targets[site])
			}
		}
	}
	p.resolveAsked()
	p.findCallers()
}

func (p *program) findCallers() {
	clear(p.callers)
	for _, fn := range p.funcs {
		for in := range instructions(fn) {
			if site, ok := in.(ssa.CallInstruction); ok {
				for _, callee := range p.calls[site].runs() {
					p.callers[callee] = append(p.callers[callee], site)
				}
			}
		}
	}
}

func (p *program) solvePoints() {
	p.graph = points.Solve(points.Config{
		Funcs:  p.funcs,
		Bodies: func(c ssa.CallInstruction) []*ssa.Function { return p.calls[c].bodies },
		Extern: func(c ssa.CallInstruction) (points.Callee, bool) { return p.calls[c].callee() },
		Opaque: p.opaque,
		Roots:  p.roots(),
		Binds:  p.receivers(),
	})
}

// roots are functions that code which is not analysed may call.
func (p *program) roots() []*ssa.Function {
	var out []*ssa.Function
	for _, fn := range p.funcs {
		if len(p.callers[fn]) == 0 || p.entryOf(fn) != nil {
			out = append(out, fn)
		}
	}
	return out
}

// opaque reports whether values of type t are handles that are no state.
func (p *program) opaque(t types.Type) bool {
	if p.dict.Opaque(t) || stub(t) {
		return true
	}
	switch u := t.Underlying().(type) {
	case *types.Signature, *types.Chan:
		return true
	case *types.Pointer:
		_, isStruct := u.Elem().Underlying().(*types.Struct)
		return !isStruct && p.dict.Opaque(u.Elem())
	}
	return false
}

// isOwn reports whether fn's text is in an own package and was written by hand.
func (p *program) isOwn(fn *ssa.Function) bool {
	pkg := packageOf(fn)
	return pkg != nil && p.own[pkg.Pkg] != nil && !p.generated[p.fset.Position(fn.Pos()).Filename]
}

func packageOf(fn *ssa.Function) *ssa.Package {
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	if fn.Pkg == nil && fn.Origin() != nil {
		return fn.Origin().Pkg
	}
	return fn.Pkg
}

// instructions yields fn's instructions in block order, the recover block included.
func instructions(fn *ssa.Function) func(yield func(ssa.Instruction) bool) {
	return func(yield func(ssa.Instruction) bool) {
		for _, b := range fn.Blocks {
			for _, in := range b.Instrs {
				if !yield(in) {
					return
				}
			}
		}
	}
}

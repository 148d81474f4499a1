package analysis

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
)

// checkConstruction reports sources that reach persistent state before the service serves: replicas would start from different states.
func (p *program) checkConstruction() {
	started := p.started()
	s := &sliver{entry: &entry{}, region: map[ssa.Instruction]bool{}}
	for _, fn := range p.funcs {
		if !started[fn] || p.inGeneratedClient(fn) {
			continue
		}
		s.funcs = append(s.funcs, fn)
		for in := range instructions(fn) {
			s.region[in] = true
		}
	}
	t := p.newTaint(s, p.seedConstruction)
	t.solve()
	for _, h := range t.hits() {
		if len(h.fields) == 0 || p.reached[h.in.Parent()] && !p.onlyOutside(h.in.Parent()) {
			continue
		}
		for _, i := range h.all().each() {
			src := p.sources[i-1]
			if len(p.entriesOf(h.in.Parent())) > 0 && src.firstHand {
				continue // a handler's own contamination, which also code outside may call
			}
			p.problemOf(h.fields, src.Node.Pos(), fmt.Sprintf("%s (%s) reaches %s outside of any operation: replicas would differ from the start",
				src.Symbol, src.Kind, strings.Join(h.fields, ", ")))
		}
	}
}

// started are the functions that run outside of operations: those that main packages and initializers reach. Without a main package any
// function that nobody calls may be one that the program calls first.
func (p *program) started() map[*ssa.Function]bool {
	if !slices.ContainsFunc(p.pkgs, func(pkg *packages.Package) bool { return pkg.Name == "main" }) {
		return p.outside
	}
	out := map[*ssa.Function]bool{}
	for _, fn := range p.funcs {
		if fn.Synthetic == "package initializer" || len(p.callers[fn]) == 0 && (fn.Name() == "main" || strings.HasPrefix(fn.Name(), "init")) {
			for f := range p.reachable(fn) {
				out[f] = true
			}
		}
	}
	return out
}

// seedConstruction leaves configuration out: environment, files and the network are taken to be the same for all replicas of a tier.
func (p *program) seedConstruction(in ssa.Instruction) srcs {
	src := p.sourceAt[in]
	if src == nil || slices.Contains([]Kind{Environment, File, Network}, src.Kind) && !strings.HasSuffix(src.Symbol, "os.Hostname") {
		return srcs{}
	}
	return p.seedAll(in)
}

// onlyOutside says that no entry runs fn.
func (p *program) onlyOutside(fn *ssa.Function) bool {
	return !slices.ContainsFunc(p.entries, func(e *entry) bool { return e.tree[fn] })
}

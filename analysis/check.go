package analysis

import (
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/points"
)

// sortedKeys is never nil, so that JSON has [] and not null.
func sortedKeys[V any](m map[string]V) []string {
	return slices.AppendSeq([]string{}, slices.Values(slices.Sorted(maps.Keys(m))))
}

// entriesOf lists the methods whose execution can run fn.
func (p *program) entriesOf(fn *ssa.Function) []string {
	var out []string
	for _, e := range p.entries {
		if e.tree[fn] {
			out = append(out, e.method)
		}
	}
	return out
}

// problemIn reports the problem for every entry that can run fn.
func (p *program) problemIn(fn *ssa.Function, pos token.Pos, reason string) {
	for _, m := range p.entriesOf(fn) {
		p.problem(pos, m, reason)
	}
}

// checkBranches reports what cannot stand in the closure of a contaminated branch.
func (t *tape) checkBranches() {
	for _, fn := range t.p.funcs {
		if !t.p.isOwn(fn) || !t.p.reached[fn] {
			continue
		}
		for in := range instructions(fn) {
			if site, ok := in.(ssa.CallInstruction); ok {
				t.checkCall(fn, site)
			}
		}
		t.checkGoto(fn)
	}
}

func (t *tape) checkCall(fn *ssa.Function, site ssa.CallInstruction) {
	st := t.p.syntax.of[site]
	if branch := t.covered[st]; branch != nil {
		at := t.p.position(branch.Pos())
		if t.p.parksAt(site) {
			t.p.problemIn(fn, site.Pos(), fmt.Sprintf("a nested request lies within the contaminated branch at line %d: whether it is sent differs between replicas", at.Line))
		}
		switch site.(type) {
		case *ssa.Defer:
			t.p.problemIn(fn, site.Pos(), fmt.Sprintf("a defer lies within the contaminated branch at line %d", at.Line))
		case *ssa.Go:
			t.p.problemIn(fn, site.Pos(), fmt.Sprintf("a goroutine is started within the contaminated branch at line %d", at.Line))
		}
	}
	if c := t.p.calls[site]; c.nested != "" || !t.p.parksAt(site) {
		return
	}
	for s, f := range t.flows {
		if !s.region[site] {
			continue
		}
		if v, ok := site.(*ssa.Call); ok && f.tainted(v) {
			t.p.problem(site.Pos(), s.entry.method, "the results of a function that sends a nested request are contaminated after its last one")
		}
		if !f.anyOf(points.Operands(site.Common())).empty() {
			t.p.problem(site.Pos(), s.entry.method, "a contaminated argument is passed to a function that sends a nested request")
		}
	}
}

func (t *tape) checkGoto(fn *ssa.Function) {
	body := bodyOf(fn)
	if body == nil {
		return
	}
	contaminated := false
	var jump ast.Stmt
	ast.Inspect(body, func(n ast.Node) bool {
		if st, ok := n.(ast.Stmt); ok {
			contaminated = contaminated || t.on(st)
			if b, ok := st.(*ast.BranchStmt); ok && b.Tok == token.GOTO {
				jump = st
			}
		}
		_, lit := n.(*ast.FuncLit)
		return !lit
	})
	if contaminated && jump != nil {
		t.p.problemIn(fn, jump.Pos(), "goto in a function with contaminated statements")
	}
}

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
			if p.reached[fn] {
				p.checkLock(fn, site)
			}
			if _, ok := site.(*ssa.Defer); ok && p.reached[fn] && p.parksAt(site) {
				p.problemIn(fn, site.Pos(), "a nested request is sent by a deferred call")
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
	out := points.Functions(v)
	if s, ok := v.(*ssa.Slice); ok {
		if a, ok := s.X.(*ssa.Alloc); ok {
			for _, r := range *a.Referrers() {
				if ix, ok := r.(*ssa.IndexAddr); ok {
					for _, st := range *ix.Referrers() {
						if st, ok := st.(*ssa.Store); ok {
							out = append(out, points.Functions(st.Val)...)
						}
					}
				}
			}
		}
	}
	return out
}

// started are the functions that the call runs on another goroutine.
func (p *program) started(site ssa.CallInstruction) []*ssa.Function {
	c := p.calls[site]
	if _, ok := site.(*ssa.Go); ok {
		return c.runs()
	}
	return c.async
}

func (p *program) checkGoroutine(fn *ssa.Function, site ssa.CallInstruction) {
	for _, g := range p.started(site) {
		if p.reached[fn] && p.parks[g] {
			p.problemIn(fn, site.Pos(), "a nested request is sent by a goroutine: not supported yet")
		}
		fields := p.sharedWrites(g)
		switch {
		case len(fields) == 0:
		case p.reached[fn]:
			p.problemIn(fn, site.Pos(), "a goroutine of the handler writes "+strings.Join(fields, ", ")+": scheduling decides the order of the writes")
		case p.outside[fn]:
			p.problem(site.Pos(), "", "a background goroutine writes "+strings.Join(fields, ", "))
		}
	}
}

// sharedWrites lists the persistent fields that g, or what it calls, writes.
func (p *program) sharedWrites(g *ssa.Function) []string {
	set := map[string]bool{}
	for fn := range p.reachable(g) {
		if p.inGeneratedClient(fn) {
			continue
		}
		for in := range instructions(fn) {
			for _, n := range p.writtenFields(in) {
				set[n] = true
			}
		}
	}
	return sortedKeys(set)
}

// checkLock reports a lock that is held while a nested request is answered: the next operation would wait for it for ever.
func (p *program) checkLock(fn *ssa.Function, site ssa.CallInstruction) {
	unlock := unlocks(site)
	if _, isCall := site.(*ssa.Call); unlock == "" || !isCall {
		return
	}
	f := p.flows[fn]
	mutex := p.graph.Of(site.Common().Args[0])
	seen := map[*ssa.BasicBlock]bool{}
	var walk func(b *ssa.BasicBlock, from int) ssa.CallInstruction
	walk = func(b *ssa.BasicBlock, from int) ssa.CallInstruction {
		for _, in := range b.Instrs[from:] {
			c, ok := in.(*ssa.Call)
			if !ok {
				continue
			}
			if name := calledFunc(c.Common()); name != nil && name.Name() == unlock && overlaps(mutex, p.graph.Of(c.Common().Args[0])) {
				return nil
			}
			if p.parksAt(c) {
				return c
			}
		}
		for _, s := range b.Succs {
			if !seen[s] {
				seen[s] = true
				if c := walk(s, 0); c != nil {
					return c
				}
			}
		}
		return nil
	}
	if held := walk(site.Block(), f.at[site]+1); held != nil {
		p.problemIn(fn, held.Pos(), fmt.Sprintf("the lock taken at line %d is held across a nested request", p.position(site.Pos()).Line))
	}
}

// unlocks is the name of the method that undoes a call of a lock's method.
func unlocks(site ssa.CallInstruction) string {
	f := calledFunc(site.Common())
	if f == nil || f.Pkg() == nil || f.Pkg().Path() != "sync" || site.Common().IsInvoke() {
		return ""
	}
	return map[string]string{"Lock": "Unlock", "RLock": "RUnlock"}[f.Name()]
}

func overlaps(a, b []points.Addr) bool {
	return slices.ContainsFunc(a, func(x points.Addr) bool { return slices.ContainsFunc(b, x.Overlaps) })
}

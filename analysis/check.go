package analysis

import (
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"slices"

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

// problemOf reports the problem for every entry that reads or writes one of the fields; without an entry if none does.
func (p *program) problemOf(fields []string, pos token.Pos, reason string) {
	touching := map[string]bool{}
	for _, s := range p.slivers {
		if p.drawsUnwritable(s) || p.touches(s, fields) {
			touching[s.entry.method] = true
		}
	}
	if len(touching) == 0 {
		p.problem(pos, "", reason)
	}
	for m := range touching {
		p.problem(pos, m, reason)
	}
}

func (p *program) touches(s *sliver, fields []string) bool {
	for in := range s.region {
		e := p.effectOf(in)
		for _, a := range slices.Concat(e.reads, e.writes) {
			if slices.ContainsFunc(p.state.cellNames(a.Addr, a.typ), func(n string) bool { return slices.Contains(fields, n) }) {
				return true
			}
		}
	}
	return false
}

// checkBranches reports what cannot stand in the closure of a contaminated branch.
func (t *tape) checkBranches() {
	for _, fn := range t.p.funcs {
		if !t.p.isOwn(fn) || !t.p.reached[fn] {
			continue
		}
		for in := range instructions(fn) {
			t.checkReader(fn, in)
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
			what, verb := t.p.parked(site)
			t.p.hinderIn(fn, site.Pos(), fmt.Sprintf("%s lies within the contaminated branch at line %d: whether it is %s differs between replicas", what, at.Line, verb))
		}
		switch site.(type) {
		case *ssa.Defer:
			t.p.hinderIn(fn, site.Pos(), fmt.Sprintf("a defer lies within the contaminated branch at line %d", at.Line))
		case *ssa.Go:
			t.p.hinderIn(fn, site.Pos(), fmt.Sprintf("a goroutine is started within the contaminated branch at line %d", at.Line))
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
			what, _ := t.p.parked(site)
			t.p.hinder(site.Pos(), s.entry.method, fmt.Sprintf("the results of a function that makes %s are contaminated after its last one", what))
		}
		if !f.anyOf(points.Operands(site.Common())).empty() {
			what, _ := t.p.parked(site)
			t.p.hinder(site.Pos(), s.entry.method, "a contaminated argument is passed to a function that makes "+what)
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
		t.p.hinderIn(fn, jump.Pos(), "goto in a function with contaminated statements")
	}
}

package analysis

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/points"
)

// collectFacts turns what is known by instruction into what the rewriter asks by syntax node.
func (p *program) collectFacts() {
	f := p.facts
	for _, src := range p.sources {
		if src.firstHand && len(src.class) > 0 {
			f.sources[src.Node] = src.Source
		}
	}
	inner := p.taped.innerStatements()
	for st := range p.taped.stmts {
		f.taped[st] = !inner[st]
	}
	for st := range p.taped.covered {
		if simple(st) {
			f.taped[st] = !inner[st]
		}
	}
	for st := range p.taped.branches {
		f.branch[st] = !inner[st]
	}
	p.collectTainted()
	p.collectCalls()
	p.collectFunctions()
	f.problems, f.hindrances = sortedFindings(p.problems), sortedFindings(p.hindrances)
	p.collectMethods()
	for _, g := range p.globals() {
		if v, ok := g.Object().(*types.Var); ok && p.holdsState(g) {
			f.globals = append(f.globals, v)
		}
	}
}

func compareFindings(a, b Finding) int {
	if c := strings.Compare(a.Pos.Filename, b.Pos.Filename); c != 0 {
		return c
	}
	if a.Pos.Offset != b.Pos.Offset {
		return a.Pos.Offset - b.Pos.Offset
	}
	if c := strings.Compare(a.Entry, b.Entry); c != 0 {
		return c
	}
	return strings.Compare(a.Reason, b.Reason)
}

func simple(st ast.Stmt) bool {
	switch st.(type) {
	case *ast.AssignStmt, *ast.DeclStmt, *ast.IncDecStmt, *ast.ExprStmt, *ast.SendStmt, *ast.DeferStmt, *ast.GoStmt, *ast.ReturnStmt:
		return true
	}
	return false
}

func (p *program) collectTainted() {
	for e, values := range p.syntax.values {
		for _, v := range values {
			for _, t := range p.taped.flows {
				if t.tainted(v) {
					p.facts.tainted[e] = true
				}
			}
		}
	}
	for file := range p.syntax.files {
		p.taintUp(p.syntax.files[file])
	}
	p.collectBound()
}

// taintUp marks expressions with a tainted part: they need not have a value of their own in SSA.
func (p *program) taintUp(f *ast.File) {
	var stack []ast.Expr
	ast.Inspect(f, func(n ast.Node) bool {
		if n == nil {
			last := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			_, isLit := last.(*ast.FuncLit)
			if last != nil && !isLit && p.facts.tainted[last] && len(stack) > 0 && stack[len(stack)-1] != nil && p.passesUp(stack[len(stack)-1], last) {
				p.facts.tainted[stack[len(stack)-1]] = true
			}
			return true
		}
		e, _ := n.(ast.Expr)
		stack = append(stack, e)
		return true
	})
}

// passesUp says that a tainted part taints the whole: not where the whole has a clean value of its own.
func (p *program) passesUp(whole, part ast.Expr) bool {
	if len(p.syntax.values[whole]) > 0 {
		if call, ok := whole.(*ast.CallExpr); ok {
			return slices.Contains(call.Args, part) && len(p.syntax.values[whole]) == 0
		}
		_, composite := whole.(*ast.CompositeLit)
		_, unary := whole.(*ast.UnaryExpr)
		return composite || unary
	}
	return true
}

func (p *program) collectCalls() {
	for _, fn := range p.funcs {
		if !p.isOwn(fn) {
			continue
		}
		for in := range instructions(fn) {
			site, ok := in.(ssa.CallInstruction)
			if !ok {
				continue
			}
			node := p.syntax.callAt(site)
			if node == nil {
				continue
			}
			if p.parksAt(site) {
				p.facts.parks[node] = true
			}
			if c := p.calls[site]; c.effect && p.reached[fn] {
				p.facts.effects[node] = c.nested
			}
			p.collectMutates(site, node)
		}
	}
}

func (p *program) collectMutates(site ssa.CallInstruction, node *ast.CallExpr) {
	c := p.calls[site]
	if c.nested != "" || c.superficial() {
		return
	}
	ops := points.Operands(site.Common())
	for _, m := range c.mutates() {
		if m >= len(ops) || !points.Pointed(ops[m].Type()) || p.opaque(ops[m].Type()) {
			continue
		}
		for _, e := range operandExprs(site, node, m) {
			if !slices.Contains(p.facts.mutates[node], e) {
				p.facts.mutates[node] = append(p.facts.mutates[node], e)
			}
		}
	}
}

// operandExprs are the expressions of operand i; those of a variadic argument are several.
func operandExprs(site ssa.CallInstruction, node *ast.CallExpr, i int) []ast.Expr {
	sig := site.Common().Signature()
	if site.Common().IsInvoke() || sig.Recv() != nil {
		if i == 0 {
			if sel, ok := ast.Unparen(node.Fun).(*ast.SelectorExpr); ok {
				return []ast.Expr{sel.X}
			}
			return nil
		}
		i--
	}
	if sig.Variadic() && i == sig.Params().Len()-1 && !node.Ellipsis.IsValid() {
		return node.Args[min(i, len(node.Args)):]
	}
	if i < len(node.Args) {
		return []ast.Expr{node.Args[i]}
	}
	return nil
}

func (p *program) collectFunctions() {
	dirty := map[ast.Node]bool{}
	for _, fn := range p.funcs {
		node := fn.Syntax()
		if node == nil || !p.isOwn(fn) {
			continue
		}
		if p.reached[fn] {
			p.facts.reached[node] = true
		}
		p.facts.entries[node] = union(p.facts.entries[node], p.entriesOf(fn))
		if p.taped.replayed[fn] {
			p.facts.replayed[node] = true
		}
		if p.outside[fn] {
			dirty[node] = true
		}
	}
	for node := range p.facts.reached {
		if !dirty[node] {
			p.facts.handlerOnly[node] = true
		}
	}
}

// union merges two sorted lists.
func union(a, b []string) []string {
	out := slices.Concat(a, b)
	slices.Sort(out)
	return slices.Compact(out)
}

// holdsState: a variable that is assigned after its initialisation, or through which memory can be written.
func (p *program) holdsState(g *ssa.Global) bool {
	t := g.Type().(*types.Pointer).Elem()
	if points.Pointed(t) {
		return true
	}
	for _, fn := range p.funcs {
		if fn.Synthetic == "package initializer" {
			continue
		}
		for in := range instructions(fn) {
			for _, o := range in.Operands(nil) {
				if *o != ssa.Value(g) {
					continue
				}
				if u, ok := in.(*ssa.UnOp); !ok || u.X != ssa.Value(g) {
					return true
				}
			}
		}
	}
	return false
}

func (p *program) collectMethods() {
	byEntry := map[*entry]*Method{}
	for _, e := range p.entries {
		byEntry[e] = &Method{Name: e.method, Package: e.impl.Obj().Pkg().Path(), ReadOnly: p.readOnly(e)}
	}
	for _, s := range p.slivers {
		m := byEntry[s.entry]
		f := p.footprint(s)
		m.Slivers = append(m.Slivers, MethodSliver{From: s.from, Reads: f.reads, Writes: f.writes, Contaminated: f.contaminated, Offer: p.offers(s)})
	}
	for _, e := range p.entries {
		m := byEntry[e]
		if i := slices.IndexFunc(p.facts.hindrances, func(h Finding) bool { return h.Entry == e.method }); i >= 0 {
			m.Leader = p.facts.hindrances[i].Line()
		}
		p.facts.methods = append(p.facts.methods, *m)
	}
}

// offers: whether and where a nested request is sent does not depend on what the sliver draws.
func (p *program) offers(s *sliver) bool {
	f := p.taped.flows[s]
	for _, park := range s.parks {
		if p.calls[park].effect || p.taped.covered[p.syntax.of[park]] != nil || f != nil && !f.anyControl(park.Block()).empty() {
			return false
		}
	}
	return len(s.parks) > 0
}

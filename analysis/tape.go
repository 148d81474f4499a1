package analysis

import (
	"go/ast"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/points"
)

// tape is what must be on the tape, over all slivers: it only grows.
type tape struct {
	p        *program
	stmts    map[ast.Stmt]bool // simple statements
	branches map[ast.Stmt]bool
	covered  map[ast.Stmt]ast.Stmt // statements within a branch's closure: the branch
	replayed map[*ssa.Function]bool
	flows    map[*sliver]*taint
	order    map[*sliver]*order
	parking  map[*ast.CallExpr]bool // calls that may send a nested request, made on demand
	changed  bool
}

// tape finds the statements that write contaminated memory or locals, and closes them under anti-dependence.
func (p *program) tape() {
	t := &tape{
		p: p, stmts: map[ast.Stmt]bool{}, branches: map[ast.Stmt]bool{}, covered: map[ast.Stmt]ast.Stmt{},
		replayed: map[*ssa.Function]bool{}, flows: map[*sliver]*taint{}, order: map[*sliver]*order{},
	}
	p.taped = t
	for _, s := range p.slivers {
		if p.live(s) {
			t.order[s] = s.ordering(p)
		}
	}
	for t.changed = true; t.changed; {
		t.changed = false
		for _, s := range p.slivers {
			if t.order[s] != nil {
				t.sliver(s)
			}
		}
	}
	t.checkBranches()
	t.checkPanics()
}

// live says that a recorded source can be drawn in the sliver.
func (p *program) live(s *sliver) bool {
	for in := range s.region {
		if !p.seedRecorded(in).empty() {
			return true
		}
	}
	return false
}

func (p *program) seedRecorded(in ssa.Instruction) srcs {
	if src := p.sourceAt[in]; src != nil && src.recorded() {
		return one(src.index)
	}
	return srcs{}
}

// recorded says that the rewriter records the source's value.
func (s *source) recorded() bool {
	_, isCall := s.Node.(*ast.CallExpr)
	return s.firstHand && !s.Determinized && isCall
}

func (t *tape) sliver(s *sliver) {
	f := t.p.newTaint(s, t.p.seedRecorded)
	f.fresh = t.fresh
	f.solve()
	t.flows[s] = f
	f.each(func(in ssa.Instruction) { t.instruction(f, in) })
	t.markBranches(f)
	t.markReplayed(s)
	t.closeOver(s)
	t.closeLocals(s)
}

// fresh says that a replay of the tape runs the instruction again.
func (t *tape) fresh(in ssa.Instruction) bool {
	return t.replayed[in.Parent()] || t.on(t.p.syntax.of[in])
}

func (t *tape) on(st ast.Stmt) bool {
	return st != nil && (t.stmts[st] || t.branches[st] || t.covered[st] != nil)
}

func (t *tape) add(st ast.Stmt) {
	if st != nil && !t.stmts[st] {
		t.stmts[st] = true
		t.changed = true
	}
}

// instruction puts the statement of a contaminated write, definition or return on the tape.
func (t *tape) instruction(f *taint, in ssa.Instruction) {
	if !t.p.seedRecorded(in).empty() || t.writes(f, in) || t.defines(f, in) {
		for _, st := range t.p.statements(in) {
			t.add(st)
		}
	}
}

// writes says that the instruction writes memory in a contaminated way.
func (t *tape) writes(f *taint, in ssa.Instruction) bool {
	switch in := in.(type) {
	case *ssa.Store:
		return !f.get(in.Val).or(f.get(in.Addr)).or(f.blockControl(in.Block())).empty()
	case *ssa.MapUpdate:
		return !f.get(in.Value).or(f.get(in.Key)).or(f.get(in.Map)).or(f.blockControl(in.Block())).empty()
	case *ssa.Send:
		return !f.get(in.X).or(f.get(in.Chan)).or(f.blockControl(in.Block())).empty()
	case *ssa.Return:
		return !f.anyOf(results(in)).empty()
	case ssa.CallInstruction:
		return t.callWrites(f, in)
	}
	return false
}

func (t *tape) callWrites(f *taint, site ssa.CallInstruction) bool {
	c := t.p.calls[site]
	ops := points.Operands(site.Common())
	if b, ok := site.Common().Value.(*ssa.Builtin); ok {
		h := f.anyOf(ops).or(f.blockControl(site.Block()))
		if b.Name() == "append" || b.Name() == "copy" {
			s, _ := f.load(elements(t.p.graph.Of(ops[1])), site)
			h = h.or(s)
		}
		return !h.empty() && len(t.p.effectOf(site).writes) > 0
	}
	if c.nested != "" {
		return false
	}
	if len(c.bodies)+len(c.inline) > 0 && !f.anyOf(ops).empty() {
		return true // the callee holds them in locals
	}
	if len(t.p.effectOf(site).writes) == 0 {
		return false
	}
	in, _ := f.operands(ops, site)
	return !in.or(f.answers(site, c)).or(f.blockControl(site.Block())).empty()
}

// anyOf is the contamination of the values over all calls.
func (t *taint) anyOf(values []ssa.Value) srcs {
	var out srcs
	for _, v := range values {
		out = out.or(t.all[v])
	}
	return out
}

// defines says that the instruction computes a contaminated value in a statement that gives it to a local.
func (t *tape) defines(f *taint, in ssa.Instruction) bool {
	if d, ok := in.(*ssa.DebugRef); ok {
		return t.p.copied(d) && f.tainted(d.X)
	}
	v, ok := in.(ssa.Value)
	if ok && boundMethod(f, v) {
		return true
	}
	if !ok || !f.tainted(v) {
		return false
	}
	switch st := t.p.syntax.of[in].(type) {
	case *ast.AssignStmt:
		return t.flowsToLeft(f, st)
	case *ast.DeclStmt, *ast.IncDecStmt, *ast.DeferStmt, *ast.GoStmt:
		return true
	}
	return false
}

// copied says that the value is all that a statement gives to a local, for which there is no instruction: y := x.
func (p *program) copied(d *ssa.DebugRef) bool {
	if d.IsAddr {
		return false
	}
	is := func(e ast.Expr) bool { return ast.Unparen(e) == d.Expr }
	switch st := p.syntax.of[d].(type) {
	case *ast.AssignStmt:
		return slices.ContainsFunc(st.Rhs, is)
	case *ast.DeclStmt:
		return slices.ContainsFunc(st.Decl.(*ast.GenDecl).Specs, func(s ast.Spec) bool {
			v, ok := s.(*ast.ValueSpec)
			return ok && slices.ContainsFunc(v.Values, is)
		})
	}
	return false
}

// boundMethod says that v is a method value, which keeps a contaminated receiver.
func boundMethod(f *taint, v ssa.Value) bool {
	c, ok := v.(*ssa.MakeClosure)
	return ok && c.Fn.(*ssa.Function).Parent() == nil && !f.anyOf(c.Bindings).empty()
}

// tainted looks at all calls, and at a tuple's components.
func (t *taint) tainted(v ssa.Value) bool { return !t.all[v].empty() }

// flowsToLeft says that the right side, as a value, is contaminated, or that the left side names a contaminated place.
func (t *tape) flowsToLeft(f *taint, st *ast.AssignStmt) bool {
	for _, e := range append(append([]ast.Expr(nil), st.Rhs...), st.Lhs...) {
		for _, v := range t.p.syntax.values[ast.Unparen(e)] {
			if f.tainted(v) {
				return true
			}
		}
	}
	if len(st.Lhs) == len(st.Rhs) {
		return false
	}
	for _, v := range t.p.syntax.values[ast.Unparen(st.Rhs[0])] {
		if f.tainted(v) {
			return true
		}
	}
	return true // a tuple that has no value of its own, such as v, ok := m[k]
}

// statements are the statements whose execution runs the instruction: its own, or the callers' if its function was not written by hand.
func (p *program) statements(in ssa.Instruction) []ast.Stmt {
	if st := p.syntax.of[in]; st != nil {
		return []ast.Stmt{st}
	}
	var out []ast.Stmt
	seen := map[*ssa.Function]bool{}
	var up func(fn *ssa.Function)
	up = func(fn *ssa.Function) {
		if seen[fn] {
			return
		}
		seen[fn] = true
		for _, site := range p.callers[fn] {
			if st := p.syntax.of[site]; st != nil {
				out = append(out, st)
			} else {
				up(site.Parent())
			}
		}
	}
	if !p.isOwn(in.Parent()) || in.Parent().Synthetic != "" {
		up(in.Parent())
	}
	return out
}

// markReplayed marks what statements on the tape call.
func (t *tape) markReplayed(s *sliver) {
	for _, fn := range s.funcs {
		for in := range instructions(fn) {
			site, ok := in.(ssa.CallInstruction)
			if !ok || !s.region[in] || !t.fresh(in) {
				continue
			}
			for _, callee := range t.p.calls[site].runs() {
				if !t.p.parks[callee] {
					t.replay(callee)
				}
			}
		}
	}
}

func (t *tape) replay(fn *ssa.Function) {
	for f := range t.p.reachable(fn) {
		if !t.replayed[f] {
			t.replayed[f] = true
			t.changed = true
		}
	}
}

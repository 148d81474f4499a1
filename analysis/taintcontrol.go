package analysis

import "golang.org/x/tools/go/ssa"

// control is whether a call of fn is made.
type control struct {
	site ssa.CallInstruction
	fn   *ssa.Function
}

func (t *taint) setControl(site ssa.CallInstruction, fn *ssa.Function, s srcs, from any) {
	k := control{site, fn}
	s = s.minus(one(remade))
	old := t.called[k]
	if s.empty() || old.covers(s) {
		return
	}
	t.trace(k, s.minus(old), from, site.Pos(), "decides whether "+fn.Name()+" is called")
	t.called[k] = old.or(s)
	t.changed = true
}

// blockControl is the contamination of the branches that decide whether b runs.
func (t *taint) blockControl(b *ssa.BasicBlock) srcs {
	out := t.called[control{t.site, b.Parent()}]
	for _, c := range t.p.flows[b.Parent()].deciders(b) {
		out = out.or(t.branch(c))
	}
	return out
}

// branch is the contamination of the branch that ends b.
func (t *taint) branch(b *ssa.BasicBlock) srcs {
	if i, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If); ok {
		return t.get(i.Cond)
	}
	return srcs{}
}

// anyControl is blockControl over all calls.
func (t *taint) anyControl(b *ssa.BasicBlock) srcs {
	var out srcs
	for _, site := range t.sites(b.Parent()) {
		t.site = site
		out = out.or(t.blockControl(b))
	}
	t.site = nil
	return out
}

// phiControl is the contamination of the choice among a phi's edges: of branches that decide an edge but not the phi itself.
func (t *taint) phiControl(phi *ssa.Phi) srcs {
	f := t.p.flows[phi.Parent()]
	common := map[*ssa.BasicBlock]bool{}
	for _, c := range f.deciders(phi.Block()) {
		common[c] = true
	}
	var out srcs
	for _, pred := range phi.Block().Preds {
		if len(pred.Succs) > 1 && (!common[pred] || pred == phi.Block()) {
			out = out.or(t.branch(pred))
		}
		for _, c := range f.deciders(pred) {
			if !common[c] || c == phi.Block() {
				out = out.or(t.branch(c))
			}
		}
	}
	return out
}

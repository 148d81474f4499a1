package analysis

import (
	"go/ast"
	"go/types"
)

// transparentReason is why methods of a transparent build have no style active.
const transparentReason = "a transparent build makes no use of the analysis: it has no tape"

// makeTransparent turns the facts into those of a system without analysis. Every source that handlers can reach is recorded or made
// canonical, as far as its values can be written at all, and every sliver is taken to touch the whole state. The report stays as it is.
func (p *program) makeTransparent() {
	for _, src := range p.sources {
		if len(src.class) > 0 && (src.Determinized || src.Kind == Select || p.recordable(src)) {
			p.facts.sources[src.Node] = src.Source
		}
	}
	all := []string{everything}
	for i := range p.facts.methods {
		m := &p.facts.methods[i]
		m.ReadOnly, m.Leader = false, transparentReason
		for j := range m.Slivers {
			s := &m.Slivers[j]
			s.Reads, s.Writes, s.Contaminated, s.Offer = nil, all, all, false
		}
	}
}

// recordable says that the source is a call whose values a trace can hold. Others are superficial, or refused in any case.
func (p *program) recordable(src *source) bool {
	call, ok := src.Node.(*ast.CallExpr)
	if !ok {
		return false
	}
	info := p.packageAt(call.Pos()).TypesInfo
	sig, ok := info.TypeOf(call.Fun).Underlying().(*types.Signature)
	if !ok || sig.Results().Len() == 0 || sig.Results().Len() > 3 || !writable(sig.Results(), nil) {
		return false
	}
	if src.Fill < 0 {
		return true
	}
	buf, ok := info.TypeOf(call.Args[src.Fill]).Underlying().(*types.Slice)
	return ok && types.Identical(buf.Elem(), types.Typ[types.Byte]) && sig.Results().Len() == 2
}

package analysis

import "golang.org/x/tools/go/ssa"

// carry finds the sources whose value is kept across a nested request in locals, or in memory that only locals lead to, and reaches
// something later in the entry: every local must be equal at all replicas when the next sliver starts.
func (p *program) carry(e *entry) {
	s := p.whole(e)
	t := p.newTaint(s, p.seedAll)
	t.why = map[trail]origin{}
	t.solve()
	for _, h := range t.hits() {
		for _, i := range h.all().each() {
			p.reaches(p.sources[i-1], s, t, h, i)
		}
	}
}

// whole is the entry as if nothing cut it: contamination lives from its source to the reply.
func (p *program) whole(e *entry) *sliver {
	s := &sliver{entry: e, region: map[ssa.Instruction]bool{}}
	for _, fn := range p.funcs {
		if !e.tree[fn] {
			continue
		}
		s.funcs = append(s.funcs, fn)
		for in := range instructions(fn) {
			s.region[in] = true
		}
	}
	return s
}

package analysis

import "golang.org/x/tools/go/ssa"

// order answers which instruction of a sliver can run after which.
type order struct {
	p  *program
	s  *sliver
	up map[*ssa.Function][]ssa.Instruction // instructions of other functions that lead to this one, directly or not

	known map[[2]moment]bool
}

// moment is an instruction in the executions of its function that one call starts; in all of them if site is nil.
type moment struct {
	site ssa.CallInstruction
	in   ssa.Instruction
}

func newOrder(p *program, s *sliver) *order {
	return &order{p: p, s: s, up: map[*ssa.Function][]ssa.Instruction{}, known: map[[2]moment]bool{}}
}

// after reports whether y can run after x has run.
func (o *order) after(x, y moment) bool {
	k := [2]moment{x, y}
	v, ok := o.known[k]
	if !ok {
		v = o.compute(x, y)
		o.known[k] = v
	}
	return v
}

func (o *order) compute(x, y moment) bool {
	ys := map[*ssa.Function][]ssa.Instruction{y.in.Parent(): {y.in}}
	for _, in := range o.around(y) {
		ys[in.Parent()] = append(ys[in.Parent()], in)
	}
	if o.inFunction(x.in, ys[x.in.Parent()]) {
		return true
	}
	for _, in := range o.around(x) {
		if o.inFunction(in, ys[in.Parent()]) {
			return true
		}
	}
	return false
}

// renewed says that y stores to a variable that is allocated anew between x and y, such as a loop's variable in its next iteration: x
// then saw another one.
func (o *order) renewed(x, y ssa.Instruction) bool {
	st, ok := y.(*ssa.Store)
	if !ok {
		return false
	}
	local, ok := st.Addr.(*ssa.Alloc)
	if !ok {
		return false
	}
	for _, in := range append(o.above(x.Parent()), x) {
		if in.Parent() != y.Parent() {
			continue
		}
		if _, deferred := in.(*ssa.Defer); deferred || o.p.flows[y.Parent()].without(in, y, local) {
			return false
		}
	}
	return true
}

// around lists the sites through which the moment's function can be running.
func (o *order) around(m moment) []ssa.Instruction {
	if m.site == nil {
		return o.above(m.in.Parent())
	}
	return append([]ssa.Instruction{m.site}, o.above(m.site.Parent())...)
}

func (o *order) inFunction(x ssa.Instruction, ys []ssa.Instruction) bool {
	for _, y := range ys {
		if x != y && (concurrent(x) || concurrent(y)) || o.p.flows[x.Parent()].before(x, y) {
			return true
		}
	}
	return false
}

// concurrent says that what the instruction starts goes on beside what follows it.
func concurrent(in ssa.Instruction) bool { _, ok := in.(*ssa.Go); return ok }

// above lists the sites through which fn can be running.
func (o *order) above(fn *ssa.Function) []ssa.Instruction {
	if up, ok := o.up[fn]; ok {
		return up
	}
	var out []ssa.Instruction
	seen := map[*ssa.Function]bool{fn: true}
	stack := []*ssa.Function{fn}
	for len(stack) > 0 {
		f := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for _, site := range o.p.callers[f] {
			if !o.s.region[site] && !o.s.entry.tree[site.Parent()] {
				continue
			}
			out = append(out, site)
			if !seen[site.Parent()] {
				seen[site.Parent()] = true
				stack = append(stack, site.Parent())
			}
		}
	}
	o.up[fn] = out
	return out
}

package slice

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/profile"
)

// roots are the layouts of memory that operations find: what receivers, and for named functions pointer parameters, lead to.
func (p *program) roots(parameters bool) []*layout {
	var ls []*layout
	add := func(t types.Type) {
		if l := p.layouts.target(t); l != nil {
			ls = append(ls, l)
			return
		}
		for _, lf := range p.layouts.of(t).leaves {
			if l := p.layouts.target(lf.typ); l != nil {
				ls = append(ls, l)
			}
		}
	}
	for _, e := range p.Entries {
		for i, v := range e.Fn.Params {
			_, pointer := v.Type().Underlying().(*types.Pointer)
			if i == 0 && e.Fn.Signature.Recv() != nil || pointer && parameters && p.Profile.Name == "func" {
				add(v.Type())
			}
		}
	}
	return ls
}

// state marks the cells of memory that outlives an operation: variables and what roots lead to.
type state struct {
	solver *solver
	marks  []bool // by cell
	merged map[node][]node
	work   []node
}

// findState returns for each cell whether it is persistent state, or could be if the profile took the process's memory for it.
func findState(s *solver) *state {
	st := &state{solver: s, marks: make([]bool, len(s.pts)-int(s.cells)), merged: map[node][]node{}}
	for _, m := range s.merges {
		for i := range m.n {
			st.merged[m.a+i] = append(st.merged[m.a+i], m.b+i)
			st.merged[m.b+i] = append(st.merged[m.b+i], m.a+i)
		}
	}
	for _, o := range s.objects {
		if o.kind == variable && s.prog.owns(o.global) {
			st.mark(o.base, o.layout.size())
		}
	}
	for _, l := range s.prog.roots(true) {
		if o := s.byLayout[l]; o != nil {
			st.mark(o.base, l.size())
		}
		for _, giver := range s.givers {
			if o := giver.gifts[l]; o != nil {
				st.mark(o.base, l.size())
			}
		}
	}
	st.close()
	return st
}

func (st *state) mark(cell node, n int32) {
	for i := range n {
		if at := cell + i - st.solver.cells; int(at) < len(st.marks) && !st.marks[at] && !st.handle(cell+i) {
			st.marks[at] = true
			st.work = append(st.work, cell+i)
		}
	}
}

// handle says that the cell holds a handle of something outside the state: a connection, a pool, a logger.
func (st *state) handle(cell node) bool {
	s := st.solver
	if s.owner[cell-s.cells] < 0 {
		return false
	}
	o := s.object(cell)
	i := int(cell - o.base)
	return i < len(o.layout.leaves) && s.prog.Dict.Opaque(o.layout.leaves[i].typ)
}

// close marks what marked cells lead to.
func (st *state) close() {
	s := st.solver
	for len(st.work) > 0 {
		cell := st.work[len(st.work)-1]
		st.work = st.work[:len(st.work)-1]
		for _, other := range st.merged[cell] {
			st.mark(other, 1)
		}
		if s.owner[cell-s.cells] < 0 {
			continue
		}
		o := s.object(cell)
		for _, h := range o.holds {
			st.mark(h.base, h.layout.size())
		}
		if int(cell-o.base) >= len(o.layout.leaves) {
			continue
		}
		l := s.prog.layouts.target(o.layout.leaves[cell-o.base].typ)
		for _, loc := range s.sets.list(s.pts[cell]) {
			if to := s.existing(loc, l); to != nil && loc >= to.base && loc < to.base+to.layout.size() {
				st.mark(loc, to.layout.size()-(loc-to.base))
			} else if to != nil {
				st.mark(to.base, to.layout.size())
			}
		}
	}
}

// owns reports whether the variable is of an own package: those of libraries are no state.
func (p *program) owns(g *ssa.Global) bool {
	return g.Pkg != nil && slices.ContainsFunc(p.Pkgs, func(pkg *packages.Package) bool { return pkg.Types == g.Pkg.Pkg })
}

// replicated reports whether the process's memory is the state.
func (p *program) replicated() bool {
	return p.Profile == nil || p.Profile.Memory == profile.Replicated
}

// existing is the object that loc leads to, nil if nothing uses it.
func (s *solver) existing(loc node, l *layout) *object {
	switch {
	case loc == anywhere:
		return s.byLayout[l]
	case loc < s.cells:
		return nil
	}
	o := s.object(loc)
	switch {
	case o.gifts == nil:
		return o
	case l != nil && l.fields != nil:
		return s.byLayout[l]
	}
	return o.gifts[l]
}

// name is how reports call a cell: "PKG.Type.field" or "PKG.var". Memory without a name of its own has that of memory which it may be.
func (st *state) name(cell node) string {
	if name := st.solver.cellName(cell); name != "" {
		return name
	}
	best := ""
	for _, other := range st.merged[cell] {
		if name := st.solver.cellName(other); name != "" && (best == "" || name < best) {
			best = name
		}
	}
	if best != "" {
		return best
	}
	if o := st.solver.owner[cell-st.solver.cells]; o >= 0 {
		ob := st.solver.objects[o]
		return "memory of type " + ob.layout.leaves[cell-ob.base].typ.String()
	}
	return "memory"
}

// cellName is the name that a cell has by itself, "" if none.
func (s *solver) cellName(cell node) string {
	if s.owner[cell-s.cells] < 0 {
		return ""
	}
	o := s.object(cell)
	if name := o.layout.leaves[cell-o.base].name; name != "" {
		return name
	}
	switch {
	case o.kind == variable:
		return o.global.Pkg.Pkg.Path() + "." + o.global.Name()
	case o.cell != 0:
		return s.cellName(o.cell)
	}
	return ""
}

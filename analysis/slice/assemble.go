package slice

import (
	"runtime"
	"sort"
	"sync"
	"sync/atomic"

	"go/types"
	"golang.org/x/tools/go/ssa"
)

// buildAll makes the parts of the graph, functions in parallel.
func (p *program) buildAll() error {
	var next atomic.Int32
	var group sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for p.ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(p.funcs) {
					return
				}
				p.build(p.funcs[i])
			}
		})
	}
	group.Wait()
	base := node(1)
	for _, f := range p.funcs {
		f.base = base
		base += f.size
	}
	p.size = base
	return p.ctx.Err()
}

// functionOf is the function to which a node belongs, nil if none.
func (p *program) functionOf(n node) *function {
	if n < 1 || n >= p.size {
		return nil
	}
	i := sort.Search(len(p.funcs), func(i int) bool { return p.funcs[i].base > n })
	return p.funcs[i-1]
}

func newSolver(p *program) *solver {
	s := &solver{
		prog: p, ctx: p.ctx, sets: newSets(), cells: p.size,
		byLayout: map[*layout]*object{}, byGlobal: map[*ssa.Global]*object{}, contents: map[node]*object{},
		coarse: map[int32]int32{}, wrappers: map[wrap]bool{}, called: map[*function]bool{}, rooted: map[*layout]bool{}, merged: map[edge]bool{}, linked: map[link]bool{},
		boxed: &layout{leaves: oneLeaf(types.NewInterfaceType(nil, nil))},
	}
	s.pts = make([]int32, p.size)
	s.done = make([]int32, p.size)
	s.uses = make([]int32, p.size)
	s.dynamic = make([]int32, p.size)
	s.queued = make([]bool, p.size)
	return s
}

// solve finds what pointers lead to, and joins functions.
func (s *solver) solve() error {
	s.anyBox = s.newObject(box, s.boxed)
	s.anyFunction = s.newObject(box, s.boxed)
	for _, g := range s.prog.globals {
		s.newVariable(g)
	}
	copies := s.known()
	s.static = newCSR(s.cells, copies)
	for _, f := range s.prog.funcs {
		s.register(f)
	}
	for _, l := range s.prog.roots(false) {
		s.rooted[l] = true
		s.sharedBy(l)
	}
	taken := map[*function]bool{}
	for _, f := range s.prog.taken {
		taken[f] = true
	}
	for _, f := range s.prog.funcs {
		s.enter(f)
		if !s.called[f] && !taken[f] && !s.prog.entries[f.ssa] {
			s.open(f, anywhere)
		}
	}
	for _, e := range s.prog.Entries {
		if f := s.prog.byFunc[e.Fn]; f != nil {
			giver := s.newObject(box, s.boxed)
			giver.gifts = map[*layout]*object{}
			s.givers = append(s.givers, giver)
			s.open(f, giver.base)
		}
	}
	if err := s.run(); err != nil {
		return err
	}
	for _, f := range s.prog.taken { // those that nothing here calls, others do
		if !s.called[f] && !s.prog.entries[f.ssa] {
			s.open(f, anywhere)
		}
	}
	return s.run()
}

// open says that f's parameters come from outside.
func (s *solver) open(f *function, loc node) {
	for i := range f.params {
		for n := f.params[i]; n < f.paramEnd(i); n++ {
			s.add(f.base+n, loc)
		}
	}
}

func (s *solver) newVariable(g *ssa.Global) {
	o := s.newObject(variable, s.prog.layouts.of(g.Type().Underlying().(*types.Pointer).Elem()))
	o.global = g
	s.byGlobal[g] = o
	s.fill(o)
}

// known lists the copies that need no pointers: within functions, and to and from the targets of calls that are known.
func (s *solver) known() []dependence {
	var copies []dependence
	join := func(from, to node, f flow) { copies = append(copies, dependence{from, to, f}) }
	for _, f := range s.prog.funcs {
		for _, e := range f.edges {
			s.link(f.base+e.from, f.base+e.to, flowPlain)
		}
		for _, e := range f.copies {
			join(f.base+e.from, f.base+e.to, flowPlain)
		}
		f.edges, f.copies = nil, nil
		for _, c := range f.calls {
			for _, g := range c.targets {
				s.called[g] = true
				s.linked[link{c, g}] = true
				s.pass(c, g, join)
			}
		}
		for _, o := range f.origins {
			for _, blk := range o.others {
				if g := s.prog.byFunc[blk.Parent()]; g != nil {
					s.link(f.base+o.node, g.base+nodeBlocks+int32(blk.Index), flowHeap)
				}
			}
		}
		for _, b := range f.binds {
			to := b.fn.base + b.fn.free[b.index]
			for i := range b.fn.freeEnd(b.index) - b.fn.free[b.index] {
				join(f.base+b.value+i, to+i, flowHeap)
			}
		}
	}
	s.graph = append(s.graph, copies...)
	return copies
}

// register notes what happens with the pointees of a function's nodes.
func (s *solver) register(f *function) {
	note := func(n node, u usage) {
		u.fn, u.next = f, s.uses[n]
		s.usages = append(s.usages, u)
		s.uses[n] = int32(len(s.usages))
	}
	for i := range f.loads {
		note(f.base+f.loads[i].ptr, usage{kind: useLoad, index: int32(i)})
	}
	for i := range f.stores {
		note(f.base+f.stores[i].ptr, usage{kind: useStore, index: int32(i)})
	}
	for i := range f.shifts {
		note(f.base+f.shifts[i].ptr, usage{kind: useShift, index: int32(i)})
	}
	for i, c := range f.calls {
		if c.dynamic && c.callee != none {
			note(f.base+c.callee, usage{kind: useCall, index: int32(i)})
		}
	}
	for _, d := range f.deeps {
		d.ptr, d.dst = d.ptr+f.base, d.dst+f.base
		note(d.ptr, usage{kind: useDeep, deep: d})
	}
}

// enter says what pointers exist at the start: to new memory, variables and functions, and those that come from outside.
func (s *solver) enter(f *function) {
	for _, a := range f.allocs {
		switch {
		case a.fn != nil:
			s.add(f.base+a.node, a.fn.base+nodeRuns)
		case a.global != nil:
			s.add(f.base+a.node, s.byGlobal[a.global].base)
		default:
			o := s.newObject(private, a.layout)
			o.instr = a.instr
			if s.rooted[a.layout] {
				s.lose(o.base)
			}
			s.add(f.base+a.node, o.base)
		}
	}
}

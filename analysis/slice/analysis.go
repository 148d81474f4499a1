package slice

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// analysis follows sources over the finished graph.
type analysis struct {
	*program
	solver  *solver
	net     *network
	calls   *calls
	state   *state
	records [][]record // by function
	origins []*origin
	starts  []*start
	sets    *sets    // of sources
	entry   []*start // by function
	visited []int32
	round   int32

	verdicts []Verdict
	writes   []Write
}

// start is a function at which operations enter, or the outermost of code that no operation reaches.
type start struct {
	fn      *function
	method  string
	outside bool // no operation enters here
	allowed []bool
	narrow  []*origin // followed within what the start runs
	near    []int32   // the functions of those, and of writes
	wide    []*origin // so common that they are followed everywhere, once for all starts
	far     []int32
}

func newAnalysis(s *solver) *analysis {
	a := &analysis{program: s.prog, solver: s, sets: newSets(), calls: newCalls(s.prog.funcs)}
	a.state = findState(s)
	a.records = s.records(a.state)
	for _, f := range s.prog.funcs {
		for _, o := range f.origins {
			o.index = int32(len(a.origins))
			a.origins = append(a.origins, o)
		}
	}
	a.network()
	return a
}

func (a *analysis) network() {
	s := a.solver
	s.graph = append(s.graph, s.summarize()...)
	n := int32(len(s.pts))
	a.net = &network{ctx: a.ctx, nodes: n, edges: newCSR(n, s.graph), fnOf: make([]int32, n), sealed: make([]bool, n)}
	s.graph = nil
	for i := range a.net.fnOf {
		a.net.fnOf[i] = -1
	}
	for _, f := range a.funcs {
		for i := range f.size {
			a.net.fnOf[f.base+i] = f.id
		}
	}
	if a.replicated() {
		for i, m := range a.state.marks {
			a.net.sealed[int(s.cells)+i] = m
		}
	}
}

func (a *analysis) run() error {
	a.findStarts()
	every := newSweep(a.net, a.sets)
	if err := a.judgeWide(every); err != nil {
		return err
	}
	if err := a.everywhere(every, true, a.origins); err != nil {
		return err
	}
	one := newSweep(a.net, a.sets)
	for _, st := range a.starts {
		a.write(every, st, st.far)
		if err := a.within(one, every, st); err != nil {
			return err
		}
	}
	return a.ctx.Err()
}

// judgeWide judges the sources that too many entries reach.
func (a *analysis) judgeWide(w *sweep) error {
	var wide []*origin
	for _, st := range a.starts {
		wide = append(wide, st.wide...)
	}
	if len(wide) == 0 {
		return nil
	}
	if err := a.everywhere(w, false, wide); err != nil {
		return err
	}
	g := a.goalsOf(wide)
	all := make([]int32, len(a.funcs))
	for i := range all {
		all[i] = int32(i)
	}
	a.note(g, w, all)
	for _, st := range a.starts {
		if len(st.wide) > 0 {
			a.noteReply(g, w, st)
			a.judge(g, st, st.wide)
		}
	}
	return nil
}

// everywhere follows sources through all code.
func (a *analysis) everywhere(w *sweep, through bool, origins []*origin) error {
	w.reset()
	w.through = through
	a.seed(w, origins)
	return w.run()
}

// within follows sources through what a start runs, then again with what state brings into it.
func (a *analysis) within(w, every *sweep, st *start) error {
	if len(st.near) == 0 {
		return nil
	}
	w.reset()
	w.allowed = st.allowed
	a.seed(w, st.narrow)
	if err := w.run(); err != nil {
		return err
	}
	g := a.goalsOf(st.narrow)
	a.note(g, w, st.near)
	if !st.outside {
		a.noteReply(g, w, st)
	}
	a.judge(g, st, st.narrow)
	w.through = true
	for n := a.solver.cells; n < a.net.nodes; n++ {
		if set := every.found[n]; set != 0 && a.net.sealed[n] {
			w.add(n, set)
			w.again(n)
		}
	}
	if err := w.run(); err != nil {
		return err
	}
	a.write(w, st, st.near)
	return nil
}

func (a *analysis) seed(w *sweep, origins []*origin) {
	for _, o := range origins {
		if o.node != none {
			w.add(o.fn.base+o.node, a.sets.single(o.index))
		}
	}
}

// result sorts what was found.
func (a *analysis) result() *Result {
	r := &Result{Verdicts: a.verdicts, Writes: a.writes}
	for _, f := range a.funcs {
		r.Unknown = append(r.Unknown, f.unknown...)
	}
	name := func(fn *ssa.Function) string {
		if f := a.byFunc[fn]; f != nil {
			return f.name
		}
		return fn.String()
	}
	slices.SortStableFunc(r.Verdicts, func(x, y Verdict) int {
		return cmp.Or(cmp.Compare(x.Source.Pos, y.Source.Pos), strings.Compare(name(x.Source.Fn), name(y.Source.Fn)),
			strings.Compare(string(x.Source.Kind), string(y.Source.Kind)), strings.Compare(name(x.Entry), name(y.Entry)))
	})
	slices.SortStableFunc(r.Writes, func(x, y Write) int {
		return cmp.Or(cmp.Compare(x.Pos, y.Pos), strings.Compare(x.Field, y.Field), strings.Compare(string(x.How), string(y.How)),
			strings.Compare(name(x.Fn), name(y.Fn)), strings.Compare(name(x.Entry), name(y.Entry)))
	})
	slices.SortStableFunc(r.Unknown, func(x, y Unknown) int {
		return cmp.Or(cmp.Compare(x.Pos, y.Pos), strings.Compare(x.Reason, y.Reason), strings.Compare(name(x.Fn), name(y.Fn)))
	})
	return r
}

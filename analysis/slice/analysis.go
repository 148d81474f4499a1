package slice

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/source"
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
	sets    *sets // of sources
	names   goalNames
	entry   []*start // by function
	tracer  *tracer
	dirty   []node // state that is contaminated
	reads   int    // of it
	froms   map[int32][]*source.Source
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
	a := &analysis{program: s.prog, solver: s, sets: newSets(), froms: map[int32][]*source.Source{}, calls: newCalls(s.prog)}
	a.state = findState(s)
	a.records = a.findRecords()
	a.nameGoals()
	if !a.replicated() {
		a.processLocal()
	}
	a.background()
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
	first, second := newSweep(a.net, a.sets), newSweep(a.net, a.sets)
	a.seed(first, a.origins)
	if err := first.everywhere(false); err != nil {
		return err
	}
	a.seed(second, a.origins)
	if err := second.everywhere(true); err != nil {
		return err
	}
	a.tracer = newTracer(a)
	a.judgeWide(first)
	one := newSweep(a.net, a.sets)
	budget := maxVisits
	a.contaminated(second)
	for _, st := range a.starts {
		if err := a.ctx.Err(); err != nil {
			return err
		}
		a.write(second, st, st.far)
		if len(st.near) == 0 {
			continue
		}
		if budget < 0 {
			a.loosely(first, second, st)
			continue
		}
		st.allowed, budget = a.allowed(st, budget)
		if err := a.within(one, second, st); err != nil {
			return err
		}
		st.allowed = nil
	}
	return a.ctx.Err()
}

// maxVisits bounds the nodes in all functions of all starts that are followed apart from each other.
const maxVisits = 10_000_000

// contaminated lists the state that the sweep reaches.
func (a *analysis) contaminated(w *sweep) {
	for n := a.solver.cells; n < a.net.nodes; n++ {
		if w.found[n] != 0 && a.state.has(n) {
			a.dirty = append(a.dirty, n)
			a.reads += len(a.net.edges.out(n))
		}
	}
}

// scope lists the functions in which the sources of a start may matter to it. What others leave in memory that is no state, operations
// find.
func (a *analysis) scope(st *start) []int32 {
	if !st.outside || a.replicated() {
		return st.near
	}
	all := make([]int32, len(a.funcs))
	for i := range all {
		all[i] = int32(i)
	}
	return all
}

// allowed marks the functions that a start runs, and takes their size from the budget.
func (a *analysis) allowed(st *start, budget int) ([]bool, int) {
	var stop func(int32) bool
	if st.outside {
		stop = a.isEntry
	}
	marks, list := spread(a.calls.callees, stop, st.fn.id)
	budget -= a.reads
	for _, f := range list {
		if st.outside && a.isEntry(f) {
			marks[f] = false
		}
		budget -= int(a.funcs[f].size)
	}
	return marks, budget
}

// judgeWide judges the sources that too many entries reach.
func (a *analysis) judgeWide(w *sweep) {
	var wide []*origin
	for _, st := range a.starts {
		wide = append(wide, st.wide...)
	}
	if len(wide) == 0 {
		return
	}
	g := a.newGoals()
	all := make([]int32, len(a.funcs))
	for i := range all {
		all[i] = int32(i)
	}
	a.note(g, w, all)
	for _, st := range a.starts {
		if len(st.wide) > 0 {
			a.noteReply(g, w, st)
		}
	}
	rows := a.reached(g, wide)
	for _, st := range a.starts {
		a.judge(rows, st, st.wide)
	}
}

// loosely judges a start by what its sources do in any code, as far as it is code that the start runs.
func (a *analysis) loosely(first, second *sweep, st *start) {
	g := a.newGoals()
	a.note(g, first, st.near)
	if !st.outside {
		a.noteReply(g, first, st)
	}
	a.judge(a.reached(g, st.narrow), st, st.narrow)
	a.write(second, st, st.near)
}

// within follows sources through what a start runs, then again with what state brings into it.
func (a *analysis) within(w, every *sweep, st *start) error {
	w.reset()
	if !st.outside || a.replicated() {
		w.allowed = st.allowed
	}
	a.seed(w, st.narrow)
	if err := w.run(); err != nil {
		return err
	}
	g := a.newGoals()
	a.note(g, w, a.scope(st))
	if !st.outside {
		a.noteReply(g, w, st)
	}
	a.judge(a.reached(g, st.narrow), st, st.narrow)
	w.through, w.allowed = true, st.allowed
	for _, n := range a.dirty {
		w.add(n, every.found[n])
		w.again(n)
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
	r := &Result{Verdicts: a.verdicts, Writes: a.writes, Unknown: a.unknowns()}
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

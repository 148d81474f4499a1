package slice

import (
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// record is a place where contamination matters: a write of one persistent cell, or a sink.
type record struct {
	fn    *function
	name  string // with "state:" and the like before it
	value node
	ptr   node
	key   node
	block node
	instr ssa.Instruction
	parts []node  // what is put into new memory that the value leads to
	deep  *access // all that its pointer leads to is written: see names
}

func (r *record) state() bool { return strings.HasPrefix(r.name, "state:") }

// ports lists the nodes whose contamination contaminates the record, and how.
func (r *record) ports(visit func(n node, how How)) {
	visit(r.value, ByValue)
	for _, cell := range r.parts {
		visit(cell, ByValue)
	}
	visit(r.ptr, ByLocation)
	visit(r.key, ByLocation)
	visit(r.block, ByOccurrence)
}

// anyState is the goal of a write that may meet more fields than are listed.
const anyState = "state:*"

// goalNames numbers the names of goals in their order.
type goalNames struct {
	list  []string
	ids   map[string]int32
	deeps map[deepKey][]int32
}

type deepKey struct {
	set    int32
	layout *layout
}

func (a *analysis) nameGoals() {
	seen := map[string]bool{anyState: true}
	cells := map[string]bool{}
	for i, m := range a.state.marks {
		if m {
			cells[a.state.name(a.solver.cells+node(i))] = true
		}
	}
	for name := range cells {
		seen["state:"+name] = true
	}
	for _, f := range a.funcs {
		for _, k := range f.sinks {
			seen[k.name] = true
		}
	}
	for _, e := range a.Entries {
		seen["reply:"+e.Method] = true
	}
	a.names = goalNames{list: sortedKeys(seen), ids: map[string]int32{}, deeps: map[deepKey][]int32{}}
	for i, name := range a.names.list {
		a.names.ids[name] = int32(i)
	}
}

// goals lists what contamination of the record contaminates.
func (a *analysis) goals(r *record) []int32 {
	if r.deep == nil {
		return []int32{a.names.ids[r.name]}
	}
	key := deepKey{a.solver.pts[r.fn.base+r.deep.ptr], r.deep.layout}
	if ids, ok := a.names.deeps[key]; ok {
		return ids
	}
	seen := map[string]bool{}
	for _, loc := range a.solver.sets.list(key.set) {
		a.solver.deepCells(loc, key.layout, func(cell node) bool {
			if a.state.has(cell) {
				seen["state:"+a.state.name(cell)] = true
			}
			return len(seen) <= maxListed
		})
	}
	var ids []int32
	if len(seen) > maxListed {
		seen = map[string]bool{anyState: true}
	}
	for _, name := range sortedKeys(seen) {
		ids = append(ids, a.names.ids[name])
	}
	a.names.deeps[key] = ids
	return ids
}

// at makes a function's node one of the whole graph.
func (f *function) at(n node) node {
	if n == none {
		return none
	}
	return f.base + n
}

// findRecords lists, by function, the places where contamination matters.
func (a *analysis) findRecords() [][]record {
	lists := make([][]record, len(a.funcs))
	for _, f := range a.funcs {
		var rs []record
		for _, k := range f.sinks {
			rs = append(rs, record{fn: f, name: k.name, value: f.at(k.value), ptr: none, key: f.at(k.key), block: f.at(k.block), instr: k.instr})
		}
		if a.replicated() {
			puts := a.puts(f)
			for i := range f.stores {
				if !f.stores[i].quiet {
					rs = a.written(rs, f, &f.stores[i], puts)
				}
			}
		}
		lists[f.id] = rs
	}
	return lists
}

// written adds the persistent cells that a write meets.
func (a *analysis) written(rs []record, f *function, acc *access, puts map[node][]node) []record {
	r := record{fn: f, name: anyState, value: f.at(acc.value), ptr: f.at(acc.ptr), key: f.at(acc.loc), block: f.at(acc.block), instr: acc.instr}
	if acc.deep {
		r.deep = acc
		return append(rs, r)
	}
	s := a.solver
	var seen []string
	for _, loc := range s.sets.list(s.pts[f.base+acc.ptr]) {
		cell, n := s.placed(loc, acc)
		for i := range n {
			if !a.state.has(cell + i) {
				continue
			}
			r.name = "state:" + a.state.name(cell+i)
			if slices.Contains(seen, r.name) {
				continue
			}
			seen = append(seen, r.name)
			if !acc.single && acc.value != none {
				r.value = f.at(acc.value + min(i, acc.width-1))
			}
			r.parts = a.newMemory(r.value, puts)
			rs = append(rs, r)
		}
	}
	return rs
}

// newMemory lists what is put into new slices and maps that n leads to.
func (a *analysis) newMemory(n node, puts map[node][]node) []node {
	if n == none {
		return nil
	}
	var values []node
	for _, loc := range a.solver.sets.list(a.solver.pts[n]) {
		values = append(values, puts[loc]...)
	}
	return values
}

// puts lists by allocated slice or map the values that f stores there.
func (a *analysis) puts(f *function) map[node][]node {
	s := a.solver
	puts := map[node][]node{}
	for i := range f.stores {
		acc := &f.stores[i]
		if acc.quiet || acc.value == none {
			continue
		}
		for _, loc := range s.sets.list(s.pts[f.base+acc.ptr]) {
			if loc < s.cells {
				continue
			}
			if o := s.object(loc); o.kind == private && o.layout.fields == nil && loc == o.base {
				puts[loc] = append(puts[loc], f.at(acc.value))
			}
		}
	}
	return puts
}

// placed is place without making objects that nothing has used.
func (s *solver) placed(loc node, a *access) (node, int32) {
	if s.existing(loc, a.layout) == nil {
		return 0, 0
	}
	return s.place(loc, a.layout, a.offset, a.width)
}

// deepCells lists the cells that loc leads to, however far, as long as visit returns true.
func (s *solver) deepCells(loc node, l *layout, visit func(node) bool) {
	seen := map[*object]bool{}
	var work []*object
	push := func(loc node, l *layout) {
		if o := s.existing(loc, l); o != nil && !seen[o] {
			seen[o] = true
			work = append(work, o)
		}
	}
	if o := s.existing(loc, l); o != nil && l != nil && o.layout.starts(loc-o.base, l) && l.size() < o.layout.size() {
		for i := range l.size() {
			cell := loc + i
			if !visit(cell) {
				return
			}
			for _, to := range s.sets.list(s.pts[cell]) {
				push(to, s.prog.layouts.target(l.leaves[i].typ))
			}
		}
	} else {
		push(loc, l)
	}
	for len(work) > 0 {
		o := work[len(work)-1]
		work = work[:len(work)-1]
		for _, h := range o.holds {
			push(h.base, nil)
		}
		for i, lf := range o.layout.leaves {
			cell := o.base + int32(i)
			if o.kind != box && !visit(cell) {
				return
			}
			for _, to := range s.sets.list(s.pts[cell]) {
				push(to, s.prog.layouts.target(lf.typ))
			}
		}
	}
}

func (st *state) has(cell node) bool {
	at := cell - st.solver.cells
	return at >= 0 && int(at) < len(st.marks) && st.marks[at]
}

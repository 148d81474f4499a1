package analysis

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/points"
)

// memory is a contaminated cell as a place of a path.
type memory struct{ addr points.Addr }

// mark is a write that contaminates a cell. Only what can run after it sees it; what runs after no instruction in particular has none.
type mark struct {
	moment
	srcs
}

// setMem contaminates a cell by the instruction; nil is before all others.
func (t *taint) setMem(a points.Addr, s srcs, from any, in ssa.Instruction, what string) {
	if s.empty() {
		return
	}
	cells := t.mem[a.Obj]
	if cells == nil {
		cells = map[string][]mark{}
		t.mem[a.Obj] = cells
	}
	now := moment{t.site, in}
	i := slices.IndexFunc(cells[a.Path], func(m mark) bool { return m.moment == now })
	if i < 0 {
		i = len(cells[a.Path])
		cells[a.Path] = append(cells[a.Path], mark{moment: now})
	}
	m := &cells[a.Path][i]
	if m.covers(s) {
		return
	}
	pos := token.NoPos
	if in != nil {
		pos = in.Pos()
	}
	t.trace(memory{a}, s.minus(m.srcs), from, pos, what)
	m.srcs = m.or(s)
	t.changed = true
}

// load is the contamination of what the cells hold when the instruction runs, with one contaminated cell for the path.
func (t *taint) load(addrs []points.Addr, at ssa.Instruction) (srcs, any) {
	var out srcs
	var from any
	for _, a := range addrs {
		for path, marks := range t.mem[a.Obj] {
			if !points.Overlap(path, a.Path) {
				continue
			}
			for _, m := range marks {
				if out.covers(m.srcs) || m.in != nil && !t.order.after(m.moment, moment{t.site, at}) {
					continue
				}
				out = out.or(m.srcs)
				if c := (memory{points.Addr{Obj: a.Obj, Path: path}}); from == nil || c.addr.Less(from.(memory).addr) {
					from = c
				}
			}
		}
	}
	return out, from
}

// deep is the contamination of v and of all memory that can be reached through it when the instruction runs.
func (t *taint) deep(v ssa.Value, at ssa.Instruction) srcs {
	out := t.get(v)
	if !points.Pointed(v.Type()) || t.p.opaque(v.Type()) || len(t.mem) == 0 {
		return out
	}
	seen := map[points.Addr]bool{}
	stack := slices.Clone(t.p.graph.Of(v)) // what is popped off the graph's own list would be overwritten
	for len(stack) > 0 {
		a := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen[a] || t.p.opaque(a.Obj.Type) {
			continue
		}
		seen[a] = true
		s, _ := t.load([]points.Addr{a}, at)
		out = out.or(s)
		stack = append(stack, t.p.graph.Load(a)...)
	}
	return out
}

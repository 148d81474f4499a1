package slice

import (
	"slices"
	"strings"
)

// tracer finds shortest paths from sources to what they contaminate.
type tracer struct {
	*analysis
	list    []*record
	records []int32 // of each node: one more than the record of which it is a port
	stamp   []int32
	parent  []int32
	round   int32
	trails  map[*function]*builder
}

// maxSearch bounds the nodes that are looked at for one trace.
const maxSearch = 100_000

func newTracer(a *analysis) *tracer {
	t := &tracer{analysis: a, records: make([]int32, a.net.nodes), trails: map[*function]*builder{}}
	t.stamp, t.parent = make([]int32, 2*a.net.nodes), make([]int32, 2*a.net.nodes)
	for _, rs := range a.records {
		for i := range rs {
			t.list = append(t.list, &rs[i])
			rs[i].ports(func(n node, _ How) {
				if n >= 0 && n < t.solver.cells && t.records[n] == 0 {
					t.records[n] = int32(len(t.list))
				}
			})
		}
	}
	return t
}

// explain fills in the trace of a verdict, and whether all of it must happen.
func (t *tracer) explain(v *Verdict, o *origin, st *start) {
	if o.node == none || len(v.Reaches) == 0 {
		return
	}
	wanted := func(n node) bool {
		r := t.records[n]
		return r > 0 && (!st.outside || t.list[r-1].state()) && (st.allowed == nil || st.allowed[t.list[r-1].fn.id])
	}
	path := t.search(o.fn.base+o.node, st, wanted)
	if path == nil && !st.outside && slices.Contains(v.Reaches, "reply:"+st.method) {
		f := st.fn
		path = t.search(o.fn.base+o.node, st, func(n node) bool {
			return n == f.base+f.reply && f.reply != none || n >= f.base+f.results && n < f.base+f.results+f.width
		})
	}
	if path == nil {
		return
	}
	w := &walk{tracer: t, start: st, path: path}
	w.run(o)
	v.Trace, v.Must = w.steps, w.must
}

// search lists the nodes of a shortest path to a node that is wanted, nil if there is none nearby.
func (t *tracer) search(from node, st *start, wanted func(node) bool) []node {
	t.round++
	queue := []int32{from}
	t.stamp[from], t.parent[from] = t.round, -1
	for i := 0; i < len(queue) && i < maxSearch; i++ {
		at := queue[i]
		n, down := t.net.split(at)
		if i > 0 && wanted(n) {
			return t.back(at)
		}
		if t.net.sealed[n] {
			continue
		}
		for _, e := range t.net.edges.out(n) {
			if to, ok := t.net.followed(e, down, st.allowed); ok && t.stamp[to] != t.round {
				t.stamp[to], t.parent[to] = t.round, at
				queue = append(queue, to)
			}
		}
	}
	return nil
}

func (t *tracer) back(at int32) []node {
	var path []node
	for ; at >= 0; at = t.parent[at] {
		n, _ := t.net.split(at)
		path = append(path, n)
	}
	slices.Reverse(path)
	return path
}

// trail is f built again, with the instruction of each node.
func (t *tracer) trail(f *function) *builder {
	b := t.trails[f]
	if b == nil {
		copied := &function{ssa: f.ssa, id: f.id, name: f.name}
		b = &builder{program: t.quiet(), f: copied, keep: true}
		b.run()
		t.trails[f] = b
	}
	return b
}

// quiet is the program without sources, so that they are not looked for again; their nodes come last.
func (t *tracer) quiet() *program {
	p := &program{
		Config: t.Config, ctx: t.ctx, own: t.own, layouts: t.layouts, entries: t.entries, byFunc: t.byFunc, taken: t.taken, impls: t.impls,
	}
	p.Sources = nil
	return p
}

// goal is how a trace names what a record is about.
func goal(name string) string {
	for _, prefix := range []string{"state:", "nested:", "effect:", "reply:"} {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			return rest
		}
	}
	return name
}

package slice

import (
	"slices"
	"strings"
)

// goals collects what each source reaches.
type goals map[int32]map[string]bool

func (a *analysis) goalsOf(origins []*origin) goals {
	g := goals{}
	for _, o := range origins {
		g[o.index] = map[string]bool{}
	}
	return g
}

// note adds the goals among the records of some functions.
func (a *analysis) note(g goals, w *sweep, funcs []int32) {
	for _, f := range funcs {
		for i := range a.records[f] {
			r := &a.records[f][i]
			r.ports(func(n node, _ How) { a.noteSet(g, w.of(n), r.name) })
		}
	}
}

func (a *analysis) noteSet(g goals, set int32, name string) {
	for _, i := range a.sets.list(set) {
		if m := g[i]; m != nil {
			m[name] = true
		}
	}
}

// noteReply adds the reply of an entry.
func (a *analysis) noteReply(g goals, w *sweep, st *start) {
	f := st.fn
	for i := range f.width {
		a.noteSet(g, w.of(f.base+f.results+i), "reply:"+st.method)
	}
	if f.reply != none {
		a.noteSet(g, w.of(f.base+f.reply), "reply:"+st.method)
	}
}

// judge makes the verdicts of sources for a start.
func (a *analysis) judge(g goals, st *start, origins []*origin) {
	for _, o := range origins {
		v := Verdict{Source: o.source, Entry: st.fn.ssa, Reaches: sortedKeys(g[o.index])}
		if st.outside {
			v.Reaches = slices.DeleteFunc(v.Reaches, func(s string) bool { return !strings.HasPrefix(s, "state:") })
			if len(v.Reaches) == 0 {
				continue
			}
		}
		if len(v.Reaches) > maxListed {
			v.More = len(v.Reaches) - maxListed
			v.Reaches = v.Reaches[:maxListed:maxListed]
		}
		a.verdicts = append(a.verdicts, v)
	}
}

package slice

import (
	"math/bits"
	"strings"
)

// goals collects, as bits, what sets of sources reach.
type goals struct {
	width int
	rows  map[int32][]uint64 // by set
}

func (a *analysis) newGoals() *goals {
	return &goals{width: (len(a.names.list) + 63) / 64, rows: map[int32][]uint64{}}
}

func (g *goals) add(set, goal int32) {
	if set == 0 {
		return
	}
	row := g.rows[set]
	if row == nil {
		row = make([]uint64, g.width)
		g.rows[set] = row
	}
	row[goal/64] |= 1 << (goal % 64)
}

// reached lists for each of some sources what it reaches.
func (a *analysis) reached(g *goals, origins []*origin) map[int32][]uint64 {
	rows := make(map[int32][]uint64, len(origins))
	for _, o := range origins {
		rows[o.index] = make([]uint64, g.width)
	}
	for set, goals := range g.rows {
		for _, i := range a.sets.list(set) {
			if row := rows[i]; row != nil {
				for k, word := range goals {
					row[k] |= word
				}
			}
		}
	}
	return rows
}

// note adds the goals among the records of some functions.
func (a *analysis) note(g *goals, w *sweep, funcs []int32) {
	for _, f := range funcs {
		for i := range a.records[f] {
			r := &a.records[f][i]
			set := int32(0)
			r.ports(func(n node, _ How) { set = a.sets.union(set, w.of(n)) })
			if set == 0 {
				continue
			}
			for _, id := range a.goals(r) {
				g.add(set, id)
			}
		}
	}
}

// noteReply adds the reply of an entry.
func (a *analysis) noteReply(g *goals, w *sweep, st *start) {
	f, id := st.fn, a.names.ids["reply:"+st.method]
	for i := range f.width {
		g.add(w.of(f.base+f.results+i), id)
	}
	if !f.caught {
		g.add(w.of(f.base+nodePanics), id)
	}
	if f.reply != none {
		g.add(w.of(f.base+f.reply), id)
	}
}

// judge makes the verdicts of sources for a start.
func (a *analysis) judge(rows map[int32][]uint64, st *start, origins []*origin) {
	for _, o := range origins {
		v := Verdict{Source: o.source, Entry: st.fn.ssa}
		for i, word := range rows[o.index] {
			for ; word != 0; word &= word - 1 {
				name := a.names.list[i*64+bits.TrailingZeros64(word)]
				switch {
				case st.outside && !strings.HasPrefix(name, "state:"), strings.HasPrefix(name, "reply:") && name[6:] != st.method:
				case len(v.Reaches) == maxListed:
					v.More++
				default:
					v.Reaches = append(v.Reaches, name)
				}
			}
		}
		if !st.outside || len(v.Reaches) > 0 {
			a.tracer.explain(&v, o, st)
			a.verdicts = append(a.verdicts, v)
		}
	}
}

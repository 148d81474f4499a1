package slice

import (
	"go/token"

	"github.com/midas-tiers/midas/analysis/source"
)

var hows = [...]How{ByValue, ByLocation, ByOccurrence}

// write lists the contaminated writes of a start in some functions.
func (a *analysis) write(w *sweep, st *start, funcs []int32) {
	for _, f := range funcs {
		for i := range a.records[f] {
			r := &a.records[f][i]
			if !r.state() {
				continue
			}
			for _, how := range hows {
				set := int32(0)
				r.ports(func(n node, h How) {
					if h == how {
						set = a.sets.union(set, w.of(n))
					}
				})
				if set != 0 {
					for _, id := range a.goals(r) {
						a.writes = append(a.writes, a.newWrite(r, a.names.list[id], how, st, set))
					}
				}
			}
		}
	}
}

func (a *analysis) newWrite(r *record, name string, how How, st *start, set int32) Write {
	return Write{
		Field: name[len("state:"):], How: how, Entry: st.fn.ssa, Fn: r.fn.ssa, Pos: r.pos(),
		From: a.from(set), More: max(0, len(a.sets.list(set))-maxListed),
	}
}

// from lists the first sources of a set; writes share the lists.
func (a *analysis) from(set int32) []*source.Source {
	if from, ok := a.froms[set]; ok {
		return from
	}
	list := a.sets.list(set)
	from := make([]*source.Source, min(len(list), maxListed))
	for i := range from {
		from[i] = a.origins[list[i]].source
	}
	a.froms[set] = from
	return from
}

// pos is where the write stands in the text.
func (r *record) pos() token.Pos {
	if r.instr == nil {
		return r.fn.ssa.Pos()
	}
	if p := r.instr.Pos(); p.IsValid() {
		return p
	}
	return r.fn.ssa.Pos()
}

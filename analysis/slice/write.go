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
						a.writes = append(a.writes, a.contaminated(r, a.names.list[id], how, st, set))
					}
				}
			}
		}
	}
}

func (a *analysis) contaminated(r *record, name string, how How, st *start, set int32) Write {
	list := a.sets.list(set)
	wr := Write{Field: name[len("state:"):], How: how, Entry: st.fn.ssa, Fn: r.fn.ssa, Pos: r.pos()}
	if len(list) > maxListed {
		wr.More = len(list) - maxListed
		list = list[:maxListed]
	}
	wr.From = make([]*source.Source, len(list))
	for i, o := range list {
		wr.From[i] = a.origins[o].source
	}
	return wr
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

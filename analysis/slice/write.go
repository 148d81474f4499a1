package slice

import (
	"go/token"

	"github.com/midas-tiers/midas/analysis/source"
)

// writeKey is what makes two contaminated writes the same.
type writeKey struct {
	field int32
	how   How
	fn    *function
	pos   token.Pos
}

// write lists the contaminated writes of a start in some functions.
func (a *analysis) write(w *sweep, st *start, funcs []int32) {
	var keys []writeKey
	found := map[writeKey]int32{}
	for _, f := range funcs {
		for i := range a.records[f] {
			r := &a.records[f][i]
			if !r.state() {
				continue
			}
			r.ports(func(n node, how How) {
				set := w.of(n)
				if set == 0 {
					return
				}
				for _, id := range a.goals(r) {
					key := writeKey{id, how, r.fn, r.pos()}
					if found[key] == 0 {
						keys = append(keys, key)
					}
					found[key] = a.sets.union(found[key], set)
				}
			})
		}
	}
	for _, k := range keys {
		set := found[k]
		a.writes = append(a.writes, Write{
			Field: a.names.list[k.field][len("state:"):], How: k.how, Entry: st.fn.ssa, Fn: k.fn.ssa, Pos: k.pos,
			From: a.from(set), More: max(0, len(a.sets.list(set))-maxListed),
		})
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

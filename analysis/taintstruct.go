package analysis

import (
	"go/types"
	"strconv"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/points"
)

// part is field i of a struct value. Values that are loaded, passed and stored as a whole keep their fields apart; others do not.
type part struct {
	place
	i int
}

// fieldsOf is typ as a struct, nil if it is none or one of a library, such as time.Time.
func (t *taint) fieldsOf(typ types.Type) *types.Struct {
	st, ok := typ.Underlying().(*types.Struct)
	if n := namedType(typ); !ok || n != nil && t.p.own[n.Obj().Pkg()] == nil {
		return nil
	}
	return st
}

// field is the contamination of field i of a struct value.
func (t *taint) field(v ssa.Value, i int) srcs {
	at := t.place(v)
	return t.whole[at].or(t.parts[part{at, i}])
}

func (t *taint) setField(at place, st *types.Struct, i int, s srcs, from any, what string) {
	if !points.Pointed(st.Field(i).Type()) {
		s = s.minus(one(remade))
	}
	k := part{at, i}
	if s.empty() || t.parts[k].covers(s) {
		return
	}
	t.parts[k] = t.parts[k].or(s)
	t.changed = true
	t.mark(at, s, from, what)
}

// copyStruct gives a struct value the contamination of another, field by field; any other value as a whole.
func (t *taint) copyStruct(to place, v ssa.Value, what string) {
	st := t.fieldsOf(v.Type())
	if st == nil {
		t.setPlace(to, t.get(v), v, what)
		return
	}
	for i := range st.NumFields() {
		t.setField(to, st, i, t.field(v, i), v, what)
	}
}

// loadStruct reads a struct from memory, field by field.
func (t *taint) loadStruct(in *ssa.UnOp, st *types.Struct) {
	for i := range st.NumFields() {
		s, from := t.load(fieldCells(t.p.graph.Of(in.X), i), in)
		t.setField(t.place(in), st, i, s, from, "read")
	}
}

func fieldCells(addrs []points.Addr, i int) []points.Addr {
	out := make([]points.Addr, len(addrs))
	for k, a := range addrs {
		out[k] = a.In("." + strconv.Itoa(i))
	}
	return out
}

package analysis

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/points"
)

// everything is the place that meets all others.
const everything = "*"

// footprint is the persistent places that a sliver may touch. A place is a field, or a field's entry and what belongs to it under
// one key of the request: "pkg.Type.field[Path]".
//
// Two slivers that touch the same memory have places that meet. For memory without a key of its own that holds because all name its
// field. Memory has a key if it is an entry of a map, or an object that is kept under one key of one map only (belong.go); whoever
// touches it names either the whole field or the field with that key.
type footprint struct{ reads, writes, contaminated []string }

// footprint names what the sliver reads, what it writes, and what its tape reads or writes.
func (p *program) footprint(s *sliver) footprint {
	b := footprintBuilder{p: p, s: s, reads: map[string]bool{}, writes: map[string]bool{}, taped: map[string]bool{}}
	for _, fn := range s.funcs {
		for in := range instructions(fn) {
			if s.region[in] {
				b.add(in)
			}
		}
	}
	b.addHeaders()
	f := footprint{sortedKeys(b.reads), sortedKeys(b.writes), sortedKeys(b.taped)}
	if p.drawsUnwritable(s) { // the whole state is sent in place of the trace
		f.writes, f.contaminated = []string{everything}, []string{everything}
	}
	return f
}

// FieldOf is a place without its key: the field or variable.
func FieldOf(place string) string {
	field, _, _ := strings.Cut(place, "[")
	return field
}

type footprintBuilder struct {
	p                    *program
	s                    *sliver
	reads, writes, taped map[string]bool
	headers              []ssa.Instruction
}

func (b *footprintBuilder) add(in ssa.Instruction) {
	if b.p.unseen(b.s.entry, in) {
		b.name(b.writes, in, []string{everything})
	}
	keys := b.p.keysAt(b.s.entry, in)
	if keys == nil && b.p.loadsHeader(in) {
		b.headers = append(b.headers, in)
		return
	}
	if b.onTape(in) && keys != nil && keys.library {
		keys = nil // undone as a whole
	}
	e := b.p.touched(in)
	if keys != nil && keys.library {
		e = b.p.entryEffect(in)
	}
	for _, a := range e.reads {
		b.name(b.reads, in, b.p.placeNames(a, keys))
	}
	for _, a := range e.writes {
		b.name(b.writes, in, b.p.placeNames(a, keys))
	}
}

func (b *footprintBuilder) onTape(in ssa.Instruction) bool {
	return b.p.taped.order[b.s] != nil && b.p.taped.fresh(in)
}

func (b *footprintBuilder) name(set map[string]bool, in ssa.Instruction, names []string) {
	addAll(set, names)
	if b.onTape(in) {
		addAll(b.taped, names)
	}
}

// addHeaders adds the loads of maps out of fields. Only an assignment to the field conflicts with one, and that writes the whole field,
// so such a load adds nothing to a sliver that has keys of the field.
func (b *footprintBuilder) addHeaders() {
	keyed := map[string][]string{}
	for _, place := range union(sortedKeys(b.reads), sortedKeys(b.writes)) {
		if field := FieldOf(place); field != place {
			keyed[field] = append(keyed[field], place)
		}
	}
	for _, in := range b.headers {
		for _, a := range b.p.effectOf(in).reads {
			for _, n := range b.p.state.cellNames(a.Addr, a.typ) {
				if keyed[n] == nil {
					b.name(b.reads, in, []string{n})
				} else {
					b.name(b.reads, in, keyed[n])
				}
			}
		}
	}
}

// touched is the instruction's effect with what it reads of memory that an earlier sliver has begun to look at: the steps of a range, the
// bytes of a slice that becomes text.
func (p *program) touched(in ssa.Instruction) *effect {
	e := p.effectOf(in)
	switch in := in.(type) {
	case *ssa.Next:
		if r, ok := in.Iter.(*ssa.Range); ok {
			return p.effectOf(r)
		}
	case *ssa.Convert:
		if _, ok := in.X.Type().Underlying().(*types.Slice); ok {
			e.read(p.graph.Of(in.X), points.Elem, nil)
		}
	}
	return e
}

// loadsHeader says that the instruction loads a map out of memory that has no key of its own.
func (p *program) loadsHeader(in ssa.Instruction) bool {
	load, ok := in.(*ssa.UnOp)
	if !ok {
		return false
	}
	_, isMap := load.Type().Underlying().(*types.Map)
	return isMap && !slices.ContainsFunc(p.effectOf(in).reads, func(a access) bool { return p.keepings().belongs(a.Obj) })
}

// placeNames are the places of a cell: fields, or those fields under the keys.
func (p *program) placeNames(a access, keys *keys) []string {
	if keys == nil {
		return p.state.cellNames(a.Addr, a.typ)
	}
	names := p.state.cellNames(a.Addr, a.typ)
	if keys.entry && !keys.library && len(names) > 0 { // all who touch an entry name the fields that lead to the map
		names = p.state.ownerNames(a.Obj)
	}
	var out []string
	for _, n := range names {
		for _, path := range keys.paths {
			out = append(out, n+"["+path+"]")
		}
	}
	return out
}

// unseen says that the instruction may touch what no place stands for and its order with others matters: by a function that is not
// known, by a channel that others use, or in memory that is not state although handlers write it.
func (p *program) unseen(e *entry, in ssa.Instruction) bool {
	eff := p.effectOf(in)
	if p.hidden(eff.reads) || p.hidden(eff.writes) {
		return true
	}
	switch in := in.(type) {
	case *ssa.Send:
		return p.shared(e, in.Chan)
	case *ssa.Select:
		return slices.ContainsFunc(in.States, func(s *ssa.SelectState) bool { return p.shared(e, s.Chan) })
	case *ssa.UnOp:
		_, isChan := in.X.Type().Underlying().(*types.Chan)
		return isChan && p.shared(e, in.X)
	case ssa.CallInstruction:
		if b, ok := in.Common().Value.(*ssa.Builtin); ok && b.Name() == "close" {
			return p.shared(e, in.Common().Args[0])
		}
		return slices.ContainsFunc(p.calls[in].externs, func(x extern) bool { return !x.known })
	}
	return false
}

// shared says that the channel may be one that others than the entry's operation use. Those that a known library made tell the time
// or a context's end.
func (p *program) shared(e *entry, ch ssa.Value) bool {
	if call, ok := ch.(*ssa.Call); ok && len(p.calls[call].bodies) == 0 {
		return false
	}
	held := p.graph.Of(ch)
	return len(held) == 0 || slices.ContainsFunc(held, func(a points.Addr) bool {
		made, ok := a.Obj.Site.(ssa.Instruction)
		return !ok || !e.tree[made.Parent()] || slices.ContainsFunc(p.graph.Holders(a.Obj), p.state.persistent)
	})
}

package source

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// wiped proves that what a pool gives is emptied before anything else is done with it: a buffer that is reset, or a struct that is
// assigned as a whole.
func (s *scope) wiped(src *Source, site ssa.CallInstruction) {
	v := site.Value()
	if v == nil {
		return
	}
	for _, ref := range referrers(v) {
		got, ok := ref.(*ssa.TypeAssert)
		if !ok || got.CommaOk {
			if _, debug := ref.(*ssa.DebugRef); debug {
				continue
			}
			return
		}
		if !s.emptied(got) {
			return
		}
	}
	src.Harmless = "what the pool gives is emptied before it is used"
}

// emptied: one use of v empties it and comes before all others, a deferred Put aside.
func (s *scope) emptied(v ssa.Value) bool {
	uses := s.usesOf(v, 0)
	for _, in := range uses {
		if empties(in) && s.first(in, uses) {
			return true
		}
	}
	return false
}

// usesOf follows v through the variable that holds it.
func (s *scope) usesOf(v ssa.Value, depth int) []ssa.Instruction {
	var out []ssa.Instruction
	for _, ref := range referrers(v) {
		st, ok := ref.(*ssa.Store)
		cell, local := (*ssa.Alloc)(nil), false
		if ok && st.Val == v {
			cell, local = st.Addr.(*ssa.Alloc)
		}
		if !local || depth > 1 {
			if _, debug := ref.(*ssa.DebugRef); !debug {
				out = append(out, ref)
			}
			continue
		}
		for _, use := range referrers(cell) {
			if load, ok := use.(*ssa.UnOp); ok {
				out = append(out, s.usesOf(load, depth+1)...)
			}
		}
	}
	return out
}

func (s *scope) first(in ssa.Instruction, uses []ssa.Instruction) bool {
	for _, other := range uses {
		if other == in || puts(other) {
			continue
		}
		if in.Block() == other.Block() {
			if s.flow(in.Parent()).at[other] < s.flow(in.Parent()).at[in] {
				return false
			}
		} else if in.Parent() != other.Parent() || !in.Block().Dominates(other.Block()) {
			return false
		}
	}
	return true
}

// empties: x.Reset() of a buffer, or *x = T{}.
func empties(in ssa.Instruction) bool {
	switch in := in.(type) {
	case *ssa.Call:
		if f := called(&in.Call); f != nil {
			switch f.FullName() {
			case "(*bytes.Buffer).Reset", "(*strings.Builder).Reset":
				return true
			}
		}
	case *ssa.Store:
		switch in.Addr.(type) {
		case *ssa.TypeAssert, *ssa.UnOp:
			_, zero := in.Val.(*ssa.Const)
			return zero
		}
	}
	return false
}

// puts: the value is given back, perhaps as an interface.
func puts(in ssa.Instruction) bool {
	if boxed, ok := in.(*ssa.MakeInterface); ok {
		for _, ref := range referrers(boxed) {
			if !puts(ref) {
				return false
			}
		}
		return types.IsInterface(boxed.Type())
	}
	site, ok := in.(ssa.CallInstruction)
	if !ok {
		_, debug := in.(*ssa.DebugRef)
		return debug
	}
	f := called(site.Common())
	return f != nil && f.FullName() == "(*sync.Pool).Put"
}

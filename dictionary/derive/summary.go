package main

import (
	"go/types"
	"math/bits"

	"golang.org/x/tools/go/ssa"
)

// places is a set of memories, two for each operand: bit 2i is what operand i points to, bit 2i+1 what can be reached from there by
// following pointers.
type places uint32

// maxOperands is how many operands are told apart; those beyond share the last place.
const maxOperands = 16

// deps is what a value depends on: bits 0 to 15 are operands, those from kindBit on are kinds of sources.
type deps uint64

const kindBit = 16

const operandDeps deps = 1<<kindBit - 1

func (d deps) kinds() deps { return d &^ operandDeps }

func operandPlace(i int) places { return 1 << (2 * min(i, maxOperands-1)) }

func deepPlace(i int) places { return operandPlace(i) << 1 }

func operandDep(i int) deps { return 1 << min(i, maxOperands-1) }

// operands calls f for every operand of which m has a place.
func (m places) operands(f func(i int)) {
	for i := range maxOperands {
		if m&(3<<(2*i)) != 0 {
			f(i)
		}
	}
}

// operands calls f for every operand in d.
func (d deps) operands(f func(i int)) {
	for m := uint(d & operandDeps); m != 0; m &= m - 1 {
		f(bits.TrailingZeros(m))
	}
}

// val is what is known of an SSA value. What is stored through a value is kept apart from where the value came from, so that it flows back
// to the memory's owner while the rest does not.
type val struct {
	at, leads    places // where it points to, and what can be reached from there
	d            deps   // what it, and what it leads to, depends on
	stored       deps   // what has been stored in the memory that it leads to
	storedPlaces places // the memory that stored pointers lead to
}

func (v val) deps() deps { return v.d | v.stored }

func (v val) reach() places { return v.leads | v.storedPlaces }

func (v val) join(w val) val {
	return val{v.at | w.at, v.leads | w.leads, v.d | w.d, v.stored | w.stored, v.storedPlaces | w.storedPlaces}
}

// result is what a summary says of one result.
type result struct {
	at, leads places
	d         deps
	origin    origin // of a function or interface: what may be called when it is called
}

// callback is what a summary says of an operand that is called, or of which a method is called.
type callback struct {
	methods map[*types.Func]bool
	guess   deps // kinds that reach its results if it is one of the standard library's own
	effect  bool // one of those acts on the outside
}

// summary is what a function does to its operands and results. Free variables come after the parameters.
type summary struct {
	results  []result
	mutated  places
	content  [maxOperands]deps   // what is stored in memory of operand i
	keeps    [maxOperands]places // the memory that pointers lead to which are stored there
	calls    [maxOperands]*callback
	goes     uint16 // operands called on another goroutine
	external bool
	stops    map[*barrier]bool
}

// emits are the kinds that a call of the function can bring in.
func (s *summary) emits() deps {
	var d deps
	for _, r := range s.results {
		d |= r.d
	}
	for _, c := range s.content {
		d |= c
	}
	return d.kinds()
}

// pointers reports whether values of type t can lead to memory. Text cannot: nobody writes it.
func pointers(t types.Type) bool { return pointersIn(t, 0) }

func pointersIn(t types.Type, depth int) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() == types.UnsafePointer || u.Kind() == types.Uintptr
	case *types.Array:
		return pointersIn(u.Elem(), depth+1)
	case *types.Struct:
		for f := range u.Fields() {
			if pointersIn(f.Type(), depth+1) {
				return true
			}
		}
		return false
	case *types.Tuple:
		for v := range u.Variables() {
			if pointersIn(v.Type(), depth+1) {
				return true
			}
		}
		return false
	}
	return true
}

// holds reports whether values of type t can lead to functions or interfaces.
func holds(t types.Type) bool { return holding(t, map[types.Type]bool{}) }

func holding(t types.Type, seen map[types.Type]bool) bool {
	if seen[t] {
		return false
	}
	seen[t] = true
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() == types.UnsafePointer || u.Kind() == types.Uintptr
	case *types.Pointer:
		return holding(u.Elem(), seen)
	case *types.Slice:
		return holding(u.Elem(), seen)
	case *types.Array:
		return holding(u.Elem(), seen)
	case *types.Chan:
		return holding(u.Elem(), seen)
	case *types.Map:
		return holding(u.Key(), seen) || holding(u.Elem(), seen)
	case *types.Struct:
		for f := range u.Fields() {
			if holding(f.Type(), seen) {
				return true
			}
		}
		return false
	}
	return true
}

// operandsOf are a function's operands: parameters, then free variables.
func operandsOf(fn *ssa.Function) []ssa.Value {
	var out []ssa.Value
	for _, p := range fn.Params {
		out = append(out, p)
	}
	for _, v := range fn.FreeVars {
		out = append(out, v)
	}
	return out
}

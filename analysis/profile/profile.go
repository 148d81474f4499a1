package profile

import (
	"cmp"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
)

// Profile is one row of knowledge for each kind of program: where operations enter, what persists, what leaves.
type Profile struct {
	Name string
	// Reply says that what an entry returns persists.
	Reply bool
	// Memory says what the process's own memory is.
	Memory Memory
	// Write says that the call writes persistent state outside of the process's memory, such as a store's Set: the state's name, such as
	// KVStore.
	Write func(callee *types.Func, site *ssa.CallCommon) (state string, ok bool)
	// Nested says that the call sends a request to another service or starts another unit of work: a gRPC stub, an activity. Its method.
	Nested func(callee *types.Func, site *ssa.CallCommon) (method string, ok bool)
	// Recorded says that the platform runs the functions which the call is given once, and gives everybody what they returned: sources
	// inside them do not matter. Nil if there is no such call.
	Recorded func(callee *types.Func) bool

	find func(*search)
}

// Note is something that Entries has to say, such as that it found none.
type Note struct {
	Pos  token.Pos // NoPos if it concerns the program
	Text string
}

// Entries lists the functions at which operations enter the own packages pkgs, sorted by method and name. There is a note if there are none.
func (p *Profile) Entries(prog *ssa.Program, pkgs []*packages.Package) ([]Entry, []Note) {
	s := newSearch(prog, pkgs)
	p.find(s)
	slices.SortFunc(s.entries, func(a, b Entry) int {
		return cmp.Or(strings.Compare(a.Method, b.Method), strings.Compare(a.Fn.String(), b.Fn.String()), cmp.Compare(a.Fn.Pos(), b.Fn.Pos()))
	})
	s.entries = slices.Compact(s.entries)
	slices.SortFunc(s.notes, func(a, b Note) int { return cmp.Or(cmp.Compare(a.Pos, b.Pos), strings.Compare(a.Text, b.Text)) })
	return s.entries, s.notes
}

// Memory of the process, as an operation finds it.
type Memory int

// What memory is.
const (
	Replicated Memory = iota // it is the state: what receivers, pointer parameters and package variables reach (grpc, raftfsm, func)
	Local                    // it is no state, and differs between processes (cosmos, temporal, fabric)
)

// Entry is a function at which operations enter.
type Entry struct {
	Fn     *ssa.Function
	Method string // full gRPC method, or the function's name
}

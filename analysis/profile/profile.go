package profile

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// Profile is one row of knowledge for each kind of program: where operations enter, what persists, what leaves.
type Profile struct {
	Name string
	// Reply says that what an entry returns persists.
	Reply bool
	// Memory says what the process's own memory is.
	Memory Memory
	// Write says that the call writes persistent state outside of the process's memory, such as a store's Set: its name, "state:KVStore" like.
	Write func(callee *types.Func, site *ssa.CallCommon) (state string, ok bool)
	// Nested says that the call sends a request to another service or starts another unit of work: a gRPC stub, an activity. Its method.
	Nested func(callee *types.Func, site *ssa.CallCommon) (method string, ok bool)
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

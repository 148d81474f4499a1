package profile

import "go/types"

const (
	raftPath   = "github.com/hashicorp/raft"
	dragonPath = "github.com/lni/dragonboat/statemachine"
)

// raftEntries are the methods by which hashicorp/raft and dragonboat apply what the log orders.
func raftEntries(s *search) {
	for _, d := range s.decls {
		if d.obj.Signature().Recv() != nil && (appliesLog(d.obj) || updates(d.obj)) {
			s.add(d.fn, "")
		}
	}
	s.noneFound("no own type has the Apply of hashicorp/raft's FSM or the Update of a dragonboat state machine")
}

// appliesLog: Apply(*raft.Log) any, ApplyBatch([]*raft.Log) []any, StoreConfiguration(uint64, raft.Configuration).
func appliesLog(f *types.Func) bool {
	switch f.Name() {
	case "Apply":
		return f.Signature().Params().Len() == 1 && is(param(f, 0), "Log", raftPath)
	case "ApplyBatch":
		list, ok := param(f, 0).(*types.Slice)
		return ok && is(list.Elem(), "Log", raftPath)
	case "StoreConfiguration":
		return f.Signature().Params().Len() == 2 && is(param(f, 1), "Configuration", raftPath)
	}
	return false
}

// updates: Update of IStateMachine, IConcurrentStateMachine or IOnDiskStateMachine, whose parameter or result tells the library.
func updates(f *types.Func) bool {
	res := f.Signature().Results()
	if f.Name() != "Update" || f.Signature().Params().Len() != 1 || res.Len() == 0 {
		return false
	}
	if list, ok := res.At(0).Type().(*types.Slice); ok {
		return is(list.Elem(), "Entry", dragonPath)
	}
	return is(res.At(0).Type(), "Result", dragonPath)
}

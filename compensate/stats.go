package compensate

import "sync/atomic"

// Stats count what the techniques did with one State.
type Stats struct {
	Compensated uint64 // slivers that Settle made equal to a chosen execution
	Repeated    uint64 // slivers that Repeat found equal to the leader's
	FellBack    uint64 // of this replica's executions, those that ship whole copies because a value could not be encoded
	Copied      uint64 // of Compensated, those by whole copies of fields (another replica's fall-back)
	Installed   uint64 // of Compensated and Repeated, those with a copy of the whole state
}

type counters struct{ compensated, repeated, fellBack, copied, installed atomic.Uint64 }

// Stats returns the counters. It may be called at any time.
func (s *State) Stats() Stats {
	c := &s.stats
	return Stats{
		Compensated: c.compensated.Load(), Repeated: c.repeated.Load(), FellBack: c.fellBack.Load(),
		Copied: c.copied.Load(), Installed: c.installed.Load(),
	}
}

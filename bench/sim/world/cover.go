package world

import "github.com/midas-tiers/midas/tiers/core"

// Cover counts what runs came to.
type Cover struct {
	Seeds, Steps, Acked, Ops, TooOld, Reads                                       int
	Compared, Stuck, Rebuilds, Captures, LostAppends, Performed, Expired, Entries int
	Faults                                                                        [faultKinds]int
	Core                                                                          core.Stats
}

// Kinds of faults.
const (
	faultDrop = iota
	faultDup
	faultCut
	faultApart
	faultPause
	faultCrash
	faultDisk
	faultSlow
	faultLose
	faultElect
	faultBelieve
	faultGiveUp
	faultDie
	faultTier
	faultMisfit
	faultKinds
)

// FaultNames are the kinds of faults in the order of Cover.Faults.
var FaultNames = [faultKinds]string{
	"drop", "duplicate", "one-way cut", "isolated", "pause", "crash", "lost disk", "slow disk", "lost appends", "election", "false belief",
	"client gives up", "client dies", "tier down", "misfit",
}

type stats struct{ core.Stats }

func (s *stats) add(x core.Stats) {
	s.Runs += x.Runs
	s.Deterministic += x.Deterministic
	s.Repeated += x.Repeated
	s.Kept += x.Kept
	s.Followed += x.Followed
	s.Waits += x.Waits
	s.Refused += x.Refused
	s.Forgotten += x.Forgotten
	s.Captures += x.Captures
	s.Ordered += x.Ordered
	s.Proposed += x.Proposed
	s.Sent += x.Sent
	s.Callbacks += x.Callbacks
	s.Closed += x.Closed
	s.Void += x.Void
	s.Led += x.Led
	s.Rebuilds += x.Rebuilds
}

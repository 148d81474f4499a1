package world

import "github.com/midas-tiers/midas/tiers/core"

// Cover counts what runs came to.
type Cover struct {
	MinOps, MinFaults                                                             int // of one seed
	Seeds, Steps, Acked, Ops, TooOld, Reads, ReadsAcked                           int
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

// Add adds what other runs came to.
func (c *Cover) Add(x *Cover) {
	if x.Seeds > 0 && (c.Seeds == 0 || x.MinOps < c.MinOps) {
		c.MinOps = x.MinOps
	}
	if x.Seeds > 0 && (c.Seeds == 0 || x.MinFaults < c.MinFaults) {
		c.MinFaults = x.MinFaults
	}
	for _, n := range []struct{ to, from *int }{
		{&c.Seeds, &x.Seeds}, {&c.Steps, &x.Steps}, {&c.Acked, &x.Acked}, {&c.Ops, &x.Ops}, {&c.TooOld, &x.TooOld}, {&c.Reads, &x.Reads}, {&c.ReadsAcked, &x.ReadsAcked},
		{&c.Compared, &x.Compared}, {&c.Stuck, &x.Stuck}, {&c.Rebuilds, &x.Rebuilds}, {&c.Captures, &x.Captures},
		{&c.LostAppends, &x.LostAppends}, {&c.Performed, &x.Performed}, {&c.Expired, &x.Expired}, {&c.Entries, &x.Entries},
	} {
		*n.to += *n.from
	}
	for i, n := range x.Faults {
		c.Faults[i] += n
	}
	all := stats{c.Core}
	all.add(x.Core)
	c.Core = all.Stats
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

package world

import (
	"slices"

	"github.com/midas-tiers/midas/tiers/core"
)

// Plant is a duty of the core's host that is broken, to show that the simulator sees it. The zero value breaks none.
type Plant uint8

const (
	plantNone            Plant = iota
	plantVanilla               // every replica keeps its own execution
	plantDrewLies              // a sliver that drew is called deterministic
	plantWaitsDiffer           // one replica waits as if every sliver were whole copies
	plantMaybeSteady           // a request that only some executions send is called steady
	plantCircleOffers          // requests are offered on a circle of tiers
	plantKeepIncarnation       // a restarted replica uses its execution ids again
	plantMarkOwn               // a client calls answered what it still waits for
	plantFullNoWait            // whole copies wait as fields do
	plantLooseFootprint        // a read at a contaminated location is not in the footprint
	plantUndoOrder             // a sliver is undone from its first write to its last
	plantStuckReplays          // a replica that cannot follow starts again from its own image
)

var plantNames = []string{
	"none", "vanilla", "drew-lies", "waits-differ", "maybe-steady", "circle-offers", "keep-incarnation", "mark-own", "full-no-wait",
	"loose-footprint", "undo-order", "stuck-replays",
}

func plantOf(name string) (Plant, bool) {
	i := slices.Index(plantNames, name)
	return Plant(max(i, 0)), i > 0
}

// Breakable lists the names of all that can be broken: the core's rules and the host's duties.
func Breakable() []string { return append(core.Rules(), plantNames[1:]...) }

// Package world simulates tiers: real protocol cores (tiers/core), and around them services, clients, consensus, network, disks and the
// outside world, all made up and driven by one seed. Nothing in it is random but what the seed says, so a seed is a run.
//
// # What is modelled
//
// A world has up to four tiers of three replicas. A tier's log is a total order of entries. Its consensus has one leader at a time, which
// may change at any moment and which replicas may believe late, wrongly or several at once; only what the leader of the moment appends
// can come into the log, later or never. Committed entries reach the replicas in order, each in its own time (tier.go, replica.go).
//
// Services (sliver.go) hold whole numbers at numbered locations (state.go). Their slivers draw values and write by value, by location and
// by occurrence, in ways that can be checked afterwards: chains of updates, counters, and notes of every op. A replica's host (host.go)
// runs them live, with values given, or again from their tape, as the core asks. It keeps several runs at a time and answers late.
//
// The explorer (explore.go) chooses events (event.go), whose weights differ by seed; afterwards all is mended and must come to rest within
// a bound (finish.go). Every event has a text (text.go), so that a run can be replayed, shrunk (shrink.go) and stepped through (debug.go).
//
// # What is checked
//
// While it runs: states are equal wherever two replicas are at the same index with nothing unsettled; a repeated sliver emits the same;
// an external effect is repeated with equal arguments; consensus answers no stale leader (tier.go, host.go, effect.go). At the end
// (check*.go, linear.go): all has come to rest; tables and states are equal; every op ran once at every tier or nowhere; what tiers told one
// another is the same on both sides; what was acknowledged stands; no update is lost; and every register's history, reads included, is
// linearizable (porcupine). In commit mode fast the last two are not asked of seeds in which somebody crashed or leaders changed.
//
// # Limits
//
// A Simulation is for one goroutine. Membership is fixed, logs are not truncated, and at most one replica of a tier loses its disk. A host
// does what it must, unless a Plant breaks that.
package world

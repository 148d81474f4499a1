// Command sim simulates tiers: the product's protocol core, driven by seeds through faults, with its services, clients, consensus, network
// and disks made up. A seed is a run; a run that fails can be shrunk, replayed and stepped through.
//
//	go run ./bench/sim -list
//	go run ./bench/sim -scenario all -seeds 10000             each family; exit status 1 if one seed fails
//	go run ./bench/sim -scenario circle -start 4711 -seeds 1  one seed again
//	go run ./bench/sim -scenario all -duration 2m             fresh seeds, printed
//	go run ./bench/sim -scenario circle -start 4711 -debug    step through one seed
//	go run ./bench/sim -break all                             plant each bug: after how many seeds is it found?
//	go run ./bench/sim -break fence                           plant one, and show what finds it
//
// The exit status is 0 when nothing is violated, 1 when something is, 2 after wrong usage and 130 after an interrupt.
//
// # What there is
//
// world/ is the simulated world (its doc.go says what is modelled and what is checked). scenario/ reads scenarios/*.txt, which are families
// of random runs, and regressions: fixed events for every way in which a draft of the protocol failed. scenarios/flaws.txt says where
// each of those is, and which cannot be expressed.
//
// # Limits
//
// Consensus is not simulated but assumed: a total order of what its leader appended, of which anything may be lost or late. Logs are not
// truncated, ticks are the only time. Who votes is consensus's alone: to the core, a replica whose log a new one replaces is one that starts
// again without its disk and as another incarnation, which is what rejoin does (scenarios/replaced-in-turn.txt).
package main

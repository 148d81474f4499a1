package report

import (
	"slices"
	"strings"
)

// UnknownKind is what directives and rules call things that the analysis cannot see.
const UnknownKind = "unknown"

// Kind says of one kind of source what people need to know.
type Kind struct {
	Name string
	What string // what differs
	Cure string // how to make it deterministic
}

// kinds are in the order of help texts: common ones first.
var kinds = []Kind{
	{"time", "Every replica reads its own clock.",
		"Take the time from the request, or from what orders it: the block's or transaction's time, the log entry, workflow.Now."},
	{"random", "Every replica draws its own numbers, keys or ids.",
		"Draw once, before the request is ordered, and pass the value along; or seed a generator with something that all replicas have, such as the request's id."},
	{"map order", "Go visits a map's entries in another order each time.",
		"Collect the keys, sort them (slices.Sorted(maps.Keys(m))), and range over those."},
	{"select", "When several cases are ready, select takes any of them.",
		"Receive from the channels one after the other in a fixed order, or decide by a value of the request which one counts."},
	{"goroutine order", "The scheduler decides which goroutine runs first.",
		"Let each goroutine write a slot of its own, wait for all of them, and combine the slots in order; or do without goroutines."},
	{"lock order", "Who gets a contended lock first differs.",
		"Decide the order before the lock is asked for: by request, by a queue, by a sorted list."},
	{"channel order", "When several goroutines send, values arrive in any order.",
		"Use one channel for each sender and receive in a fixed order, or sort what was received by something in it."},
	{"environment", "Environment variables, arguments and working folder can differ between processes.",
		"Read configuration once at the start, from a file or flags that all replicas share, or put it into the replicated state."},
	{"host", "Host name, interfaces, user and number of processors belong to one machine.",
		"Pass what is needed as configuration that is equal everywhere."},
	{"file", "Files, and what reading them returns, belong to one machine.",
		"Put the content into the request or into the replicated state; read files before requests are ordered."},
	{"network", "What comes over the network, and whether it comes, differs.",
		"Ask before the request is ordered and pass the answer along, or make it a recorded effect or activity."},
	{"process", "Process ids, and what other processes do, differ.",
		"Use an id from the request or the state."},
	{"address", "Where memory lies differs between processes, so printed, hashed or compared pointers do.",
		"Print, hash and compare what the pointer points to, or an id that the object carries."},
	{"runtime", "Stacks, memory statistics and numbers of goroutines belong to one process.",
		"Keep them for logs and metrics; do not let them decide or be stored."},
	{"pool", "What sync.Pool, weak pointers and unique handles give back depends on the garbage collector.",
		"Reset what comes out of the pool before anything reads it."},
	{"signal", "Signals reach one process, at any time.",
		"Turn the signal into a request that is ordered like all others."},
	{"finalizer", "Finalizers and cleanups run when the garbage collector says so, or never.",
		"Release resources by an explicit call; let finalizers touch no state."},
	{"unstable sort", "A sort that is not stable leaves equal elements in any order.",
		"Use slices.SortStableFunc, or compare until no two elements are equal."},
	{"float order", "Floating-point sums depend on the order of their terms.",
		"Sum in a fixed order, or in integers."},
	{"deadline", "Whether a context is done, or a time-out has passed, depends on clocks and load.",
		"Let a deadline end the waiting of a client, not the work that writes state; or order the time-out as a request."},
	{"background", "A goroutine that no request started runs at a time that nothing orders.",
		"Make each of its rounds a request of its own that is ordered with the others."},
	{"process-local", "Memory that is not replicated, such as a cache, decides what is written.",
		"Decide by replicated state only, or make the cache a function of it."},
	{"sql", "The database evaluates a function such as RANDOM() or now() inside a statement.",
		"Compute the value before the statement is ordered and pass it as an argument."},
	{"architecture", "Fused multiply-add and some functions of package math differ in the last bit between architectures.",
		"Convert explicitly after each operation (float64(x*y) + z), use integers, or run all replicas on one architecture."},
}

// Kinds lists all kinds.
func Kinds() []Kind { return slices.Clone(kinds) }

// KindNamed finds a kind by name; words may be joined by hyphens.
func KindNamed(name string) (Kind, bool) {
	i := slices.IndexFunc(kinds, func(k Kind) bool { return hyphens(k.Name) == hyphens(name) })
	if i < 0 {
		return Kind{Name: name}, false
	}
	return kinds[i], true
}

func hyphens(name string) string { return strings.ReplaceAll(name, " ", "-") }

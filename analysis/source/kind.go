package source

// Kind of first-hand nondeterminism.
type Kind string

// Kinds of sources.
const (
	Time           Kind = "time"
	Random         Kind = "random"
	MapOrder       Kind = "map order"
	Select         Kind = "select"
	GoroutineOrder Kind = "goroutine order"
	LockOrder      Kind = "lock order"
	ChannelOrder   Kind = "channel order"
	Environment    Kind = "environment"
	Host           Kind = "host" // name, interfaces, user, number of processors
	File           Kind = "file"
	Network        Kind = "network"
	Process        Kind = "process" // ids, other processes
	Address        Kind = "address" // %p, uintptr of a pointer, order by pointer
	Runtime        Kind = "runtime" // what package runtime and debug tell: stacks, memory, goroutines
	Pool           Kind = "pool"    // what sync.Pool, weak and unique give back
	Signal         Kind = "signal"
	Finalizer      Kind = "finalizer"
	UnstableSort   Kind = "unstable sort" // the order of elements that compare equal
	FloatOrder     Kind = "float order"   // floating-point sums in an order that is not determined
	Deadline       Kind = "deadline"      // whether a context is done
	Background     Kind = "background"    // a goroutine that no operation started writes state
	ProcessLocal   Kind = "process-local" // memory that is not replicated decides what is written
	SQL            Kind = "sql"           // a function in the text of a statement: RANDOM(), now()
	Architecture   Kind = "architecture"  // fused multiply-add, math functions; opt-in
)

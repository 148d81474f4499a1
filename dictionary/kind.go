package dictionary

// kinds are the kinds of sources that data may name; the first kind of a function that has several is the one that stands first here.
var kinds = []string{
	"time", "random", "map order", "select", "goroutine order", "lock order", "channel order", "environment", "host", "file", "network",
	"process", "address", "runtime", "pool", "signal", "finalizer", "unstable sort", "float order", "deadline", "background",
	"process-local", "sql", architecture,
}

// architecture is the kind that analysis looks for only if it is asked to: it is never a function's Source.
const architecture = "architecture"

// Kinds lists the kinds of sources that data may name.
func Kinds() []string { return append([]string(nil), kinds...) }

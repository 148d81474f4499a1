package midasrt

import (
	"context"
	"runtime/pprof"
	"unsafe"
)

// The goroutine's profiler label slot is the only per-goroutine storage that Go offers: goroutines inherit it, and a look-up takes a
// few nanoseconds. The value of our label is a string whose data is the head of the strand itself, so the label leads back to the
// strand and keeps it alive for the garbage collector; user code that adds labels of its own copies the string header and so keeps it.

// The key is compared by address, not by content, so that no label of the user's is taken for ours. It is a variable because the linker
// merges equal constants.
var (
	keyBytes = [...]byte{'m', 'i', 'd', 'a', 's', '-', 'o', 'p'}
	labelKey = unsafe.String(&keyBytes[0], len(keyBytes))
)

// profLabel is runtime/pprof's label; labelSet its set of labels (internal/runtime/pprof/label.Set). TestLabelLayout watches them.
type (
	profLabel struct{ key, value string }
	labelSet  struct{ list []profLabel }
)

//go:linkname getProfLabel runtime/pprof.runtime_getProfLabel
func getProfLabel() unsafe.Pointer

//go:linkname setProfLabel runtime/pprof.runtime_setProfLabel
func setProfLabel(labels unsafe.Pointer)

// current is the strand that this goroutine runs, or nil outside every op.
func current() *strand {
	set := (*labelSet)(getProfLabel())
	if set == nil {
		return nil
	}
	for i := range set.list {
		if unsafe.StringData(set.list[i].key) == &keyBytes[0] {
			return (*strand)(unsafe.Pointer(unsafe.StringData(set.list[i].value)))
		}
	}
	return nil
}

type strandKey struct{}

// labelled returns ctx carrying the strand, as a value and as a label for the slot.
func labelled(ctx context.Context, s *strand) context.Context {
	ctx = context.WithValue(ctx, strandKey{}, s)
	return pprof.WithLabels(ctx, pprof.Labels(labelKey, unsafe.String(&s.head[0], len(s.head))))
}

// adopt makes s the goroutine's strand until the function that it returns is called on the same goroutine.
func adopt(s *strand) (leave func()) {
	before := getProfLabel()
	pprof.SetGoroutineLabels(s.ctx)
	return func() { setProfLabel(before) }
}

func strandOf(ctx context.Context) *strand {
	if s := current(); s != nil {
		return s
	}
	if ctx == nil {
		return nil
	}
	s, _ := ctx.Value(strandKey{}).(*strand)
	return s
}

// Here returns the op whose strand this goroutine runs, or nil.
func Here() *Op {
	if s := current(); s != nil {
		return s.op
	}
	return nil
}

// FromContext returns the op of this goroutine, else the one that ctx carries, else nil.
func FromContext(ctx context.Context) *Op {
	if s := strandOf(ctx); s != nil {
		return s.op
	}
	return nil
}

func nothing() {}

// Enter is emitted at the head of functions that have a context: if the goroutine has no op but ctx carries one (the goroutine came
// from a pool, or the user replaced its labels), the goroutine joins that op until leave is called.
func Enter(ctx context.Context) (leave func()) {
	if current() != nil {
		return nothing
	}
	if s := strandOf(ctx); s != nil {
		return adopt(s)
	}
	return nothing
}

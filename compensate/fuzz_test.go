package compensate

import (
	"runtime"
	"testing"
)

// small is a state whose decoder may not ask for more memory than a test has.
func small(ptr any) *State {
	s := stateOf(ptr)
	s.spare = 1 << 16
	return s
}

// bounded checks that f does not make memory beyond what n bytes of input can stand for.
func bounded(t *testing.T, n int, f func()) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	if made := after.TotalAlloc - before.TotalAlloc; made > 1<<26+64*expansion*uint64(n) {
		t.Errorf("%d bytes of memory for %d of input", made, n)
	}
}

func seed(f *testing.F, encodings ...[]byte) {
	for _, b := range encodings {
		f.Add(b)
		f.Add(b[:len(b)/2])
	}
}

func must(f *testing.F, b []byte, err error) []byte {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
	return b
}

// intact collects garbage, which finds pointers that no program could have made, and reads everything that the state reaches.
func intact(s *State) {
	runtime.GC()
	_, _ = s.Digest()
	_, _ = s.Dump()
}

// Whatever bytes come as a state, reading them is an error at worst; and what was decoded without one is a state.
func FuzzDecode(f *testing.F) {
	b, err := stateOf(full()).Encode()
	seed(f, must(f, b, err))
	for s := range uint64(5) {
		b, err := stateOf(graph(s, 4)).Encode()
		seed(f, must(f, b, err))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, to := range []any{new(everything), full(), graph(1, 3), new(vertex)} {
			s := small(to)
			bounded(t, len(b), func() { err = s.Decode(b) })
			if err == nil {
				intact(s)
			}
		}
	})
}

func FuzzRestore(f *testing.F) {
	b, err := stateOf(full()).Encode()
	seed(f, must(f, b, err))
	f.Fuzz(func(t *testing.T, b []byte) {
		s := small(full())
		if err := s.Restore(b); err == nil {
			intact(s)
		}
	})
}

func FuzzDecodeFields(f *testing.F) {
	names := []string{pkg + "ledger.newest", pkg + "ledger.fresh", pkg + "ledger.queue", pkg + "item.stamp"}
	for i := range names {
		b, err := stateOf(ledgerOf(1, "a")).EncodeFields(names[:i+1])
		seed(f, must(f, b, err))
	}
	b, err := stateOf(graph(3, 4)).EncodeFields([]string{pkg + "vertex.words", pkg + "vertex.byPart", pkg + "vertex.any"})
	seed(f, must(f, b, err))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, to := range []any{ledgerOf(2, "b"), graph(3, 4)} {
			s := small(to)
			bounded(t, len(b), func() { err = s.DecodeFields(b) })
			if err == nil {
				intact(s)
			}
		}
	})
}

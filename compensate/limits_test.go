package compensate

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"unique"
	"unsafe"
)

func TestSentinelErrorsKeepTheirIdentity(t *testing.T) {
	type server struct{ last, other error }
	own := errors.New("no such order")
	state := func(s *server) *State {
		st := stateOf(s)
		st.Add("z.ErrOrder", &own)
		return st
	}
	was := own
	from, to := &server{io.EOF, own}, &server{own, io.EOF}
	if err := state(to).Decode(encode(t, state(from))); err != nil {
		t.Fatal(err)
	}
	if to.last != io.EOF || to.other != own || own != was {
		t.Errorf("%v is not EOF or %v not the variable's %v", to.last, to.other, own)
	}
}

func TestErrorsAreNotWrittenOver(t *testing.T) {
	library := errors.New("of a library")
	wrapped := fmt.Errorf("wrapped: %w", library)
	from, to := []error{errors.New("a"), fmt.Errorf("b: %w", errors.New("c"))}, []error{library, wrapped}
	transfer(t, &from, &to)
	if library.Error() != "of a library" || wrapped.Error() != "wrapped: of a library" || to[1].Error() != "b: c" {
		t.Errorf("%v, %v, %v", library, wrapped, to)
	}
}

func TestOpaqueThingsAreFoundByIdentity(t *testing.T) {
	type entry struct {
		log  *slog.Logger
		done chan int
	}
	type server struct {
		log     *slog.Logger
		done    chan int
		entries map[string]*entry
	}
	build := func(ids ...string) *server {
		s := &server{log: slog.New(slog.DiscardHandler), done: make(chan int), entries: map[string]*entry{}}
		for _, id := range ids {
			s.entries[id] = &entry{s.log, s.done}
		}
		return s
	}
	to := build()
	log := to.log
	transfer(t, build("a", "b"), to)
	if e := to.entries["b"]; e.log != to.log || e.done != to.done || to.log != log {
		t.Errorf("%+v", to)
	}
	to = build()
	to.log = nil
	err := stateOf(to).Decode(encode(t, stateOf(build("a"))))
	if want := "r.log: cannot make a slog.Logger"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v does not say %q", err, want)
	}
}

func TestTypesInInterfacesMustBeKnown(t *testing.T) {
	type secret struct{ n int }
	type server struct{ v any }
	form := encode(t, stateOf(&server{[]map[string]*secret{{"a": {1}}}}))
	err := stateOf(new(server)).Decode(form)
	if want := "r.v: type " + pkg + "secret is not known here"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v does not say %q", err, want)
	}
	to := &server{secret{}} // lives here, elsewhere or not
	if err := stateOf(to).Decode(form); err != nil || to.v.([]map[string]*secret)[0]["a"].n != 1 {
		t.Error(err, to)
	}
}

func TestWhatCannotBeEncodedIsRefused(t *testing.T) {
	n := 1
	for want, root := range map[string]any{
		"r.p: cannot encode a unsafe.Pointer":               &struct{ p unsafe.Pointer }{unsafe.Pointer(&n)},
		`r.m["a"].h: cannot encode a unique.Handle[string]`: &struct{ m map[string]any }{map[string]any{"a": struct{ h unique.Handle[string] }{unique.Make("x")}}},
		"root r is no pointer":                              5,
		"root r is a nil pointer":                           (*int)(nil),
	} {
		s := stateOf(root)
		_, encodeErr := s.Encode()
		_, digestErr := s.Digest()
		_, dumpErr := s.Dump()
		for _, err := range []error{encodeErr, digestErr, dumpErr} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("error %v does not say %q", err, want)
			}
		}
	}
	s := stateOf(&n)
	s.Add("r", &n)
	if _, err := s.Encode(); err == nil || !strings.Contains(err.Error(), "root r is there twice") {
		t.Error(err)
	}
}

// Who holds a lock is not state; decoding leaves locks alone, and restoring an image frees them.
func TestLocks(t *testing.T) {
	type shard struct {
		sync.RWMutex
		n int
	}
	type server struct {
		mu     sync.Mutex
		shards [2]shard
		byName map[string]*shard
	}
	s := &server{byName: map[string]*shard{"a": {n: 1}}}
	st := stateOf(s)
	form, sum := encode(t, st), digest(t, st)
	s.mu.Lock()
	s.shards[1].RLock()
	s.byName["a"].Lock()
	if string(encode(t, st)) != string(form) || digest(t, st) != sum {
		t.Error("a lock that is held is part of the state")
	}
	if err := st.Decode(form); err != nil || s.mu.TryLock() {
		t.Fatal("Decode frees locks", err)
	}
	if err := st.Restore(form); err != nil {
		t.Fatal(err)
	}
	if !s.mu.TryLock() || !s.shards[1].TryLock() || !s.byName["a"].TryLock() {
		t.Error("a lock is held after Restore")
	}
}

func TestOtherRootsAreRefused(t *testing.T) {
	one, two := 1, "x"
	form := encode(t, stateOf(&one))
	other := NewState()
	other.Add("q", &one)
	both := stateOf(&one)
	both.Add("s", &two)
	for want, s := range map[string]*State{"root r in the encoding, q here": other, "1 roots in the encoding, 2 here": both} {
		if err := s.Decode(form); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not say %q", err, want)
		}
	}
}

// TestCorruptInputIsAnError cuts and changes an encoding everywhere. What is decoded then is of no interest, only that it ends.
func TestCorruptInputIsAnError(t *testing.T) {
	form := encode(t, stateOf(graph(1, 6)))
	for i := range form {
		if err := stateOf(new(vertex)).Decode(form[:i]); err == nil {
			t.Errorf("no error with %d of %d bytes", i, len(form))
		}
		changed := append([]byte(nil), form...)
		changed[i] ^= 0x55
		_ = stateOf(new(vertex)).Decode(changed)
	}
	if err := stateOf(new(vertex)).Decode(append(form, 0)); err == nil {
		t.Error("no error with a byte left over")
	}
}

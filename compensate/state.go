package compensate

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/midas-tiers/midas/runtime"
)

// State is the persistent state of one replica: everything reachable from its named roots. The zero value is not usable; call
// NewState.
//
// A State may be used by one goroutine at a time, and only while no sliver runs, because all of its methods read the whole state and
// some write it; the exceptions are Stats, and those calls of Outcome, Settle and Repeat that neither make nor install a copy: with
// Reach.Alone unset, and without full. These may run at once, for different ops, and while other slivers run; Settle under the condition
// that midasrt puts on undo and replay.
type State struct {
	roots []root
	types *registry
	stats counters
	spare uint64 // see there
}

// root is a variable under a name that is the same at every replica.
type root struct {
	name string
	ptr  reflect.Value
}

// NewState returns a State without roots.
func NewState() *State {
	s := &State{types: newRegistry(), spare: spare}
	for _, t := range midasrt.RegisteredTypes() {
		s.types.add(t)
	}
	return s
}

// Add names a root: a pointer to a service implementation or to a package-level variable. Every replica adds the same names with
// pointers of the same types. Names of package-level variables are "import/path.name", so that EncodeFields finds them. A root that
// is no pointer, is nil or repeats a name is reported by the first call that uses the state.
func (s *State) Add(name string, ptr any) {
	s.roots = append(s.roots, root{name, reflect.ValueOf(ptr)})
	slices.SortStableFunc(s.roots, compareRoots)
}

// compareRoots puts variables that hold sentinel errors first, so that these are met, and keep their identity, where they live. The
// others follow by name.
func compareRoots(a, b root) int {
	sentinel := reflect.TypeFor[*error]()
	if x, y := a.isA(sentinel), b.isA(sentinel); x != y {
		if x {
			return -1
		}
		return 1
	}
	return cmp.Compare(a.name, b.name)
}

func (r root) isA(t reflect.Type) bool { return r.ptr.IsValid() && r.ptr.Type() == t }

// check reports unusable roots.
func (s *State) check() error {
	names := map[string]bool{}
	for _, r := range s.roots {
		switch {
		case r.ptr.Kind() != reflect.Pointer:
			return fmt.Errorf("root %s is no pointer", r.name)
		case r.ptr.IsNil():
			return fmt.Errorf("root %s is a nil pointer", r.name)
		case names[r.name]:
			return fmt.Errorf("root %s is there twice", r.name)
		}
		names[r.name] = true
	}
	return nil
}

// Encode returns the whole state. Equal states, capacities of slices included, give equal bytes at every replica of one binary.
// An error names the path of the value that cannot be encoded.
func (s *State) Encode() ([]byte, error) {
	w, err := s.walk(walkOptions{capacities: true})
	if err != nil {
		return nil, fmt.Errorf("encode state: %w", err)
	}
	return w.out.b, nil
}

// Digest returns a hash of the state's meaning: what Encode holds without the capacities of slices and what lies behind their
// length, with nil and empty taken as one in protobuf messages where the wire cannot tell them apart.
func (s *State) Digest() ([32]byte, error) {
	w, err := s.walk(walkOptions{})
	if err != nil {
		return [32]byte{}, fmt.Errorf("digest state: %w", err)
	}
	return sha256.Sum256(w.out.b), nil
}

// Dump returns the plain values of the state with their paths, for Diff and for people.
func (s *State) Dump() ([]Leaf, error) {
	w, err := s.walk(walkOptions{dump: true, paths: true})
	if err != nil {
		return nil, fmt.Errorf("dump state: %w", err)
	}
	return w.leaves, nil
}

// Decode makes the state equal to an encoded one, in place: roots stay, objects that a path leads to in both states are written
// rather than replaced, so that pointers held by live code stay valid, and map entries are matched by key. What Encode leaves out
// (locks, connections, loggers: see doc.go) is untouched. After an error the state is part old and part new; the replica needs a
// complete image.
func (s *State) Decode(b []byte) error {
	if err := s.decode(b); err != nil {
		return fmt.Errorf("decode state: %w", err)
	}
	return nil
}

var errFormat = errors.New("not an encoded state of this version")

package compensate

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// machine is two replicas whose states random edits drive apart and the codec makes equal.
type machine struct {
	grower
	roots  [2]*vertex
	states [2]*State
}

func newMachine(t *rapid.T) *machine {
	m := &machine{}
	m.draw(t)
	for i := range m.roots {
		m.all = nil
		m.roots[i] = m.grow(1 + m.IntN(6))
		m.states[i] = stateOf(m.roots[i])
	}
	return m
}

func (m *machine) draw(t *rapid.T) {
	m.IntN = func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "n") }
}

// edit changes a vertex of one replica, and may add one.
func (m *machine) edit(t *rapid.T) {
	m.draw(t)
	m.all = reachable(m.roots[m.IntN(2)])
	v := m.some()
	if m.chance() {
		v.next = m.grow(1)
	}
	switch m.IntN(4) {
	case 0:
		m.fill(v)
	case 1:
		n := v.N
		*v = vertex{N: n}
	case 2:
		v.words = append(v.words, m.IntN(9))
	case 3:
		v.list = slices.Delete(v.list, 0, min(len(v.list), 1))
	}
}

// transfer makes replica 1 equal to replica 0, and then has nothing left to do.
func (m *machine) transfer(t *rapid.T) {
	b, err := m.states[0].Encode()
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		before := held(m.roots[1])
		kept := compare(m.roots[0], m.roots[1], true) == nil
		if err := m.states[1].Decode(b); err != nil {
			t.Fatal(err)
		}
		if kept && !slices.Equal(before, held(m.roots[1])) {
			t.Fatal("objects of an equal state were replaced")
		}
	}
	if again, err := m.states[1].Encode(); err != nil || string(again) != string(b) {
		t.Fatalf("encoded again: %v\n%q\nwant\n%q", err, again, b)
	}
	if err := isomorphic(m.roots[0], m.roots[1]); err != nil {
		t.Fatal(err)
	}
}

// held are vertices that are met before any key of a map, which is made anew if only the map has it.
func held(root *vertex) []*vertex { return append([]*vertex{root.next}, root.list...) }

// laws hold at any time: digests and differences tell the same as an oracle that walks both graphs.
func (m *machine) laws(t *rapid.T) {
	var digests [2][32]byte
	var leaves [2][]Leaf
	for i, s := range m.states {
		var err error
		if digests[i], err = s.Digest(); err != nil {
			t.Fatal(err)
		}
		if leaves[i], err = s.Dump(); err != nil {
			t.Fatal(err)
		}
	}
	differ := compare(m.roots[0], m.roots[1], false)
	if equal := digests[0] == digests[1]; equal != (differ == nil) {
		t.Fatalf("digests equal: %t, graphs differ: %v", equal, differ)
	}
	if d := Diff(leaves[0], leaves[1]); (len(d) == 0) != (differ == nil) {
		t.Fatalf("differences %v, graphs differ: %v", d, differ)
	}
}

func TestRandomEdits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := newMachine(t)
		t.Repeat(map[string]func(*rapid.T){"edit": m.edit, "transfer": m.transfer, "": m.laws})
	})
}

// reachable lists the vertices that a root leads to, in an order that depends on the graph alone but for maps with pointers as keys.
func reachable(root *vertex) []*vertex {
	var all []*vertex
	var visit func(v *vertex)
	visit = func(v *vertex) {
		if v == nil || slices.Contains(all, v) {
			return
		}
		all = append(all, v)
		visit(v.next)
		for _, w := range v.list {
			visit(w)
		}
		for _, name := range []string{v.name, "x"} {
			visit(v.byName[name])
		}
		if w, ok := v.any.(*vertex); ok {
			visit(w)
		}
	}
	visit(root)
	return all
}

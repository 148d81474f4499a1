package slice

import (
	"slices"
)

// sets keeps small sorted sets of nodes, each once, by number. Set 0 is empty.
type sets struct {
	lists  [][]int32
	byHash map[uint64][]int32
	joined map[[2]int32]int32
	ones   map[int32]int32
	buf    []int32
}

func newSets() *sets {
	return &sets{lists: [][]int32{nil}, byHash: map[uint64][]int32{}, joined: map[[2]int32]int32{}, ones: map[int32]int32{}}
}

func (s *sets) list(set int32) []int32 { return s.lists[set] }

func (s *sets) single(x int32) int32 {
	if set, ok := s.ones[x]; ok {
		return set
	}
	set := s.intern([]int32{x})
	s.ones[x] = set
	return set
}

func (s *sets) intern(list []int32) int32 {
	if len(list) == 0 {
		return 0
	}
	h := uint64(1469598103934665603)
	for _, x := range list {
		h = (h ^ uint64(uint32(x))) * 1099511628211
	}
	for _, id := range s.byHash[h] {
		if slices.Equal(s.lists[id], list) {
			return id
		}
	}
	id := int32(len(s.lists))
	s.lists = append(s.lists, slices.Clone(list))
	s.byHash[h] = append(s.byHash[h], id)
	return id
}

func (s *sets) union(a, b int32) int32 {
	if a == b || b == 0 {
		return a
	}
	if a == 0 {
		return b
	}
	key := [2]int32{min(a, b), max(a, b)}
	if u, ok := s.joined[key]; ok {
		return u
	}
	s.buf = merge(s.buf[:0], s.lists[a], s.lists[b])
	u := s.intern(s.buf)
	s.joined[key] = u
	return u
}

// merge appends the union of two sorted lists to dst.
func merge(dst, a, b []int32) []int32 {
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			dst, a = append(dst, a[0]), a[1:]
		case a[0] > b[0]:
			dst, b = append(dst, b[0]), b[1:]
		default:
			dst, a, b = append(dst, a[0]), a[1:], b[1:]
		}
	}
	return append(append(dst, a...), b...)
}

// minus lists what is in a and not in b.
func (s *sets) minus(a, b int32) []int32 {
	if b == 0 {
		return s.lists[a]
	}
	var out []int32
	rest := s.lists[b]
	for _, x := range s.lists[a] {
		for len(rest) > 0 && rest[0] < x {
			rest = rest[1:]
		}
		if len(rest) == 0 || rest[0] != x {
			out = append(out, x)
		}
	}
	return out
}

package analysis

import "math/bits"

// srcs is a set of sources by index. The zero value is empty; sets are never changed in place.
type srcs struct{ words string }

// remade is the index of no source: it marks pointers to memory that a replay of the tape allocates anew.
const remade = 0

func one(i int) srcs {
	w := make([]byte, i/8+1)
	w[i/8] = 1 << (i % 8)
	return srcs{string(w)}
}

func (s srcs) empty() bool { return s.words == "" }

func (s srcs) or(t srcs) srcs {
	if len(s.words) < len(t.words) {
		s, t = t, s
	}
	if t.words == "" || s.covers(t) {
		return s
	}
	w := []byte(s.words)
	for i := range len(t.words) {
		w[i] |= t.words[i]
	}
	return srcs{string(w)}
}

func (s srcs) covers(t srcs) bool {
	if len(t.words) > len(s.words) {
		return false
	}
	for i := range len(t.words) {
		if t.words[i]&^s.words[i] != 0 {
			return false
		}
	}
	return true
}

func (s srcs) minus(t srcs) srcs {
	w := []byte(s.words)
	for i := range min(len(w), len(t.words)) {
		w[i] &^= t.words[i]
	}
	for len(w) > 0 && w[len(w)-1] == 0 {
		w = w[:len(w)-1]
	}
	return srcs{string(w)}
}

// each lists the indexes in rising order.
func (s srcs) each() []int {
	var out []int
	for i := range len(s.words) {
		for b := s.words[i]; b != 0; b &= b - 1 {
			out = append(out, i*8+bits.TrailingZeros8(b))
		}
	}
	return out
}

package world

// rng is a splitmix64 generator.
type rng uint64

func (r *rng) next() uint64 {
	*r += 0x9e3779b97f4a7c15
	return scramble(uint64(*r))
}

// n is a number from 0 to max-1.
func (r *rng) n(max int) int { return int(r.next() >> 33 % uint64(max)) }

func scramble(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// mix of a location and a value; 0 for the value 0, so that what is not there does not count.
func mix(loc, v uint64) uint64 {
	if v == 0 {
		return 0
	}
	return scramble(loc*0x9e3779b97f4a7c15 ^ scramble(v))
}

// hash mixes numbers to one from 1 to 2^31.
func hash(parts ...uint64) int64 { return int64(mixAll(parts)>>33) + 1 }

// link mixes numbers to one from 1 to 2^62: the next value of a chain of updates. Those of a chain must differ, in millions of seeds too.
func link(parts ...uint64) int64 { return int64(mixAll(parts)>>2) + 1 }

func mixAll(parts []uint64) uint64 {
	h := uint64(0x243f6a8885a308d3)
	for _, p := range parts {
		h = scramble(h ^ p)
	}
	return h
}

// hashString mixes a string to a number.
func hashString(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return scramble(h)
}

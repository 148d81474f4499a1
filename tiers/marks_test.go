package tiers

import "testing"

func TestMarks(t *testing.T) {
	var m marks
	for i, c := range []struct {
		done      uint64 // before the next begin, 0 for none
		seq, mark uint64
	}{{0, 1, 1}, {0, 2, 1}, {2, 3, 1}, {1, 4, 3}, {3, 5, 4}} {
		if c.done != 0 {
			m.done(c.done)
		}
		if seq, mark := m.begin(); seq != c.seq || mark != c.mark {
			t.Errorf("step %d: number %d and mark %d, want %d and %d", i, seq, mark, c.seq, c.mark)
		}
	}
}

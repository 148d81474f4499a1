package world

import "slices"

// exec is one execution of a sliver: live; with the values that were given; or the tape again, after the sliver was undone.
type exec struct {
	st      *state
	key     uint64 // live: what is drawn depends on it only
	given   []int64
	repeats bool // values are given
	tape    bool // only contaminated writes count, and reads give what they gave
	keeps   bool // the tape is kept
	drawn   []int64
	reads   []cell
	wrote   []int
	touches []touch
	misfit  bool
	branch  bool // a draw decided that we are here
}

type cell struct {
	loc   int
	value int64
}

type touch struct {
	loc    int
	old    int64
	contam bool
}

func (x *exec) draw() int64 {
	i := len(x.drawn)
	v := int64(0)
	switch {
	case !x.repeats:
		v = hash(x.key, uint64(i))
	case i < len(x.given):
		v = x.given[i]
	default:
		x.misfit = true
	}
	x.drawn = append(x.drawn, v)
	return v
}

func (x *exec) get(loc int) int64 {
	if !x.keeps && !x.tape {
		return x.st.get(loc)
	}
	for _, l := range x.wrote {
		if l == loc {
			return x.st.get(loc)
		}
	}
	if x.tape {
		for i := len(x.reads) - 1; i >= 0; i-- {
			if x.reads[i].loc == loc {
				return x.reads[i].value
			}
		}
	}
	v := x.st.get(loc)
	x.reads = append(x.reads, cell{loc, v})
	return v
}

func (x *exec) set(loc int, v int64, contam bool) {
	if x.tape && !contam {
		x.reads = append(slices.Clone(x.reads), cell{loc, v}) // it stands, but later slivers may have changed it since
		return
	}
	if x.keeps || x.tape {
		if x.keeps {
			x.touches = append(x.touches, touch{loc, x.st.get(loc), contam})
		}
		x.wrote = append(x.wrote, loc)
	}
	x.st.set(loc, v)
}

func (x *exec) add(loc int, n int64, contam bool) { x.set(loc, x.get(loc)+n, contam) }

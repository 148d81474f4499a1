package compensate

import (
	"errors"
	"strings"
	"testing"
)

// corrupt begins the encoding of a state whose one root is a struct, and ends before its first field.
func corrupt() *writer {
	w := &writer{}
	w.uint(formatState)
	w.uint(1)
	w.string("r")
	w.object(0, 1)
	w.uint(0) // all of it
	return w
}

// object writes the first mention of an object whose type the place says.
func (w *writer) object(id, n uint64) {
	w.uint(refFirst + id)
	w.uint(0)
	w.uint(0)
	w.uint(n)
}

func (w *writer) uints(us ...uint64) *writer {
	for _, u := range us {
		w.uint(u)
	}
	return w
}

// Inputs that no encoder makes are errors: they neither ask for memory or time without bound nor break the program's memory.
func TestCorruptEncodings(t *testing.T) {
	pointers := corrupt().uints(refFirst)
	for range 1 << 20 {
		pointers.uints(0, typePointer)
	}
	boxes := corrupt()
	for range 1 << 20 {
		boxes.uints(refFirst, 0, typeNamed)
		boxes.string("interface {}")
	}
	capacity := corrupt().uints(1, 1<<31)
	capacity.object(1, 1<<31)
	spans := corrupt().uints(2, 1)
	spans.object(1, 1)
	spans.uint(1 << 63)
	confused := corrupt()
	confused.object(1, 1)
	confused.uints(refFirst+1, 0, 7)
	word := corrupt()
	word.object(1, 1)
	word.uints(refFirst+1, 7)
	inside := corrupt()
	inside.object(1, 1)
	inside.uints(refFirst+1, 8, 7, 7)
	array := corrupt().uints(refFirst, 0, typeArray, 1<<25, 0, typeArray, 1<<25, 0, typeNamed)
	array.string("int")
	for _, c := range []struct {
		name string
		to   any
		w    *writer
		want error
	}{
		{"pointers to pointers to pointers", &struct{ a any }{}, pointers, errFormat},
		{"interfaces in interfaces", &struct{ a any }{}, boxes, errFormat},
		{"an array of arrays", &struct{ a any }{}, array, errFormat},
		{"capacity without end", &struct{ s []int64 }{}, capacity, errRoom},
		{"ranges without end", &struct{ s []int64 }{}, spans, errTruncated},
		{"a number as a string", &struct {
			p *int64
			q *string
		}{}, confused, errFormat},
		{"a number as a map", &struct {
			p *int64
			m map[int]int
		}{}, word, errFormat},
		{"half a string as a number", &struct {
			p *string
			q *int32
		}{}, inside, errFormat},
	} {
		if err := stateOf(c.to).Decode(c.w.b); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

// What the decoder refuses as endless the encoder does not make.
func TestNestingIsBoundedAtBothEnds(t *testing.T) {
	type box struct{ in any }
	build := func(n int) *box {
		b := &box{}
		for range n {
			b.in = box{b.in}
		}
		return b
	}
	transfer(t, build(maxNesting), build(0))
	if _, err := stateOf(build(maxNesting + 1)).Encode(); !errors.Is(err, errNesting) {
		t.Error(err)
	}
	if _, err := stateOf(build(maxNesting + 1)).Digest(); err == nil || !strings.Contains(err.Error(), "r.in") {
		t.Error(err)
	}
}

// A pointer may be converted to one to another type of the same making.
func TestConvertedPointersKeepTheirObject(t *testing.T) {
	type celsius struct{ degrees float64 }
	type kelvin struct{ degrees float64 }
	type names map[string]int
	type holder struct {
		c  *celsius
		k  *kelvin
		m  map[string]int
		n  names
		in chan<- int
		ch chan int
	}
	from := &holder{c: &celsius{20}, m: map[string]int{"a": 1}}
	from.k, from.n = (*kelvin)(from.c), from.m
	to := &holder{ch: make(chan int)}
	to.in = to.ch
	from.ch, from.in = to.ch, to.ch
	transfer(t, from, to)
	to.k.degrees, to.n["b"] = 5, 2
	if to.c.degrees != 5 || len(to.m) != 2 || to.in == nil {
		t.Errorf("%+v", to)
	}
}

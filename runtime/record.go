package midasrt

import (
	"fmt"
	"reflect"
)

// Rec is a source that only handlers reach. In an op it records f's value, or takes the value to replay without running f. In a replica
// but outside every op it fails the op that runs now, and is f(); elsewhere it is f().
//
// The value returned is the one that every other replica will get from the trace: a time has no monotonic clock reading, a slice shares
// no memory with what f keeps.
func Rec[T any](s Site, f func() T) T { return record(strict(s), s, f) }

// Try is Rec for a source that is also reached outside handlers: without an op it is f().
func Try[T any](s Site, f func() T) T { return record(current(), s, f) }

type pair[A, B any] struct {
	a A
	b B
}

type triple[A, B, C any] struct {
	a A
	b B
	c C
}

// results are the results of one function.
type results interface{ several() }

func (pair[A, B]) several()      {}
func (triple[A, B, C]) several() {}

// Rec2 is Rec for functions of two results.
func Rec2[A, B any](s Site, f func() (A, B)) (A, B) { return record2(strict(s), s, f) }

// Try2 is Try for functions of two results.
func Try2[A, B any](s Site, f func() (A, B)) (A, B) { return record2(current(), s, f) }

func record2[A, B any](t *strand, s Site, f func() (A, B)) (A, B) {
	if t == nil {
		return f()
	}
	r := record(t, s, func() (p pair[A, B]) { p.a, p.b = f(); return })
	return r.a, r.b
}

// Rec3 is Rec for functions of three results.
func Rec3[A, B, C any](s Site, f func() (A, B, C)) (A, B, C) { return record3(strict(s), s, f) }

// Try3 is Try for functions of three results.
func Try3[A, B, C any](s Site, f func() (A, B, C)) (A, B, C) { return record3(current(), s, f) }

func record3[A, B, C any](t *strand, s Site, f func() (A, B, C)) (A, B, C) {
	if t == nil {
		return f()
	}
	r := record(t, s, func() (p triple[A, B, C]) { p.a, p.b, p.c = f(); return })
	return r.a, r.b, r.c
}

// Fill is Rec for functions that fill a slice, such as crypto/rand.Read: the bytes are the value. It touches them.
func Fill(s Site, p []byte, f func([]byte) (int, error)) (int, error) {
	return fill(strict(s), s, p, f)
}

// TryFill is Fill for sources that are also reached outside handlers.
func TryFill(s Site, p []byte, f func([]byte) (int, error)) (int, error) {
	return fill(current(), s, p, f)
}

func fill(t *strand, s Site, p []byte, f func([]byte) (int, error)) (int, error) {
	if t == nil {
		return f(p)
	}
	touchCells(p)
	b, err := record2(t, s, func() ([]byte, error) {
		n, err := f(p)
		return p[:max(n, 0)], err
	})
	return copy(p, b), err
}

// Cut is a largest contaminated expression of plain data. In a closure in ModeCut and ModeRecordCut its value is recorded and the sources
// inside f are not; whoever replays or was given a trace takes the value and does not run f. Elsewhere it is f(): a function that is called both on and off the tape has cuts that
// mean nothing where nothing is drawn.
func Cut[T any](s Site, f func() T) T {
	t := current()
	if t == nil || t.depth == 0 || !t.op.mode.cuts() || t.replay == nothingDrawn {
		return f()
	}
	return value(t, s, f)
}

// strict is current, and blames the running ops of a replica if there is none.
func strict(s Site) *strand {
	t := current()
	if t == nil && activated.Load() {
		blame("source %v reached on a goroutine that belongs to no operation", s)
	}
	return t
}

// misplaced reports a source whose value nobody would get. If the goroutine has outlived its op's sliver, nobody asks that op for its
// faults: those that run now answer for it.
func (t *strand) misplaced(s Site, where string) {
	t.op.fail(fmt.Errorf("midasrt: op %s: source %v stands outside %s", t.op.id, s, where))
	if !t.op.running.Load() {
		blame("source %v of op %s stands outside %s", s, t.op.id, where)
	}
}

// record draws from a source.
func record[T any](t *strand, s Site, f func() T) T {
	if t == nil {
		return f()
	}
	t.draws++
	if t.op.mode == ModeVanilla {
		return f()
	}
	if where := t.misses(); where != "" {
		t.misplaced(s, where)
		return f()
	}
	return value(t, s, f)
}

// misses is outside what the strand is now, if its values would be lost.
func (t *strand) misses() string {
	switch {
	case t.op.mode.keeps():
		if t.depth == 0 {
			return "the tape"
		}
	case !t.op.running.Load():
		if t.op.dead() {
			t.op.halt()
		}
		return "every sliver"
	}
	return ""
}

// value runs f live and notes its value, or replays one. Inside the f of another value it is part of that one.
func value[T any](t *strand, s Site, f func() T) T {
	switch {
	case t.cuts > 0:
		return f()
	case t.replay != nil:
		var v T
		t.take(s, reflect.ValueOf(&v).Elem())
		return v
	}
	v := live(t, f)
	t.note(s, reflect.ValueOf(&v).Elem())
	return v
}

// live runs f, whose value is recorded, so that the sources inside it are not.
func live[T any](t *strand, f func() T) T {
	t.cuts++
	defer func() { t.cuts-- }()
	return f()
}

package midasrt

import (
	"maps"
	"slices"
)

// touch is a pre-image: it puts back what one write will have replaced.
type touch interface{ undo() }

// touching returns the op that wants pre-images now, or nil: only a closure of the tape that runs live notes them.
func touching() *Op {
	if s := current(); s != nil && s.depth > 0 && s.replay == nil && s.op.mode.keeps() {
		return s.op
	}
	return nil
}

func (o *Op) touch(t touch) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.touches = append(o.touches, t)
}

type word[T any] struct {
	p   *T
	old T
}

func (w *word[T]) undo() { restore(w.p, &w.old) }

// P touches the variable that p points to, however large, and returns p: *P(&x) = v.
func P[T any](p *T) *T {
	if o := touching(); o != nil && p != nil {
		o.touch(&word[T]{p, *p})
	}
	return p
}

type entry[K comparable, V any] struct {
	m   map[K]V
	k   K
	old V
	had bool
}

func (e *entry[K, V]) undo() {
	if e.had {
		e.m[e.k] = e.old
	} else {
		delete(e.m, e.k)
	}
}

// Key touches m's entry for k, present or not, before m[k] = v.
func Key[K comparable, V any](m map[K]V, k K) {
	o := touching()
	if o == nil || m == nil {
		return
	}
	if k != k { // no delete reaches a NaN
		o.touch(wholeMap(m))
		return
	}
	old, had := m[k]
	o.touch(&entry[K, V]{m, k, old, had})
}

// Delete is delete(m, k) with its touch.
func Delete[K comparable, V any](m map[K]V, k K) {
	Key(m, k)
	delete(m, k)
}

type whole[K comparable, V any] struct{ m, old map[K]V }

func wholeMap[K comparable, V any](m map[K]V) *whole[K, V] { return &whole[K, V]{m, maps.Clone(m)} }

func (w *whole[K, V]) undo() {
	clear(w.m)
	maps.Copy(w.m, w.old)
}

// Clear is clear(m) with its touch.
func Clear[K comparable, V any](m map[K]V) {
	if o := touching(); o != nil && m != nil {
		o.touch(wholeMap(m))
	}
	clear(m)
}

type cells[E any] struct{ at, old []E }

func (c *cells[E]) undo() {
	for i := range c.old {
		restore(&c.at[i], &c.old[i])
	}
}

func touchCells[E any](s []E) {
	if o := touching(); o != nil && len(s) > 0 {
		o.touch(&cells[E]{s, slices.Clone(s)})
	}
}

// ClearSlice is clear(s) with its touch.
func ClearSlice[E any](s []E) {
	touchCells(s)
	clear(s)
}

// Append is append(s, v...) with a touch of the cells behind s's length that it writes when the capacity suffices. The variable that
// takes the result is for P to touch.
func Append[S ~[]E, E any](s S, v ...E) S {
	if len(s)+len(v) <= cap(s) {
		touchCells(s[len(s) : len(s)+len(v)])
	}
	return append(s, v...)
}

// Copy is copy(dst, src) with its touch.
func Copy[S ~[]E, E any](dst S, src S) int {
	touchCells(dst[:min(len(dst), len(src))])
	return copy(dst, src)
}

// CopyString is copy(dst, src) with its touch.
func CopyString(dst []byte, src string) int {
	touchCells(dst[:min(len(dst), len(src))])
	return copy(dst, src)
}

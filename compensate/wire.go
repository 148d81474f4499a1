package compensate

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// writer builds the encoded form: varints, and byte strings with their length before them.
type writer struct{ b []byte }

func (w *writer) uint(u uint64)   { w.b = binary.AppendUvarint(w.b, u) }
func (w *writer) int(i int64)     { w.b = binary.AppendVarint(w.b, i) }
func (w *writer) word(u uint64)   { w.b = binary.BigEndian.AppendUint64(w.b, u) }
func (w *writer) bytes(p []byte)  { w.uint(uint64(len(p))); w.b = append(w.b, p...) }
func (w *writer) string(s string) { w.uint(uint64(len(s))); w.b = append(w.b, s...) }

var errTruncated = errors.New("encoded state is cut short")

// reader takes apart what a writer built. After the first error every read returns zero values; err holds that error.
type reader struct {
	b   []byte
	err error
}

func (r *reader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
	r.b = nil
}

func (r *reader) uint() uint64 {
	u, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.fail(errTruncated)
		return 0
	}
	r.b = r.b[n:]
	return u
}

func (r *reader) int() int64 {
	i, n := binary.Varint(r.b)
	if n <= 0 {
		r.fail(errTruncated)
		return 0
	}
	r.b = r.b[n:]
	return i
}

func (r *reader) word() uint64 {
	p := r.take(8)
	if p == nil {
		return 0
	}
	return binary.BigEndian.Uint64(p)
}

// bytes returns a part of the input, not a copy.
func (r *reader) bytes() []byte  { return r.take(r.uint()) }
func (r *reader) string() string { return string(r.bytes()) }

// count reads a number of things that take at least one byte each, so that a corrupt input cannot ask for endless memory.
func (r *reader) count() int {
	n := r.uint()
	if n > uint64(len(r.b)) {
		r.fail(fmt.Errorf("%w: %d things in %d bytes", errTruncated, n, len(r.b)))
		return 0
	}
	return int(n)
}

func (r *reader) take(n uint64) []byte {
	if n > uint64(len(r.b)) {
		r.fail(errTruncated)
		return nil
	}
	p := r.b[:n:n]
	r.b = r.b[n:]
	return p
}

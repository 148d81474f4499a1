package midasrt

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"testing"
	"time"
)

func BenchmarkHere(b *testing.B) {
	outIn(b, func(b *testing.B) {
		for b.Loop() {
			Here()
		}
	})
}

func BenchmarkP(b *testing.B) {
	x := 0
	outIn(b, func(b *testing.B) {
		for b.Loop() {
			*P(&x)++
		}
	})
}

func BenchmarkDo(b *testing.B) {
	x := 0
	outIn(b, func(b *testing.B) {
		for b.Loop() {
			Do(func() { x++ })
			settled()
		}
	})
}

func BenchmarkDoP(b *testing.B) {
	x := 0
	outIn(b, func(b *testing.B) {
		for b.Loop() {
			Do(func() { *P(&x)++ })
			settled()
		}
	})
}

func BenchmarkRecInt(b *testing.B) {
	outIn(b, func(b *testing.B) {
		for b.Loop() {
			Do(func() { Rec(testSites[0], func() int { return 12345 }) })
			settled()
		}
	})
}

func BenchmarkRecTime(b *testing.B) {
	outIn(b, func(b *testing.B) {
		for b.Loop() {
			Do(func() { Rec(testSites[0], time.Now) })
			settled()
		}
	})
}

// BenchmarkTakeInt is a follower's side of BenchmarkRecInt.
func BenchmarkTakeInt(b *testing.B) {
	one := []byte{byte(testSites[0]), 2}
	trace := append([]byte{0}, bytes.Repeat(one, 1000)...)
	b.ReportAllocs()
	given(b, ModeRecord, trace, func(context.Context) {
		s := current()
		all := s.replay.b
		for b.Loop() {
			if len(s.replay.b) == 0 {
				s.replay.b = all
			}
			Do(func() { Rec(testSites[0], never[int]) })
		}
		s.replay.b = nil
	})
}

func BenchmarkOp(b *testing.B) {
	for b.Loop() {
		o := NewOp("x", ModeSource)
		o.Start(context.Background(), func(context.Context) []byte { return nil })
		o.Wait()
	}
}

// settled drops what the op has kept now and then, as the end of a sliver would.
func settled() {
	o := Here()
	if o == nil {
		return
	}
	if len(o.tape) > 100 {
		o.Keep()
	}
	if len(o.root.trace) > 1000 {
		o.root.trace = o.root.trace[:0]
	}
}

// outIn runs f outside every op, in one that keeps a tape, and in one that only records.
func outIn(b *testing.B, f func(*testing.B)) {
	b.Run("outside", func(b *testing.B) { b.ReportAllocs(); f(b) })
	names := map[Mode]string{ModeSource: "inside", ModeRecord: "record", ModeRecordCut: "recordcut"}
	for _, m := range slices.Sorted(maps.Keys(names)) {
		b.Run(names[m], func(b *testing.B) {
			b.ReportAllocs()
			inOp(b, m, func(context.Context) { f(b) })
		})
	}
}

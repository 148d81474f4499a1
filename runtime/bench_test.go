package midasrt

import (
	"context"
	"testing"
	"time"
)

func BenchmarkHere(b *testing.B) {
	outIn(b, ModeSource, func(b *testing.B) {
		for b.Loop() {
			Here()
		}
	})
}

func BenchmarkP(b *testing.B) {
	x := 0
	outIn(b, ModeSource, func(b *testing.B) {
		for b.Loop() {
			*P(&x)++
		}
	})
}

func BenchmarkDoP(b *testing.B) {
	x := 0
	outIn(b, ModeSource, func(b *testing.B) {
		for b.Loop() {
			Do(func() { *P(&x)++ })
			settled()
		}
	})
}

func BenchmarkRecInt(b *testing.B) {
	outIn(b, ModeSource, func(b *testing.B) {
		for b.Loop() {
			Do(func() { Rec(testSites[0], func() int { return 12345 }) })
			settled()
		}
	})
}

func BenchmarkRecTime(b *testing.B) {
	outIn(b, ModeSource, func(b *testing.B) {
		for b.Loop() {
			Do(func() { Rec(testSites[0], time.Now) })
			settled()
		}
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
	if o := Here(); o != nil && len(o.tape) > 100 {
		o.Keep()
		o.root.trace = o.root.trace[:0]
	}
}

// outIn runs f outside every op, and in one.
func outIn(b *testing.B, m Mode, f func(*testing.B)) {
	b.Run("outside", func(b *testing.B) { b.ReportAllocs(); f(b) })
	b.Run("inside", func(b *testing.B) {
		b.ReportAllocs()
		inOp(b, m, func(context.Context) { f(b) })
	})
}

package midasrt

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type color string

func TestKeys(t *testing.T) {
	check := func(got, want any) {
		t.Helper()
		if d := cmp.Diff(want, got, exportAll); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
	}
	for range 20 {
		check(Keys(map[string]int{"b": 1, "a": 2, "": 3}), []string{"", "a", "b"})
		check(Keys(map[color]int{"red": 1, "blue": 2}), []color{"blue", "red"})
		check(Keys(map[int8]bool{5: true, -3: true, 0: false}), []int8{-3, 0, 5})
		check(Keys(map[uint]bool{500: true, 3: true}), []uint{3, 500})
		check(Keys(map[float64]bool{2: true, -1.5: true}), []float64{-1.5, 2})
		check(Keys(map[money]bool{{2}: true, {1}: true, {-1}: true}), Keys(map[money]bool{{-1}: true, {1}: true, {2}: true}))
		check(Keys(map[any]bool{2: true, "x": true, money{1}: true}), Keys(map[any]bool{money{1}: true, "x": true, 2: true}))
		check(Keys(map[*money]bool{{2}: true, {1}: true}), Keys(map[*money]bool{{1}: true, {2}: true}))
		check(Keys(map[string]int(nil)), []string{})
	}
}

func TestKeysThatCannotBeOrdered(t *testing.T) {
	o := inOp(t, ModeSource, func(context.Context) {
		if n := len(Keys(map[*money]bool{{2}: true, {2}: true})); n != 2 {
			t.Errorf("%d keys", n)
		}
	})
	if o.Err() == nil {
		t.Error("two pointers to equal things were put in an order")
	}
	o = inOp(t, ModeSource, func(context.Context) {
		if n := len(Keys(map[chan int]bool{make(chan int): true, make(chan int): true})); n != 2 {
			t.Errorf("%d keys", n)
		}
	})
	if o.Err() == nil {
		t.Error("channels were put in an order")
	}
}

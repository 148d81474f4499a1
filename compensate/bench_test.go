package compensate

import (
	"fmt"
	"testing"
	"time"
)

// sizedOrders is a state of about that many encoded bytes: an order takes 42.
func sizedOrders(bytes int) *State {
	o := &orders{orders: map[string]*purchase{}}
	for i := range bytes / 42 {
		o.orders[fmt.Sprintf("order-%06d", i)] = &purchase{Created: time.Unix(int64(i), 0).UTC(), Items: []string{"pen", "paper"}}
	}
	return stateOf(o)
}

func BenchmarkState(b *testing.B) {
	for _, size := range []int{1 << 10, 16 << 10, 256 << 10, 1 << 20} {
		s := sizedOrders(size)
		form, err := s.Encode()
		if err != nil {
			b.Fatal(err)
		}
		for name, f := range map[string]func() error{
			"Encode": func() error { _, err := s.Encode(); return err },
			"Digest": func() error { _, err := s.Digest(); return err },
			"Decode": func() error { return s.Decode(form) },
		} {
			b.Run(fmt.Sprintf("%s/%dKiB", name, size>>10), func(b *testing.B) {
				b.SetBytes(int64(len(form)))
				b.ReportAllocs()
				for b.Loop() {
					if err := f(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

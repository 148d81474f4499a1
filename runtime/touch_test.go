package midasrt

import (
	"bytes"
	"container/heap"
	"container/list"
	"context"
	"log"
	"math"
	"math/rand"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// undone runs f as a closure of the tape, checks that it changed something, undoes it, and returns what is then seen.
func undone[T any](t *testing.T, see func() T, f func()) {
	t.Helper()
	before := see()
	o := inOp(t, ModeSource, func(context.Context) { Do(f) })
	if cmp.Diff(before, see(), exportAll) == "" {
		t.Errorf("the closure changed nothing")
	}
	o.Undo()
	if d := cmp.Diff(before, see(), exportAll); d != "" {
		t.Errorf("undo leaves (-before +after):\n%s", d)
	}
}

func TestTouchWord(t *testing.T) {
	x, p := 1, new(int)
	undone(t, func() [2]any { return [2]any{x, p} }, func() { *P(&x) += 4; *P(&p) = nil; *P(&x)++ })
	s := pair[int, string]{1, "a"}
	undone(t, func() pair[int, string] { return s }, func() { *P(&s) = pair[int, string]{2, "b"} })
}

func TestTouchKey(t *testing.T) {
	nan := math.NaN()
	m := map[float64]int{1: 1, nan: 2}
	see := func() map[float64]int {
		c := map[float64]int{}
		for k, v := range m {
			if k != k {
				k = 1000 + float64(v)
			}
			c[k] = v
		}
		return c
	}
	undone(t, see, func() { Key(m, 1); m[1] = 5; Key(m, 2); m[2] = 6 })
	undone(t, see, func() { Delete(m, 1); Delete(m, 7) })
	undone(t, see, func() { Key(m, nan); m[nan] = 4 })
	undone(t, see, func() { Clear(m) })
}

func TestTouchSlices(t *testing.T) {
	back := []int{1, 2, 3, 4}
	s := back[:2]
	see := func() [][]int { return [][]int{slices.Clone(back), slices.Clone(s)} }
	undone(t, see, func() { *P(&s) = Append(s, 8) })
	undone(t, see, func() { *P(&s) = Append(s, 8, 9, 10) })
	undone(t, see, func() { Copy(s, []int{7, 7, 7}) })
	undone(t, see, func() { ClearSlice(back) })
	b := []byte("hello")
	undone(t, func() string { return string(b) }, func() { CopyString(b, "jel") })
}

// A lock inside what is put back stays as it is: its holder may be parked.
func TestUndoLeavesLocks(t *testing.T) {
	var v struct {
		mu sync.Mutex
		n  int
		a  [1]struct{ mu sync.RWMutex }
	}
	o := inOp(t, ModeSource, func(context.Context) {
		Do(func() { P(&v); Deep(&v); v.n = 1 })
		v.mu.Lock()
		v.a[0].mu.RLock()
	})
	o.Undo()
	if v.n != 0 || v.mu.TryLock() || v.a[0].mu.TryLock() {
		t.Errorf("n is %d, or a lock was released", v.n)
	}
}

type ring struct {
	next *ring
	val  int
}

type ints []int

func (h ints) Len() int           { return len(h) }
func (h ints) Less(i, j int) bool { return h[i] < h[j] }
func (h ints) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *ints) Push(x any)        { *h = append(*h, x.(int)) }
func (h *ints) Pop() any {
	x := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return x
}

func TestDeepContainers(t *testing.T) {
	l := list.New()
	l.PushBack(1)
	l.PushBack(2)
	see := func() []any {
		var vs []any
		for e := l.Front(); e != nil; e = e.Next() {
			vs = append(vs, e.Value)
		}
		for e := l.Back(); e != nil; e = e.Prev() {
			vs = append(vs, e.Value)
		}
		return append(vs, l.Len())
	}
	undone(t, see, func() { Deep(l); l.PushFront(0); l.MoveToBack(l.Front().Next()); l.Remove(l.Front()) })

	h := ints{1, 5, 3, 9}
	undone(t, func() ints { return slices.Clone(h) }, func() { Deep(&h); heap.Pop(&h); heap.Push(&h, 2) })

	var buf bytes.Buffer
	buf.WriteString("abcdef")
	undone(t, func() string { return buf.String() }, func() { Deep(&buf); buf.Next(2); buf.WriteString("xyz"); buf.Bytes()[0] = '!' })

	var m sync.Map
	m.Store("a", 1)
	m.Store("b", &ring{val: 1})
	undone(t, func() map[any]any {
		c := map[any]any{}
		m.Range(func(k, v any) bool {
			if r, ok := v.(*ring); ok {
				v = r.val
			}
			c[k] = v
			return true
		})
		return c
	}, func() {
		Deep(&m)
		v, _ := m.Load("b")
		v.(*ring).val++
		m.Store("c", 3)
		m.Delete("a")
	})
	m.Store("d", 1)
	if v, ok := m.Load("a"); !ok || v != 1 {
		t.Error("the map is damaged")
	}
}

func TestDeepMemory(t *testing.T) {
	a := &ring{val: 1}
	a.next = &ring{next: a, val: 2}
	undone(t, func() [2]int { return [2]int{a.val, a.next.val} }, func() {
		Deep(a)
		a.next.val, a.val, a.next = 8, 9, &ring{val: 5}
	})

	var v struct {
		hidden map[string][]*ring
		n      atomic.Int64
		p      atomic.Pointer[ring]
		any    atomic.Value
		iface  any
		arr    [2]*ring
	}
	v.hidden = map[string][]*ring{"x": {{val: 7}}}
	p := &ring{val: 4}
	v.p.Store(p)
	v.any.Store(a)
	v.arr[1] = a
	v.iface = []*ring{{val: 6}}
	undone(t, func() []any {
		return []any{len(v.hidden), v.hidden["x"][0].val, v.n.Load(), v.p.Load() == p, p.val, v.any.Load() == a, v.arr[1] == a, v.iface.([]*ring)[0].val}
	}, func() {
		Deep(&v)
		v.hidden["x"][0].val = 11
		v.hidden["y"] = nil
		v.n.Add(3)
		p.val++
		v.p.Store(&ring{})
		v.any.Store(&ring{})
		v.arr[1] = nil
		v.iface.([]*ring)[0].val = 12
	})

	back := []int{1, 2, 3}
	undone(t, func() []int { return slices.Clone(back) }, func() { s := back[:1]; Deep(s); _ = append(s, 9) })

	r := rand.New(rand.NewSource(1))
	o := inOp(t, ModeSource, func(context.Context) { Do(func() { Deep(r); r.Int63(); r.Int63() }) })
	o.Undo()
	if want := rand.New(rand.NewSource(1)).Int63(); r.Int63() != want {
		t.Error("a generator does not go back")
	}
}

// Deep must neither enter nor put back what belongs to the process rather than to the state.
func TestDeepStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	var printed bytes.Buffer
	v := struct {
		log log.Logger
		ctx context.Context
		ch  chan int
		f   func()
		n   int
	}{ctx: ctx, ch: make(chan int, 1), f: cancel, n: 1}
	v.log.SetOutput(&printed)
	o := inOp(t, ModeSource, func(context.Context) {
		Do(func() {
			Deep(&v, nil, 5, (*ring)(nil), map[string]int(nil))
			v.n = 2
			v.ch <- 1
			cancel()
			v.log.Print("x")
		})
	})
	o.Undo()
	if v.n != 1 || len(v.ch) != 1 || ctx.Err() == nil || printed.String() != "x\n" {
		t.Error(v.n, len(v.ch), ctx.Err(), printed.String())
	}
}

func TestNoTouchesOutsideClosures(t *testing.T) {
	x, m := 1, map[int]int{}
	o := inOp(t, ModeSource, func(context.Context) {
		*P(&x) = 2
		Key(m, 1)
		m[1] = 1
		Deep(&x)
		Copy([]int{1}, []int{2})
	})
	v := inOp(t, ModeVanilla, func(context.Context) { Do(func() { *P(&x) = 3 }) })
	if len(o.touches)+len(o.tape)+len(v.touches)+len(v.tape) > 0 {
		t.Error("something was kept")
	}
}

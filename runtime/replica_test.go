package midasrt

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// twins runs the same ops at two replicas of a shop that draw different values.
type twins struct {
	shops    [2]*shop
	mode     Mode
	r        *rand.Rand                             // the schedule; the same for every mode
	tamper   func(op *Op, trace []byte) []byte      // what happens to a trace on its way; nil: nothing
	skipUndo bool                                   // planted bug
	traces   func(name string, n int, trace []byte) // observes
}

func newTwins(seed uint64, mode Mode) *twins {
	return &twins{shops: [2]*shop{newShop(2 * seed), newShop(2*seed + 1)}, mode: mode, r: rand.New(rand.NewPCG(seed, 1))}
}

// flight is an op in flight at both replicas.
type flight struct {
	name string
	ops  [2]*Op
	call string // what it waits in; "" once it is over
	n    int    // slivers settled
}

func (t *twins) request() *request {
	return &request{user: []string{"ann", "bob", "eve"}[t.r.IntN(3)], items: []string{"x", "y", "z"}[:t.r.IntN(4)], n: t.r.IntN(9)}
}

// start runs an op's first sliver.
func (t *twins) start(name string) (*flight, error) {
	f := &flight{name: name}
	in := t.request()
	for i := range f.ops {
		f.ops[i] = NewOp(name, t.mode)
	}
	err := t.sliver(f, func(i int) {
		f.ops[i].Start(context.Background(), func(ctx context.Context) []byte {
			reply, err := handlers[name](t.shops[i], ctx, in)
			return fmt.Append(nil, reply, err)
		})
	})
	return f, err
}

// resume answers f's call and runs its next sliver.
func (t *twins) resume(f *flight) error {
	call, reply := f.call, fmt.Appendf(nil, "re:%d", t.r.IntN(100))
	return t.sliver(f, func(i int) { f.ops[i].Resume(call, reply) })
}

// sliver runs a sliver of f at one replica after the other: in style active at both with their own values, then a random one is chosen; in
// style leader at a random one, then at the other with the leader's.
func (t *twins) sliver(f *flight, run func(replica int)) error {
	var calls [2]string
	won := t.r.IntN(2)
	for _, i := range []int{won, 1 - won} {
		run(i)
		stop := f.ops[i].Wait()
		if err := errors.Join(f.ops[i].Err(), f.ops[i].Fits()); err != nil {
			return err
		}
		if !stop.Done {
			calls[i] = stop.Calls[0].ID
		}
		if t.mode.Records() && i == won {
			if err := t.give(f, f.ops[i], f.ops[1-i]); err != nil {
				return err
			}
		}
	}
	if calls[0] != calls[1] {
		return fmt.Errorf("%s waits in call %q at one replica, in %q at the other", f.name, calls[0], calls[1])
	}
	var err error
	if !t.mode.Records() {
		err = t.settle(f, f.ops[won], f.ops[1-won])
	}
	f.call = calls[0]
	f.n++
	return err
}

// ship is a trace on its way.
func (t *twins) ship(f *flight, from *Op) (trace []byte, drew bool, err error) {
	if trace, drew, err = from.Trace(); err != nil {
		return nil, false, err
	}
	if t.tamper != nil {
		trace = t.tamper(from, trace)
	}
	if t.traces != nil {
		t.traces(f.name, f.n, trace)
	}
	return trace, drew, nil
}

func (t *twins) give(f *flight, leader, follower *Op) error {
	trace, _, err := t.ship(f, leader)
	if err != nil {
		return err
	}
	return follower.Give(trace)
}

func (t *twins) settle(f *flight, chosen, other *Op) error {
	trace, drew, err := t.ship(f, chosen)
	if err != nil {
		return err
	}
	if _, d, err := other.Trace(); err != nil || d != drew {
		return fmt.Errorf("%s drew %t at one replica, %t at the other (%v)", f.name, drew, d, err)
	}
	chosen.Keep()
	if !t.skipUndo {
		other.Undo()
	}
	return other.Replay(trace)
}

// run runs n ops, up to three of them in flight at once, and returns how the replicas differ.
func (t *twins) run(n int, names ...string) (diff string, err error) {
	var in []*flight
	for n > 0 || len(in) > 0 {
		var f *flight
		if n > 0 && len(in) < 3 && (len(in) == 0 || t.r.IntN(2) == 0) {
			n--
			if f, err = t.start(names[t.r.IntN(len(names))]); f.call != "" {
				in = append(in, f)
			}
		} else {
			i := t.r.IntN(len(in))
			f = in[i]
			if err = t.resume(f); f.call == "" {
				in = slices.Delete(in, i, i+1)
			}
		}
		if err != nil {
			return "", err
		}
	}
	return t.diff(), nil
}

func (t *twins) diff() string {
	a, b := t.shops[0], t.shops[1]
	if t.mode.Records() { // no tape, so the order in which goroutines came is each replica's own
		slices.Sort(a.done)
		slices.Sort(b.done)
	}
	return cmp.Diff(a, b, wholeState...) + cmp.Diff(entriesOf(&a.sessions), entriesOf(&b.sessions))
}

func entriesOf(m *sync.Map) map[any]any { return maps.Collect(m.Range) }

var wholeState = []cmp.Option{
	cmp.Exporter(func(reflect.Type) bool { return true }),
	cmpopts.IgnoreFields(shop{}, "rng", "sessions"),
}

func modes(t *testing.T, f func(t *testing.T, m Mode)) {
	t.Run("source", func(t *testing.T) { f(t, ModeSource) })
	t.Run("cut", func(t *testing.T) { f(t, ModeCut) })
	t.Run("record", func(t *testing.T) { f(t, ModeRecord) })
	t.Run("record cut", func(t *testing.T) { f(t, ModeRecordCut) })
}

func TestReplicasConverge(t *testing.T) {
	names := slices.Sorted(maps.Keys(handlers))
	before := runtime.NumGoroutine()
	defer func() {
		for range 100 { // a goroutine that has told its op may still be on its way out
			if runtime.NumGoroutine() <= before {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
		t.Errorf("%d goroutines leak", runtime.NumGoroutine()-before)
	}()
	modes(t, func(t *testing.T, m Mode) {
		for _, name := range append(names, "all") {
			t.Run(name, func(t *testing.T) {
				which := []string{name}
				if name == "all" {
					which = names
				}
				for seed := range uint64(150) {
					diff, err := newTwins(seed, m).run(8, which...)
					if err != nil {
						t.Fatalf("seed %d: %v", seed, err)
					}
					if diff != "" {
						t.Fatalf("seed %d: replicas differ (-first +second):\n%s", seed, diff)
					}
				}
			})
		}
	})
}

var plantedBugs = map[string]func(*twins){
	"skip the undo":   func(tw *twins) { tw.skipUndo = true },
	"no compensation": func(tw *twins) { tw.mode = ModeVanilla },
	"drop the last byte of a trace": func(tw *twins) {
		tw.tamper = func(_ *Op, b []byte) []byte { return b[:max(len(b)-1, 0)] }
	},
	"drop a value": func(tw *twins) { tw.tamper = func(o *Op, b []byte) []byte { return dropValue(b) } },
	"swap a site": func(tw *twins) {
		tw.tamper = func(_ *Op, b []byte) []byte {
			if len(b) > 1 && b[0] == 0 {
				b[1]++
			}
			return b
		}
	},
	"change a value": func(tw *twins) {
		tw.tamper = func(_ *Op, b []byte) []byte {
			if len(b) > 6 && b[0] == 0 {
				b[5]++
			}
			return b
		}
	},
}

// The oracle must see what it is there to see: without compensation, or with a faulty one, the same runs diverge or are refused.
func TestPlantedBugs(t *testing.T) {
	names := slices.Sorted(maps.Keys(handlers))
	modes(t, func(t *testing.T, m Mode) {
		for bug, plant := range plantedBugs {
			t.Run(bug, func(t *testing.T) {
				if bug == "skip the undo" && m.Records() {
					t.Skip("nothing is undone")
				}
				caught := 0
				for seed := range uint64(20) {
					tw := newTwins(seed, m)
					plant(tw)
					if diff, err := tw.run(8, names...); diff != "" || err != nil {
						caught++
					}
				}
				if caught < 18 {
					t.Errorf("caught in %d of 20 runs", caught)
				}
			})
		}
	})
}

// dropValue takes the first value out of a trace of one strand that begins with a string or number.
func dropValue(b []byte) []byte {
	if len(b) < 3 || b[0] != 0 {
		return b
	}
	r := &reader{b: b[1:]}
	id, _ := r.uvarint()
	switch Site(id) {
	case shopSites[0], shopSites[5], shopSites[7]:
		_, _ = r.bytes()
	case shopSites[1]:
		_, _ = r.time()
	default:
		_, _ = r.varint()
	}
	return append([]byte{0}, r.b...)
}

// Under ModeCut a trace holds the value of the cut, under ModeSource those of the sources in it.
func TestCutsReplaceSources(t *testing.T) {
	sites := map[Mode][]Site{}
	for _, m := range []Mode{ModeSource, ModeCut, ModeRecord, ModeRecordCut} {
		tw := newTwins(1, m)
		tw.traces = func(_ string, _ int, trace []byte) {
			r := &reader{b: trace[1:]}
			for len(r.b) > 0 {
				id, _ := r.uvarint()
				sites[m] = append(sites[m], Site(id))
				if s := Site(id); s == shopSites[0] || s == shopSites[7] {
					_, _ = r.bytes()
				} else {
					_, _ = r.varint()
				}
			}
		}
		if diff, err := tw.run(1, "session"); diff != "" || err != nil {
			t.Fatal(diff, err)
		}
	}
	id, n, cut := shopSites[0], shopSites[2], shopSites[7]
	want := map[Mode][]Site{ModeSource: {id, id, n}, ModeCut: {cut, n}, ModeRecord: {id, id, n}, ModeRecordCut: {cut, n}}
	if d := cmp.Diff(want, sites); d != "" {
		t.Errorf("sites in traces (-want +got):\n%s", d)
	}
}

// Ops of several lanes run at once; what one does is nothing to the others.
func TestOpsInParallel(t *testing.T) {
	Activate()
	defer activated.Store(false)
	var wg sync.WaitGroup
	for i, m := range []Mode{ModeSource, ModeCut, ModeRecord, ModeRecordCut} {
		wg.Go(func() {
			for seed := range uint64(20) {
				if diff, err := newTwins(100*uint64(i)+seed, m).run(8, slices.Sorted(maps.Keys(handlers))...); diff != "" || err != nil {
					t.Errorf("mode %d, seed %d: %v\n%s", m, seed, err, diff)
				}
			}
		})
	}
	wg.Wait()
	if n := len(running.ops); n > 0 {
		t.Errorf("%d ops run after all have ended", n)
	}
}

// A trace of the slides' foo is as short as its values allow: it travels on every reply.
func TestTraceIsCompact(t *testing.T) {
	tw := newTwins(3, ModeSource)
	tw.traces = func(_ string, n int, trace []byte) {
		if n == 0 && len(trace) > 1+2+10 { // kind of trace, site, 63 random bits
			t.Errorf("%d bytes for one int64", len(trace))
		}
	}
	if _, err := tw.run(1, "foo"); err != nil {
		t.Fatal(err)
	}
}

func TestSiteIsNamed(t *testing.T) {
	if got := shopSites[1].String(); got != "shop.now time 0 (shop.go:2)" {
		t.Errorf("site prints as %q", got)
	}
	if got := SiteTable()[shopSites[1]]; !strings.HasPrefix(got, "example.com/shop shop.now") {
		t.Errorf("site table has %q", got)
	}
}

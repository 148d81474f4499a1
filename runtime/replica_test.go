package midasrt

import (
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

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

package midasrt

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"

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

package compensate

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/midas-tiers/midas/runtime"
)

// desk is a service as the rewriter leaves it.
type desk struct {
	draw func() int64 // differs between replicas

	last  int64
	twice int64
	byID  map[int64]*ticket
	heads []string
	when  any
}

type ticket struct {
	user string
	id   int64
}

var deskSites = midasrt.Sites("example.com/desk", "desk.open random 0 desk.go:1", "desk.open cut 0 desk.go:2", "desk.odd random 0 desk.go:3")

var deskFields = []string{pkg + "desk.last", pkg + "desk.twice", pkg + "desk.byID", pkg + "desk.heads", pkg + "desk.when", pkg + "ticket.id"}

func newDesk(seed uint64) *desk {
	return &desk{draw: rand.New(rand.NewPCG(seed, 1)).Int64, byID: map[int64]*ticket{7: {user: "zoe", id: 7}}}
}

// open stores a random value, makes it a key, and lets it decide whether something happens.
func (d *desk) open(user string) {
	var id int64
	midasrt.Do(func() {
		id = midasrt.Cut(deskSites[1], func() int64 { return midasrt.Rec(deskSites[0], d.draw) })
	})
	t := &ticket{user: user}
	midasrt.Do(func() { *midasrt.P(&d.last) = id })
	midasrt.Do(func() { *midasrt.P(&d.twice) = d.last * 2 })
	midasrt.Do(func() { *midasrt.P(&t.id) = id })
	midasrt.Do(func() { midasrt.Key(d.byID, id); d.byID[id] = t })
	midasrt.Do(func() {
		if id%2 == 0 {
			*midasrt.P(&d.heads) = midasrt.Append(d.heads, user)
		}
	})
}

// odd draws a value that no trace can hold, as a handler that stores a library's private type does.
func (d *desk) odd(user string) {
	midasrt.Do(func() {
		*midasrt.P(&d.when) = midasrt.Rec(deskSites[2], func() any { return &ticket{user: user, id: d.draw()} })
	})
	d.open(user)
}

// twins are two replicas of a desk.
type twins struct {
	desks  [2]*desk
	states [2]*State
}

func newTwins() *twins {
	t := &twins{desks: [2]*desk{newDesk(1), newDesk(2)}}
	for i, d := range t.desks {
		t.states[i] = NewState()
		t.states[i].Add("example.desk", d)
	}
	return t
}

// op runs one op at both replicas and settles it as replica 0 ran it.
func (t *twins) op(tech Technique, id string, handle func(d *desk)) (Result, error) {
	var ops [2]*midasrt.Op
	var results [2]Result
	for i, d := range t.desks {
		ops[i] = midasrt.NewOp(id, tech.Mode(Active))
		ops[i].Start(context.Background(), func(context.Context) []byte { handle(d); return nil })
		ops[i].Wait()
		if err := ops[i].Err(); err != nil {
			return Result{}, err
		}
		var err error
		if results[i], err = Outcome(tech, ops[i], t.states[i], Reach{deskFields, true}); err != nil {
			return Result{}, err
		}
	}
	ops[0].Keep()
	return results[0], Settle(tech, ops[1], t.states[1], results[0].Trace, results[0].Full)
}

func (t *twins) equal() bool {
	var sums [2][32]byte
	for i, s := range t.states {
		sums[i], _ = s.Digest()
	}
	return sums[0] == sums[1]
}

func TestTechniquesMakeReplicasEqual(t *testing.T) {
	for _, tech := range []Technique{Full, Contaminated, Reexecute} {
		t.Run(string(tech), func(t *testing.T) {
			tw := newTwins()
			zoe := tw.desks[1].byID[7]
			for i := range 20 {
				if _, err := tw.op(tech, fmt.Sprint("c/", i), func(d *desk) { d.open(fmt.Sprint("user", i)) }); err != nil {
					t.Fatal(err)
				}
				if !tw.equal() {
					t.Fatalf("replicas differ after op %d", i)
				}
			}
			if n := tw.states[1].Stats().Compensated; n != 20 {
				t.Errorf("%d compensations counted", n)
			}
			if tw.desks[1].byID[7] != zoe {
				t.Error("an object that no op touched was replaced")
			}
		})
	}
}

func TestVanillaDiverges(t *testing.T) {
	tw := newTwins()
	if _, err := tw.op(Vanilla, "c/1", func(d *desk) { d.open("ann") }); err != nil {
		t.Fatal(err)
	}
	if tw.equal() {
		t.Error("replicas that draw different values are equal without compensation")
	}
}

func TestFallBackShipsWholeCopies(t *testing.T) {
	for _, tech := range []Technique{Full, Contaminated, Reexecute} {
		t.Run(string(tech), func(t *testing.T) {
			tw := newTwins()
			r, err := tw.op(tech, "c/1", func(d *desk) { d.odd("ann") })
			if err != nil {
				t.Fatal(err)
			}
			if !r.FellBack || r.Why == nil || len(r.Full) == 0 || len(r.Trace) > 0 || !strings.Contains(r.Why.Error(), "desk.odd") {
				t.Errorf("result %+v", r)
			}
			if !tw.equal() {
				t.Error("replicas differ after a fall-back")
			}
			if a, b := tw.states[0].Stats(), tw.states[1].Stats(); a.FellBack != 1 || b.Compensated != 1 || b.Copied+b.Installed != 1 {
				t.Errorf("stats %+v %+v", a, b)
			}
		})
	}
}

func TestSliversThatDrawNothingShipNothing(t *testing.T) {
	for _, tech := range []Technique{Vanilla, Full, Contaminated, Reexecute} {
		tw := newTwins()
		r, err := tw.op(tech, "c/1", func(d *desk) { d.heads = append(d.heads, "x") })
		if err != nil || r.Drew || len(r.Trace)+len(r.Full) > 0 || !tw.equal() || len(tw.desks[1].heads) != 1 {
			t.Errorf("%s: %+v, %v", tech, r, err)
		}
	}
}

func TestParseTechnique(t *testing.T) {
	if tech, err := ParseTechnique("full"); tech != Full || err != nil {
		t.Error(tech, err)
	}
	_, err := ParseTechnique("half")
	if want := `unknown technique "half": use vanilla, full, contaminated, reexecute, transparent or auto`; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

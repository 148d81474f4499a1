package order

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/raft"
)

// change has whoever leads change a seat, and waits for the agreement.
func (g *group) change(kind ChangeKind, s Seat) error {
	g.t.Helper()
	leader, l := g.lead()
	g.until("the leader has read the log", func() bool { return g.logs[leader].Seats().Index > 0 })
	err := make(chan error, 1)
	l.Change(l.Seats().Index, Change{kind, s}, func(e error) { err <- e })
	select {
	case e := <-err:
		return e
	case <-time.After(5 * time.Second):
		return errors.New("no verdict")
	}
}

func (g *group) mustChange(kind ChangeKind, s Seat) {
	g.t.Helper()
	if err := g.change(kind, s); err != nil {
		g.t.Fatal(err)
	}
}

// lose takes a replica's log away.
func (g *group) lose(r int) {
	g.t.Helper()
	g.stop(r)
	if err := os.RemoveAll(filepath.Join(g.dir, fmt.Sprint(r))); err != nil {
		g.t.Fatal(err)
	}
}

// replace gives the seat of a replica that is down to a new log, which has a vote at the end.
func (g *group) replace(r int, log string) {
	g.t.Helper()
	_, l := g.lead()
	old, ok := l.Seats().Of(r)
	if ok {
		g.mustChange(Remove, old)
	}
	_, l = g.lead()
	g.until("the seat is vacant", func() bool { _, ok := l.Seats().Of(r); return !ok })
	s := Seat{Replica: r, Since: l.Seats().Index, Log: log, Addr: g.peers[r]}
	g.mustChange(Add, s)
	g.seats[r] = s
	g.restart(r)
	g.until("the new log knows its seat", func() bool { got, _ := g.logs[r].Seats().Of(r); return got.Same(s) })
	g.mustChange(Vote, s)
}

func TestSeatIsTakenOver(t *testing.T) {
	g := newGroup(t, t.TempDir())
	g.seats = make(map[int]Seat)
	g.propose("a")
	for r := 3; r >= 1; r-- { // whoever leads, its turn comes too
		g.lose(r)
		g.propose(fmt.Sprint("without ", r))
		g.replace(r, fmt.Sprint("new", r))
	}
	all := []string{"a", "without 3", "without 2", "without 1"}
	for r := range g.logs {
		g.want(r, all...)
	}
	for r := range g.logs { // each new log carries the group together with one other
		g.stop(r)
		g.propose(fmt.Sprint("again without ", r))
		all = append(all, fmt.Sprint("again without ", r))
		if _, l := g.lead(); !verify(t, l) {
			t.Errorf("two of three, without %d, do not verify their leader", r)
		}
		g.restart(r)
		g.want(r, all...)
	}
	for r, l := range g.logs {
		var since []uint64
		for id := 1; id <= 3; id++ {
			s, _ := l.Seats().Of(id)
			if since = append(since, s.Since); s.Log != fmt.Sprint("new", id) || !s.Voter {
				t.Errorf("replica %d: the seat of %d is %+v", r, id, s)
			}
		}
		if since[0] <= since[1] || since[1] <= since[2] {
			t.Errorf("replica %d: seats since %v: want the later ones higher", r, since)
		}
	}
}

// Two of three work together; taking the third's seat while the second is down would stop the group, also if the third is well.
func TestNoSeatIsTakenFromWhoIsNeeded(t *testing.T) {
	g := newGroup(t, t.TempDir())
	g.seats = make(map[int]Seat)
	g.propose("a")
	leader, _ := g.lead()
	down, needed := leader%3+1, (leader+1)%3+1
	g.stop(down)
	time.Sleep(300 * time.Millisecond)
	if err := g.change(Remove, Seat{Replica: needed}); err == nil {
		t.Error("the seat of the only other replica that is up is taken")
	}
	g.propose("b")
	g.restart(down)
	g.until("the others answer", func() bool { return g.change(Remove, Seat{Replica: needed}) == nil })
}

// A change that was asked for when the seats were others is void: the operator meant another log.
func TestChangeOfOtherSeatsIsVoid(t *testing.T) {
	g := newGroup(t, t.TempDir())
	g.propose("a")
	_, l := g.lead()
	before := l.Seats().Index
	g.lose(3)
	g.until("the seat is taken", func() bool { return g.change(Remove, Seat{Replica: 3}) == nil })
	_, l = g.lead()
	err := make(chan error, 1)
	l.Change(before, Change{Add, Seat{Replica: 3, Since: before, Log: "late", Addr: g.peers[3]}}, func(e error) { err <- e })
	if e := <-err; e == nil {
		t.Error("a change of seats that are no more is agreed to")
	}
}

// Seats come with a snapshot, where the entries that agreed on them are gone.
func TestSeatsComeWithSnapshot(t *testing.T) {
	h, taken := NewHistory(), &seating{}
	f := fsm{h, taken}
	f.ApplyBatch([]*raft.Log{{Index: 7, Type: raft.LogConfiguration, Data: raft.EncodeConfiguration(raft.Configuration{Servers: []raft.Server{
		{ID: "1", Address: "a:1"}, {ID: "2.5.log", Address: "a:2", Suffrage: raft.Nonvoter},
	}})}})
	want := Seats{Index: 7, All: []Seat{{Replica: 1, Addr: "a:1", Voter: true}, {Replica: 2, Since: 5, Log: "log", Addr: "a:2"}}}
	if d := cmp.Diff(want, f.Seats()); d != "" {
		t.Fatalf("seats of an entry (-want +got):\n%s", d)
	}
	snap, err := f.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	store := raft.NewInmemSnapshotStore()
	sink, err := store.Create(1, 7, 1, raft.Configuration{}, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := snap.Persist(sink); err != nil {
		t.Fatal(err)
	}
	_, r, err := store.Open(sink.ID())
	if err != nil {
		t.Fatal(err)
	}
	other := fsm{NewHistory(), &seating{}}
	if err := other.Restore(r); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, other.Seats()); d != "" {
		t.Errorf("seats of a snapshot (-want +got):\n%s", d)
	}
}

// The answers of a log without a vote, or of one whose seat is gone, make nobody the leader.
func TestOnlyVotersVerify(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v, _ := newFake(t)
		now := time.Now()
		for _, id := range []raft.ServerID{"6.9.new", "7", "2"} {
			v.accepted(id, 7, now)
		}
		if v.Lease() {
			t.Error("a leader with one voter of four has a lease")
		}
		v.accepted("3", 7, now)
		if !v.Lease() {
			t.Error("a leader with two voters of four has no lease")
		}
	})
}

// A log that takes over gets the image and what follows it where the entries before are gone, and knows the seats.
func TestTakenSeatComesBySnapshot(t *testing.T) {
	g := newGroup(t, t.TempDir())
	g.seats = make(map[int]Seat)
	g.propose("a")
	g.propose("b")
	g.lose(3)
	for r, l := range g.logs {
		g.want(r, "a", "b")
		_, entries := l.After(0, 10)
		l.Capture(Image{Index: entries[1].Index, Data: []byte("a,b")})
	}
	g.propose("c")
	for r, l := range g.logs {
		g.want(r, "a", "b", "c")
		g.cut(l)
	}
	g.replace(3, "new")
	g.propose("d")
	g.want(3, "a", "b", "c", "d")
	if g.logs[3].Latest() == nil {
		t.Error("the new log has no image: it did not come by snapshot")
	}
	g.stop(3)
	g.restart(3)
	g.want(3, "a", "b", "c", "d")
}

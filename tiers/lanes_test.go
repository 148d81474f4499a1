package tiers

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/midas-tiers/midas/tiers/core"
	"github.com/midas-tiers/midas/tiers/wire"
)

// Replicas of one log with different numbers of lanes come to the same state. Which lane goes on first follows from the seed.
func TestLanesDoNotMatter(t *testing.T) {
	eachArm(t, func(t *testing.T, a arm) {
		for seed := range uint64(5) {
			s := newSystem(t, shelf, a, nil)
			r := rand.New(rand.NewPCG(seed, 3))
			s.pick = r.IntN
			for i, id := range s.all {
				s.place.Lanes = []int{4, 1, 2}[i]
				s.start(id)
			}
			s.pump()
			var waiting []*request
			for i := range 60 {
				at := s.all[r.IntN(len(s.all))]
				waiting = append(waiting, s.send(at, fmt.Sprintf("c%d/1", i), []string{putMethod, countMethod, getMethod}[r.IntN(3)], r.Int64N(4)))
				for range r.IntN(4) {
					s.step()
				}
			}
			most := s.most
			for _, w := range waiting {
				s.await(w)
			}
			s.settle()
			s.wantEqual()
			if a.technique != "full" && a.technique != "transparent" && max(most, s.most) < 2 {
				t.Error("no two slivers were under way at a time")
			}
		}
	})
}

// Operations on different keys run at a time, and those on one key one after the other.
func TestLanesRunAtOnce(t *testing.T) {
	for _, c := range []struct {
		lanes int
		keys  []int64
		want  int
	}{{1, []int64{1, 2, 3, 4}, 1}, {2, []int64{1, 2, 3, 4}, 2}, {4, []int64{1, 2, 3, 4}, 4}, {4, []int64{1, 1, 1, 1}, 1}} {
		t.Run(fmt.Sprintf("%d lanes, keys %v", c.lanes, c.keys), func(t *testing.T) {
			eachStyle(t, func(t *testing.T, a arm) {
				if got := atOnce(t, a, c.lanes, c.keys); got != c.want {
					t.Errorf("%d slivers ran at a time, want %d", got, c.want)
				}
			})
		})
	}
}

// atOnce runs a Put for each key at a tier whose lanes are goroutines, and returns how many of them ran at a time at the leader.
func atOnce(t *testing.T, a arm, lanes int, keys []int64) int {
	var mu sync.Mutex
	now, most := 0, 0
	count := func(d int) {
		mu.Lock()
		defer mu.Unlock()
		now += d
		most = max(most, now)
	}
	s := newSystem(t, shelf, a, func(p *Place) { p.Lanes = lanes })
	leader := wire.ID{Tier: "shelf", Replica: 1}
	s.prime = func(id wire.ID, impl service) {
		impl.(*shelfService).work = func(int64) {
			if id == leader {
				count(1)
				time.Sleep(30 * time.Millisecond)
				count(-1)
			}
		}
	}
	s.startAll()
	s.nodes[leader].spawn = func(f func()) { go f() }
	var waiting []*request
	for i, key := range keys {
		waiting = append(waiting, s.send(leader, fmt.Sprintf("c%d/1", i), putMethod, key))
	}
	for begin := time.Now(); time.Since(begin) < 5*time.Second; time.Sleep(time.Millisecond) {
		s.pump()
		answered := 0
		for _, w := range waiting {
			answered += len(w.answer)
		}
		if answered == len(waiting) {
			s.settle()
			s.wantEqual()
			return most
		}
	}
	t.Fatal("no answer within 5 s")
	return 0
}

// While a handler takes its time the loop does what it has to: it gives its status, and runs what does not touch the same. What it runs is
// answered afterwards, because the log keeps the order.
func TestLoopIsFreeWhileSliversRun(t *testing.T) {
	s := newSystem(t, shelf, styles[0], func(p *Place) { p.Lanes = 2 })
	hold := make(chan struct{})
	leader := wire.ID{Tier: "shelf", Replica: 1}
	s.prime = func(_ wire.ID, impl service) {
		impl.(*shelfService).work = func(key int64) {
			if key == 1 {
				<-hold
			}
		}
	}
	s.startAll()
	n := s.nodes[leader]
	n.spawn = func(f func()) { go f() }
	slow := s.send(leader, "a/1", putMethod, 1)
	quick := s.send(leader, "b/1", getMethod, 2)
	for begin := time.Now(); n.stats.Reads == 0 && time.Since(begin) < 5*time.Second; time.Sleep(time.Millisecond) {
		s.pump()
	}
	if status, err := n.status(false); err != nil || status.Stats.Core.Running != 1 || status.Stats.Reads != 1 {
		t.Errorf("%d slivers run, %d reads have run, error %v; want 1 and 1", status.Stats.Core.Running, status.Stats.Reads, err)
	}
	dumped := false
	n.launch(job{alone: true, then: func() { dumped = true }})
	for begin := time.Now(); !dumped && time.Since(begin) < 20*time.Millisecond; time.Sleep(time.Millisecond) {
		s.pump()
	}
	if dumped {
		t.Error("the state is read while a sliver runs")
	}
	close(hold)
	for begin := time.Now(); !dumped && time.Since(begin) < 5*time.Second; time.Sleep(time.Millisecond) {
		s.pump()
	}
	if !dumped {
		t.Error("the state is never read")
	}
	s.await(slow)
	s.await(quick)
	s.settle()
	s.wantEqual()
}

// A key's text depends on its value alone, wherever a message holds it.
func TestKeyAt(t *testing.T) {
	field := &descriptorpb.FieldDescriptorProto{
		Name: proto.String(`a"]b`), Number: proto.Int32(-3), Options: &descriptorpb.FieldOptions{Packed: proto.Bool(true)},
		Type: descriptorpb.FieldDescriptorProto_TYPE_BOOL.Enum(),
	}
	for _, c := range []struct {
		message *descriptorpb.FieldDescriptorProto
		path    string
		want    string // "" if it has none
	}{
		{field, "Name", `"a\"]b"`}, {field, "Number", "-3"}, {field, "Type", "8"}, {field, "Options.Packed", "true"},
		{field, "JsonName", `""`}, {&descriptorpb.FieldDescriptorProto{}, "Options.Packed", "false"},
		{field, "Options", ""}, {field, "Options.UninterpretedOption", ""}, {field, "Nothing", ""}, {field, "Name.Length", ""},
	} {
		if got, ok := keyAt(reflect.ValueOf(c.message), c.path); got != c.want || ok != (c.want != "") {
			t.Errorf("%s: got %s, %v, want %s", c.path, got, ok, c.want)
		}
	}
}

func TestKeysOfRequests(t *testing.T) {
	s := newShelf(t, styles[0], nil)
	n := s.nodes[s.all[0]]
	begin := func(key int64) *core.Entry {
		request, err := marshal(&number{Value: key})
		if err != nil {
			t.Fatal(err)
		}
		return &core.Entry{Kind: core.Begin, Op: "c/1", Method: putMethod, Request: request}
	}
	for _, key := range []int64{7, -7, 0, 7} { // under one op id
		want := fmt.Sprintf("tiers.shelfService.Cells[%d]", key)
		if got := n.footprint(begin(key), ""); len(got.Writes) != 1 || got.Writes[0] != want || got.Contaminated[0] != want {
			t.Errorf("key %d: %v, want %s", key, got, want)
		}
	}
	bad := begin(1)
	bad.Request = []byte{0xff}
	if got := n.footprint(bad, ""); len(got.Writes) != 1 || got.Writes[0] != "tiers.shelfService.Cells" {
		t.Errorf("a request that cannot be read: %v, want the whole field", got)
	}
}

package compensate

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

type orders struct {
	orders map[string]*purchase
	Total  int
	last   *purchase
	hash   [3]byte
	note   any
	Open   func()
	Tags   []string
	seen   map[int]struct{}
}

type purchase struct {
	Created time.Time
	Items   []string
}

func ordersOf(second int, ids ...string) *orders {
	o := &orders{orders: map[string]*purchase{}, hash: [3]byte{'a', 'b', 0}, note: 5, seen: map[int]struct{}{4: {}}}
	for _, id := range ids {
		o.last = &purchase{Created: time.Date(2026, 1, 2, 3, 4, second, 0, time.UTC), Items: []string{"pen"}}
		o.orders[id] = o.last
	}
	return o
}

func dump(t *testing.T, o *orders) []Leaf {
	t.Helper()
	s := NewState()
	s.Add("shop.Orders", o)
	l, err := s.Dump()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestDumpIsReadable(t *testing.T) {
	want := []Leaf{
		{"shop.Orders.Total", "0"},
		{"shop.Orders.hash", `"ab\x00"`},
		{"shop.Orders.note", "int"},
		{"shop.Orders.note", "5"},
		{"shop.Orders.Open", "nil"},
		{"shop.Orders.Tags", "nil"},
		{`shop.Orders.orders["a7"]`, "-> shop.Orders.last"},
		{"shop.Orders.last.Created", "2026-01-02T03:04:05Z"},
		{"shop.Orders.seen[4]", "present"},
		{"shop.Orders.last.Items[0]", `"pen"`},
	}
	if diff := cmp.Diff(want, dump(t, ordersOf(5, "a7"))); diff != "" {
		t.Error(diff)
	}
}

func TestDiffNamesPaths(t *testing.T) {
	a, b := ordersOf(5, "a7", "b1"), ordersOf(6, "a7", "b2")
	a.last, b.last = nil, nil
	want := []Difference{
		{`shop.Orders.orders["a7"].Created`, "2026-01-02T03:04:05Z", "2026-01-02T03:04:06Z"},
		{`shop.Orders.orders["b1"].Created`, "2026-01-02T03:04:05Z", "absent"},
		{`shop.Orders.orders["b1"].Items[0]`, `"pen"`, "absent"},
		{`shop.Orders.orders["b2"].Created`, "absent", "2026-01-02T03:04:06Z"},
		{`shop.Orders.orders["b2"].Items[0]`, "absent", `"pen"`},
	}
	if diff := cmp.Diff(want, Diff(dump(t, a), dump(t, b))); diff != "" {
		t.Error(diff)
	}
	if d := Diff(dump(t, a), dump(t, a)); d != nil {
		t.Errorf("a state differs from itself: %v", d)
	}
	line := `shop.Orders.orders["a7"].Created: 2026-01-02T03:04:05Z, 2026-01-02T03:04:06Z`
	if got := Diff(dump(t, a), dump(t, b))[0].String(); got != line {
		t.Errorf("%s, want %s", got, line)
	}
}

// States that differ only in which part of an object something leads to have a difference to show.
func TestDiffTellsParts(t *testing.T) {
	type owner struct{ a, b int }
	type holder struct {
		p *int
		s []int
		o *owner
		l []int
	}
	leaves := func(h holder) []Leaf {
		l, err := stateOf(&h).Dump()
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	o, l := &owner{1, 1}, []int{1, 1, 1}
	base := leaves(holder{&o.a, l[:1], o, l})
	for name, h := range map[string]holder{
		"another field": {&o.b, l[:1], o, l}, "another element": {&o.a, l[1:2], o, l}, "more elements": {&o.a, l[:2], o, l},
		"another array": {&o.a, []int{1}, o, l},
	} {
		if len(Diff(base, leaves(h))) == 0 {
			t.Errorf("%s: no difference", name)
		}
	}
	if d := Diff(base, leaves(holder{&o.a, l[:1], o, l})); len(d) > 0 {
		t.Error(d)
	}
}

// The way to a leaf names the fields that lead to it, and ends where the path ends, through pointers, maps and parts of objects too.
func TestLocateNamesFields(t *testing.T) {
	type inner struct{ a, b int }
	type outer struct {
		byKey map[string]*inner
		part  *int
		owner *inner
		Bare  struct{ X int }
	}
	whole := &inner{1, 2}
	located, err := stateOf(&outer{byKey: map[string]*inner{"k": {3, 4}}, part: &whole.b, owner: whole}).Locate()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	for _, l := range located {
		if end := l.Way[len(l.Way)-1].End; end != len(l.Path) {
			t.Errorf("%s: the way ends at %d", l.Path, end)
		}
		for _, s := range l.Way[1:] {
			got[l.Path] = append(got[l.Path], l.Path[:s.End]+" "+s.Field)
		}
	}
	const pkg = "github.com/midas-tiers/midas/compensate."
	root := located[0].Path[:located[0].Way[0].End]
	want := map[string][]string{
		root + `.byKey["k"].a`:        {root + ".byKey " + pkg + "outer.byKey", root + `.byKey["k"] `, root + `.byKey["k"].a ` + pkg + "inner.a"},
		root + `.byKey["k"].b`:        {root + ".byKey " + pkg + "outer.byKey", root + `.byKey["k"] `, root + `.byKey["k"].b ` + pkg + "inner.b"},
		root + `.Bare.X`:              {root + ".Bare " + pkg + "outer.Bare", root + ".Bare.X "},
		root + `.owner`:               {root + ".owner " + pkg + "outer.owner"},
		root + `.part`:                {root + ".part " + pkg + "outer.part"},
		"around(" + root + ".part).a": {"around(" + root + ".part) " + pkg + "outer.part", "around(" + root + ".part).a " + pkg + "inner.a"},
		"around(" + root + ".part).b": {"around(" + root + ".part) " + pkg + "outer.part", "around(" + root + ".part).b " + pkg + "inner.b"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

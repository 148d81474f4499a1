package verify

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/midas-tiers/midas/compensate"
)

const here = "github.com/midas-tiers/midas/cmd/midas/verify"

type shop struct {
	total  int
	last   *order
	open   map[string]*order
	list   []int
	note   any
	levels map[string]int
}

type order struct {
	made, left int
	self       *order
}

func looped(made int) *order {
	o := &order{made: made}
	o.self = o
	return o
}

func located(t *testing.T, s *shop) []compensate.Located {
	t.Helper()
	state := compensate.NewState()
	state.Add("verify.shop", s)
	l, err := state.Locate()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestVerdicts(t *testing.T) {
	one, two := &order{made: 1, left: 1}, &order{made: 1, left: 1}
	inValue, inPlace := How{Value: true}, How{}
	for _, c := range []struct {
		name  string
		a, b  shop
		known map[string]How
		want  map[string]Verdict
	}{
		{"equal", shop{total: 1, last: one}, shop{total: 1, last: two}, nil, map[string]Verdict{}},
		{"a value", shop{total: 1}, shop{total: 2}, nil, map[string]Verdict{"shop.total": IsMissed}},
		{"a known value", shop{total: 1}, shop{total: 2}, map[string]How{"shop.total": inValue}, map[string]Verdict{"shop.total": IsKnown}},
		{"behind a pointer", shop{last: &order{made: 1, left: 1}}, shop{last: &order{made: 2, left: 1}}, nil, map[string]Verdict{"order.made": IsMissed}},
		{"through a known pointer", shop{last: &order{made: 1, left: 1}}, shop{last: &order{made: 2, left: 1}}, map[string]How{"shop.last": inValue},
			map[string]Verdict{"order.made": IsKnown}},
		{"nil", shop{}, shop{last: one}, map[string]How{"order.made": inValue, "order.left": inValue}, map[string]Verdict{"shop.last": IsMissed}},
		{"an entry", shop{levels: map[string]int{"a": 1}}, shop{levels: map[string]int{}}, nil, map[string]Verdict{"shop.levels": IsMissed}},
		{"an entry in all", shop{levels: map[string]int{"a": 1}}, shop{levels: map[string]int{"a": 2}}, nil, map[string]Verdict{"shop.levels": IsMissed}},
		{"an entry with known content", shop{open: map[string]*order{"a": one}}, shop{open: map[string]*order{}}, map[string]How{"order.made": inValue},
			map[string]Verdict{"shop.open": IsMissed}},
		{"a longer list", shop{list: []int{1, 2}}, shop{list: []int{1}}, map[string]How{"shop.list": inValue}, map[string]Verdict{"shop.list": IsKnown}},
		{"an interface's type", shop{note: 1}, shop{note: "1"}, nil, map[string]Verdict{"shop.note": IsMissed}},
		{"one object for another", shop{last: one, open: map[string]*order{"a": one, "b": two}}, shop{last: two, open: map[string]*order{"a": one, "b": two}},
			map[string]How{"shop.last": inValue}, map[string]Verdict{"shop.open": IsKnown}},
		{"drawn keys", shop{open: map[string]*order{"x": {made: 1, left: 3}}}, shop{open: map[string]*order{"y": {made: 2, left: 3}}},
			map[string]How{"shop.open": inPlace, "order.made": inValue}, map[string]Verdict{"shop.open": IsKnown, "order.made": IsKnown}},
		{"under drawn keys something is missed", shop{open: map[string]*order{"x": {made: 1, left: 3}}}, shop{open: map[string]*order{"y": {made: 2, left: 4}}},
			map[string]How{"shop.open": inPlace, "order.made": inValue},
			map[string]Verdict{"shop.open": IsKnown, "order.made": IsKnown, "order.left": IsMissed}},
		{"what leads to itself under drawn keys", shop{open: map[string]*order{"x": looped(1)}}, shop{open: map[string]*order{"y": looped(1)}},
			map[string]How{"shop.open": inPlace}, map[string]Verdict{"shop.open": IsKnown}},
		{"drawn content under drawn keys", shop{open: map[string]*order{"x": {made: 1, left: 3}}}, shop{open: map[string]*order{"y": {made: 2, left: 4}}},
			map[string]How{"shop.open": inValue}, map[string]Verdict{"shop.open": IsKnown, "order.made": IsKnown, "order.left": IsKnown}},
		{"two drawn keys tell nothing of their content", shop{open: map[string]*order{"x": {made: 1, left: 3}, "z": {made: 1, left: 3}}}, shop{open: map[string]*order{"y": {made: 2, left: 4}, "v": {made: 2, left: 4}}},
			map[string]How{"shop.open": inPlace}, map[string]Verdict{"shop.open": IsKnown}},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := Known{Fields: map[string]How{}, Packages: []string{here}}
			for name, how := range c.known {
				k.Fields[here+"."+name] = how
			}
			s := newFindings(k)
			for _, d := range differences(located(t, &c.a), located(t, &c.b)) {
				s.add(d, origin{})
			}
			got := map[string]Verdict{}
			for _, f := range s.sorted() {
				got[f.Field[len(here)+1:]] = f.Verdict
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestKnownNames(t *testing.T) {
	k := Known{Packages: []string{"example.com/shop", "example.com/v1.2"}}
	if got := name("main.server.last", "example.com/shop"); got != "example.com/shop.server.last" || !k.own(got) {
		t.Errorf("a field of the main package is %s, own: %v", got, k.own(got))
	}
	for name, want := range map[string]bool{"example.com/shop.count": true, "example.com/v1.2.count": true, "example.com/shopping.count": false, "count": false} {
		if k.own(name) != want {
			t.Errorf("own(%s) = %v", name, !want)
		}
	}
}

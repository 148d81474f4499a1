package compensate

import (
	"strings"
	"sync"
	"testing"
)

const pkg = "github.com/midas-tiers/midas/compensate."

// ledger has contaminated fields (newest, item.stamp) and others.
type ledger struct {
	items  map[string]*item
	byName map[string]item
	boxed  any
	shared sync.Map
	newest *item
	queue  []*item
	fresh  *tag
	ring   **item
}

type item struct {
	name  string
	stamp int
	tag   *tag
}

type tag struct{ text string }

// ledgerOf is equal for all stamps but in the contaminated fields.
func ledgerOf(stamp int, newest string) *ledger {
	l := &ledger{items: map[string]*item{}, byName: map[string]item{}, boxed: item{name: "boxed", stamp: stamp}}
	for _, n := range []string{"a", "b", "c"} {
		l.items[n] = &item{name: n, stamp: stamp, tag: &tag{"of " + n}}
		l.byName[n] = item{name: n, stamp: stamp}
		l.shared.Store(n, item{name: n, stamp: stamp})
	}
	l.newest, l.fresh = l.items[newest], &tag{newest}
	l.queue = []*item{l.items[newest], {name: newest, stamp: stamp, tag: l.items[newest].tag}}
	l.ring = &l.queue[0]
	return l
}

func TestFieldsAreCopiedAndTheRestIsNamed(t *testing.T) {
	from, to := ledgerOf(1, "a"), ledgerOf(2, "b")
	a := to.items["a"]
	to.fresh = a.tag // the copy must not be written over it
	fields := []string{pkg + "ledger.newest", pkg + "ledger.queue", pkg + "ledger.fresh", pkg + "ledger.ring", pkg + "item.stamp"}
	b, err := stateOf(from).EncodeFields(fields)
	if err != nil {
		t.Fatal(err)
	}
	if err := stateOf(to).DecodeFields(b); err != nil {
		t.Fatal(err)
	}
	same(t, from, to)
	if to.newest != a || to.items["a"] != a || to.queue[1].tag != a.tag || to.ring != &to.queue[0] {
		t.Error("an object outside the copied fields was copied")
	}
}

func TestFieldsNotNamedAreLeftAlone(t *testing.T) {
	from, to := ledgerOf(1, "a"), ledgerOf(2, "b")
	b, err := stateOf(from).EncodeFields([]string{pkg + "ledger.newest", pkg + "nothing.here"})
	if err != nil {
		t.Fatal(err)
	}
	if err := stateOf(to).DecodeFields(b); err != nil {
		t.Fatal(err)
	}
	if to.newest != to.items["a"] || to.newest.stamp != 2 || to.fresh.text != "b" {
		t.Errorf("%+v", to)
	}
}

func TestFieldsOfVariables(t *testing.T) {
	type server struct{ total *int }
	state := func(n int, names ...string) (*State, *int, *[]string) {
		s := NewState()
		s.Add("svc", &server{&n})
		s.Add("example.com/p.count", &n)
		s.Add("example.com/p.names", &names)
		return s, &n, &names
	}
	a, _, _ := state(1, "x", "y")
	b, n, names := state(2, "z")
	form, err := a.EncodeFields([]string{"example.com/p.count"})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.DecodeFields(form); err != nil {
		t.Fatal(err)
	}
	if *n != 1 || len(*names) != 1 {
		t.Errorf("count %d, names %v", *n, *names)
	}
	if form, err = a.EncodeFields([]string{"*"}); err != nil {
		t.Fatal(err)
	}
	if err := b.DecodeFields(form); err != nil || len(*names) != 2 {
		t.Errorf("names %v, %v", *names, err)
	}
}

func TestFieldsThatDoNotFitAreErrors(t *testing.T) {
	from, to := ledgerOf(1, "a"), ledgerOf(2, "b")
	delete(to.items, "a")
	from.queue, from.ring, to.queue, to.ring, to.newest = nil, nil, nil, nil, nil
	for field, want := range map[string]string{
		"ledger.newest": `r.newest: object r.items["a"] does not exist here`,
		"item.stamp":    `r.newest.stamp: does not exist here`,
	} {
		b, err := stateOf(from).EncodeFields([]string{pkg + field})
		if err != nil {
			t.Fatal(err)
		}
		if err := stateOf(to).DecodeFields(b); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not say %q", err, want)
		}
	}
}

// same checks that two roots have the same meaning.
func same(t *testing.T, a, b any) {
	t.Helper()
	sa, sb := stateOf(a), stateOf(b)
	if digest(t, sa) == digest(t, sb) {
		return
	}
	da, err := sa.Dump()
	if err != nil {
		t.Fatal(err)
	}
	db, err := sb.Dump()
	if err != nil {
		t.Fatal(err)
	}
	t.Errorf("states differ: %v", Diff(da, db))
}

package compensate

import (
	"bytes"
	"cmp"
	"reflect"
	"slices"
)

// entry is one entry of a map, with what orders it: the key's own value where that is easy, else the normal form of the key and,
// among equal ones, of the element. Entries that are equal in all that (two distinct keys that point to equal objects) are in no
// defined order.
type entry struct {
	key, elem reflect.Value // addressable copies
	order     []byte
	tie       []byte
}

// entries writes a map's entries in canonical order.
func (w *walk) entries(m reflect.Value) error {
	es, err := w.sortedEntries(m)
	if err != nil {
		return err
	}
	w.out.uint(uint64(len(es)))
	for _, e := range es {
		w.path.entry(e.key)
		if err := w.key(e.key); err != nil {
			return err
		}
		w.selection.enter(func() { m.SetMapIndex(e.key, e.elem) })
		if err := w.elem(e.elem); err != nil {
			return err
		}
		w.selection.leave()
		w.path.pop()
	}
	return nil
}

// elem writes a map's element. One without plain values has a leaf all the same: the key's presence is state.
func (w *walk) elem(v reflect.Value) error {
	leaves, queued := len(w.leaves), len(w.queue)
	err := w.value(v)
	if len(w.leaves) == leaves && len(w.queue) == queued {
		w.leaf("present")
	}
	return err
}

// key writes a map's key. It has no leaves: it is in the path of its element.
func (w *walk) key(k reflect.Value) error {
	dump := w.dump
	w.dump = false
	err := w.value(k)
	w.dump = dump
	return err
}

func (w *walk) sortedEntries(m reflect.Value) ([]entry, error) {
	es := make([]entry, 0, m.Len())
	for it := m.MapRange(); it.Next(); {
		es = append(es, entry{key: copied(it.Key()), elem: copied(it.Value())})
	}
	switch layoutOf(m.Type().Key()).class {
	case text:
		slices.SortFunc(es, func(a, b entry) int { return cmp.Compare(a.key.String(), b.key.String()) })
	case signed:
		slices.SortFunc(es, func(a, b entry) int { return cmp.Compare(a.key.Int(), b.key.Int()) })
	case unsigned:
		slices.SortFunc(es, func(a, b entry) int { return cmp.Compare(a.key.Uint(), b.key.Uint()) })
	default:
		return es, w.sortByForm(es)
	}
	return es, nil
}

func (w *walk) sortByForm(es []entry) error {
	for i := range es {
		var err error
		if es[i].order, err = w.form(es[i].key); err != nil {
			return err
		}
	}
	compareOrder := func(a, b entry) int { return bytes.Compare(a.order, b.order) }
	slices.SortFunc(es, compareOrder)
	for lo := 0; lo < len(es); {
		hi := lo + 1
		for hi < len(es) && compareOrder(es[lo], es[hi]) == 0 {
			hi++
		}
		if hi-lo > 1 {
			if err := w.breakTies(es[lo:hi]); err != nil {
				return err
			}
		}
		lo = hi
	}
	return nil
}

func (w *walk) breakTies(es []entry) error {
	for i := range es {
		var err error
		if es[i].tie, err = w.form(es[i].elem); err != nil {
			return err
		}
	}
	slices.SortFunc(es, func(a, b entry) int { return bytes.Compare(a.tie, b.tie) })
	return nil
}

// form is the normal form of one value: objects that the walk has already numbered by their number, others by their content.
func (w *walk) form(v reflect.Value) ([]byte, error) {
	sub := newWalk(w.scan, w.types.registry, walkOptions{paths: w.paths})
	sub.path.base = w.path.base
	sub.path.steps = w.path.steps
	sub.parent, sub.outside = w, w.outside
	if err := sub.value(v); err != nil {
		return nil, err
	}
	return sub.out.b, sub.bodies()
}

var presence = reflect.TypeFor[struct{}]()

// entries reads a map's entries into m. Elements whose keys are there are written from what they are, other keys are deleted, and
// the map is never emptied on the way: a handler that waits inside a range over it goes on.
func (d *decoder) entries(m reflect.Value) error {
	dropUnequalKeys(m)
	n := d.count()
	want := reflect.MakeMapWithSize(reflect.MapOf(m.Type().Key(), presence), min(n, 1<<10))
	for range n {
		key, err := d.entry(m)
		if err != nil {
			return err
		}
		want.SetMapIndex(key, reflect.Zero(presence))
	}
	for it := m.MapRange(); it.Next(); {
		if k := it.Key(); k.Equal(k) && !want.MapIndex(k).IsValid() {
			m.SetMapIndex(k, reflect.Value{})
		}
	}
	return d.err
}

func (d *decoder) entry(m reflect.Value) (key reflect.Value, err error) {
	key = reflect.New(m.Type().Key()).Elem()
	if err := d.value(key); err != nil {
		return key, err
	}
	if !key.Comparable() {
		return key, errFormat
	}
	d.path.entry(key)
	elem := reflect.New(m.Type().Elem()).Elem()
	if old := m.MapIndex(key); old.IsValid() {
		elem.Set(old)
	}
	if err := d.value(elem); err != nil {
		return key, err
	}
	d.path.pop()
	m.SetMapIndex(key, elem)
	return key, nil
}

// dropUnequalKeys empties a map with keys that do not equal themselves (NaN): they can be neither found nor deleted.
func dropUnequalKeys(m reflect.Value) {
	for it := m.MapRange(); it.Next(); {
		if k := it.Key(); !m.MapIndex(k).IsValid() {
			m.Clear()
			return
		}
	}
}

package verify

import (
	"strings"

	"github.com/midas-tiers/midas/compensate"
)

// A service that draws its ids keeps what it stores under keys that differ, so nothing that it stores would ever be compared. Where one
// request has left one new entry in each copy, at the same place, these are taken to be the same thing, and compared.

// entry is an element or entry that one state has and the other has not.
type entry struct {
	path string
	way  []compensate.Step
}

// paired compares the entries that only one state has with those that only the other has.
func paired(a, b []compensate.Located, x, y state) []difference {
	left, right := entries(x, y), entries(y, x)
	var out []difference
	for place, one := range left {
		if other := right[place]; len(one) == 1 && len(other) == 1 {
			out = append(out, within(a, b, one[0], other[0])...)
		}
	}
	return out
}

// entries are the outermost entries that only has has, by the place that holds them.
func entries(has, lacks state) map[string][]entry {
	found := make(map[string][]entry)
	met := make(map[string]bool)
	for path := range has.values {
		way := has.ways[path]
		for i, step := range way {
			at := path[:min(step.End, len(path))]
			if _, ok := lacks.ways[at]; ok {
				continue
			}
			if _, ok := lacks.values[at]; !ok && step.Field == "" && i > 0 && !met[at] {
				met[at] = true
				place := path[:way[i-1].End]
				found[place] = append(found[place], entry{at, way[:i+1]})
			}
			break
		}
	}
	return found
}

// within compares the contents of two entries.
func within(a, b []compensate.Located, one, other entry) []difference {
	out := direct(newState(one.contents(a, one.path)), newState(other.contents(b, one.path)))
	for i := range out {
		out[i].outer = names(one.way)
	}
	return out
}

// contents are the values in an entry, under another path; the way to them begins there.
func (e entry) contents(all []compensate.Located, as string) []compensate.Located {
	var out []compensate.Located
	shift := len(as) - len(e.path)
	for _, l := range all {
		if n := len(e.way); len(l.Way) <= n || !strings.HasPrefix(l.Path, e.path) || l.Way[n-1].End != len(e.path) {
			continue
		}
		c := compensate.Located{Leaf: compensate.Leaf{Path: as + l.Path[len(e.path):], Value: strings.ReplaceAll(l.Value, e.path, as)}}
		c.Way = []compensate.Step{{End: len(as)}}
		for _, step := range l.Way[len(e.way):] {
			c.Way = append(c.Way, compensate.Step{End: step.End + shift, Field: step.Field})
		}
		out = append(out, c)
	}
	return out
}

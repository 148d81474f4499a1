package verify

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/midas-tiers/midas/compensate"
)

// difference is a path at which two states differ.
type difference struct {
	path string
	a, b string   // the values; "absent" where there is none
	way  []string // the fields that lead to where the states part, the outermost first
	// outer fields lead to an entry that is compared with one under another key. That the key differs says nothing of what is in the entry.
	outer []string
}

const absent = "absent"

// state is one copy's state by path.
type state struct {
	values map[string]string
	ways   map[string][]compensate.Step // of every path, and of those on the way
}

func newState(located []compensate.Located) state {
	s := state{make(map[string]string), make(map[string][]compensate.Step)}
	for _, l := range located {
		if old, ok := s.values[l.Path]; ok {
			l.Value = old + " " + l.Value // of an interface, its type and its content
		}
		s.values[l.Path] = l.Value
		for i, step := range l.Way {
			if end := min(step.End, len(l.Path)); s.ways[l.Path[:end]] == nil {
				s.ways[l.Path[:end]] = l.Way[:i+1]
			}
		}
	}
	return s
}

// differences compares two states. They come sorted by path.
func differences(a, b []compensate.Located) []difference {
	x, y := newState(a), newState(b)
	out := append(direct(x, y), paired(a, b, x, y)...)
	slices.SortStableFunc(out, func(a, b difference) int { return cmp.Compare(a.path, b.path) })
	return out
}

// direct compares path by path.
func direct(x, y state) []difference {
	var out []difference
	for path, value := range x.values {
		other, ok := y.values[path]
		switch {
		case !ok:
			out = append(out, difference{path: path, a: value, b: absent, way: slices.Concat(x.alias(value), parting(x, y, path))})
		case value != other:
			out = append(out, difference{path: path, a: value, b: other, way: slices.Concat(x.alias(value), y.alias(other), x.fields(path))})
		}
	}
	for path, value := range y.values {
		if _, ok := x.values[path]; !ok {
			out = append(out, difference{path: path, a: absent, b: value, way: slices.Concat(y.alias(value), parting(y, x, path))})
		}
	}
	slices.SortFunc(out, func(a, b difference) int { return cmp.Compare(a.path, b.path) })
	return out
}

// parting names the fields up to where the state that lacks the path goes another way: it has a value there already, such as nil, or
// nothing at all.
func parting(has, lacks state, path string) []string {
	way := has.ways[path]
	for i, step := range way {
		at := path[:min(step.End, len(path))]
		if value, ok := lacks.values[at]; ok {
			return slices.Concat(lacks.alias(value), names(way[:i+1]))
		}
		if _, ok := lacks.ways[at]; !ok {
			return names(way[:i+1])
		}
	}
	return names(way)
}

func (s state) fields(path string) []string { return names(s.ways[path]) }

// alias names the fields that lead to the object that a value refers to: "-> path". If pointers to it differ, the path by which it was met
// first may lead there through other fields than the contaminated one.
func (s state) alias(value string) []string {
	path, ok := strings.CutPrefix(value, "-> ")
	if !ok {
		return nil
	}
	return s.fields(partSuffix.ReplaceAllString(path, ""))
}

// partSuffix is what follows the path of an object in a reference to a part of it, or tells objects with one path apart.
var partSuffix = regexp.MustCompile(`\**(\+\d+)?(\[:\d+\])?$`)

func names(way []compensate.Step) []string {
	var out []string
	for _, step := range way {
		if step.Field != "" {
			out = append(out, step.Field)
		}
	}
	return out
}

package verify

import (
	"cmp"
	"slices"
)

// origin says when a difference was met.
type origin struct {
	main    string // import path of the main package of the tier in which it was met
	method  string
	request int // number of the request, 0 before the first, -1 if the copy was left to drift
}

// findings are the fields that diverged.
type findings struct {
	known  Known
	fields map[string]*Field
	seen   map[string]bool // contaminated fields in which the copies have differed
}

func newFindings(k Known) *findings {
	return &findings{k, make(map[string]*Field), make(map[string]bool)}
}

// add judges a difference and takes it to the field that it is in: the innermost one of own code on the way to it.
func (s *findings) add(d difference, at origin) {
	f := Field{Field: d.path, Method: at.method, Request: at.request, Path: d.path, A: d.a, B: d.b, Verdict: IsMissed}
	for i, step := range slices.Concat(d.outer, d.way) { // the innermost field that is known stands in the end
		name := name(step, at.main)
		if s.known.own(name) {
			f.Field = name
		}
		if how, ok := s.known.Fields[name]; ok && (i >= len(d.outer) || how.Value) {
			f.Verdict, f.Through = IsKnown, name
			s.seen[name] = s.seen[name] || how.Value
		}
	}
	s.seen[f.Through] = true
	if f.Through == f.Field {
		f.Through = ""
	}
	old := s.fields[f.Field]
	if old == nil {
		old = &f
		s.fields[f.Field] = old
	} else if f.Verdict == IsMissed && old.Verdict == IsKnown {
		f.Paths = old.Paths
		*old = f
	}
	old.Paths++
}

func (s *findings) sorted() []Field {
	out := []Field{}
	for _, f := range s.fields {
		out = append(out, *f)
	}
	slices.SortFunc(out, func(a, b Field) int { return cmp.Compare(a.Field, b.Field) })
	return out
}

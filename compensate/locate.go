package compensate

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Step is one step of the way from a root to a leaf.
type Step struct {
	End   int    // the leaf's Path[:End] is what the step leads to
	Field string // "import/path.Type.field" of a named struct, the name of a root, "" for an element or an entry
}

// Located is a leaf with the way to it.
type Located struct {
	Leaf
	Way []Step
}

// Locate is Dump, for whoever wants to know which fields lead to each value. The import path of a type in a main package is "main".
func (s *State) Locate() ([]Located, error) {
	w, err := s.walk(walkOptions{dump: true, paths: true, ways: true})
	if err != nil {
		return nil, fmt.Errorf("dump state: %w", err)
	}
	out := make([]Located, len(w.leaves))
	for i, l := range w.leaves {
		out[i] = Located{l, w.trails[i]}
	}
	return out, nil
}

// way is how the path leads to where it stands; around says that this is inside an object that gets a name for itself.
func (p *path) way(around bool) []Step {
	way := slices.Clone(p.trail)
	var b strings.Builder
	b.WriteString(p.base)
	for _, s := range p.steps {
		s.write(&b)
		way = append(way, Step{b.Len(), fieldName(s.owner, s.name)})
	}
	if around && len(way) > 0 {
		for i := range way {
			way[i].End += len(aroundOpen)
		}
		way[len(way)-1].End++ // the bracket that closes
	}
	return way
}

// fieldName is what analysis calls the field, "" if it has no name for it.
func fieldName(t reflect.Type, field string) string {
	if t == nil || t.Name() == "" {
		return ""
	}
	name, _, _ := strings.Cut(t.Name(), "[")
	return t.PkgPath() + "." + name + "." + field
}

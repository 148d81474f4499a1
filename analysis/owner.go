package analysis

import (
	"strings"

	"github.com/midas-tiers/midas/analysis/points"
)

// owners are the persistent objects, with the fields and variables that refer to them.
type owners struct {
	of    map[*points.Object]srcs // by number of the name
	names []string
	ids   map[string]int
	leads map[*points.Object][]lead
	work  []*points.Object // whose owners have grown since they were handed on
}

// lead is a way from one object to another: under a field's name, under the names of the first object, or both.
type lead struct {
	to   *points.Object
	name srcs
	pass bool
}

func newOwners() owners {
	return owners{of: map[*points.Object]srcs{}, ids: map[string]int{}, leads: map[*points.Object][]lead{}}
}

func (o *owners) name(n string) srcs {
	i, ok := o.ids[n]
	if !ok {
		i = len(o.names)
		o.ids[n] = i
		o.names = append(o.names, n)
	}
	return one(i)
}

// own makes the object persistent.
func (s *state) own(obj *points.Object, names srcs) {
	known, ok := s.owners.of[obj]
	if ok && known.covers(names) || s.p.opaque(obj.Type) {
		return
	}
	s.owners.of[obj] = known.or(names)
	s.owners.work = append(s.owners.work, obj)
}

// followOwners makes all persistent that persistent objects lead to.
func (s *state) followOwners() {
	for len(s.owners.work) > 0 {
		obj := s.owners.work[0]
		s.owners.work = s.owners.work[1:]
		for _, l := range s.leadsOf(obj) {
			names := l.name
			if l.pass {
				names = names.or(s.owners.of[obj])
			}
			s.own(l.to, names)
		}
	}
}

func (s *state) leadsOf(obj *points.Object) []lead {
	if out, ok := s.owners.leads[obj]; ok {
		return out
	}
	var out []lead
	at := map[*points.Object]int{}
	for _, path := range s.p.graph.Cells(points.Addr{Obj: obj}) {
		cell := points.Addr{Obj: obj, Path: path}
		field, prefix := s.lastField(cell)
		var name srcs
		if field != "" {
			name = s.owners.name(field)
		}
		pass := field == "" || strings.ContainsAny(prefix, "[{")
		for _, a := range s.p.graph.Held(cell) {
			i, ok := at[a.Obj]
			if !ok {
				i = len(out)
				at[a.Obj] = i
				out = append(out, lead{to: a.Obj})
			}
			out[i].name, out[i].pass = out[i].name.or(name), out[i].pass || pass
		}
	}
	s.owners.leads[obj] = out
	return out
}

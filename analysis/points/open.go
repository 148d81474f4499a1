package points

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"
)

// request is a load of a value of type typ that memory which turns out to be open has to answer.
type request struct {
	at  *loc
	typ types.Type
}

// standIn is the key of an open object: all memory of one type that an origin leads to.
type standIn struct {
	origin string
	typ    int
}

// stand returns the open object that stands for all memory of type t that origin leads to.
func (g *Graph) stand(origin string, t types.Type) *loc {
	key := standIn{origin, g.exact(t)}
	if o := g.sites[key]; o != nil {
		return g.at(o, "")
	}
	o := g.object(key, t, token.NoPos, origin)
	o.Open = true
	l := g.at(o, "")
	if pool := g.pools[origin]; pool != nil && g.externs > dense {
		g.add(g.cell(l), g.hoard(origin))
	} else if pool != nil {
		g.edge(pool, g.kept(l))
	}
	return l
}

// exact numbers types by identity, names included.
func (g *Graph) exact(t types.Type) int {
	if id := g.names.At(t); id != nil {
		return id.(int)
	}
	id := g.names.Len()
	g.names.Set(t, id)
	return id
}

// open lets n hold stand-ins for whatever a value of type t can point to.
func (g *Graph) open(n *node, t types.Type, origin string) {
	if g.opaque(t) {
		return
	}
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		if !g.opaque(u.Elem()) {
			g.add(n, g.stand(origin, u.Elem()))
		}
	case *types.Slice, *types.Map, *types.Chan, *types.Interface, *types.Signature:
		g.add(n, g.stand(origin, t))
	case *types.Struct:
		for i := range u.NumFields() {
			g.open(n, u.Field(i).Type(), origin)
		}
	case *types.Array:
		g.open(n, u.Elem(), origin)
	}
}

// opaque is Config.Opaque, but functions are followed: an iterator of a library leads to what it yields.
func (g *Graph) opaque(t types.Type) bool {
	if _, ok := t.Underlying().(*types.Signature); ok {
		return false
	}
	return g.cfg.Opaque(t)
}

// openable reports whether memory of type t that nobody was seen to make needs a stand-in.
func (g *Graph) openable(t types.Type) bool {
	if t == nil || !Pointed(t) || g.opaque(t) || types.Identical(t, errorType) {
		return false
	}
	_, ok := t.Underlying().(*types.Signature)
	return !ok
}

var errorType = types.Universe.Lookup("error").Type()

// ask opens the memory at l for a load if it is open, and when it becomes so.
func (g *Graph) ask(l *loc, t types.Type) {
	key := request{l, t}
	if t == nil || g.asked[key] {
		return
	}
	g.asked[key] = true
	l.Obj.loads = append(l.Obj.loads, key)
	if l.Obj.Open {
		g.open(g.cell(l), t, l.Obj.Origin)
		if pool := g.pools[l.Obj.Origin]; pool != nil && g.externs > dense {
			given := &node{want: g.types.returned(t)}
			g.edge(pool, given)
			g.edge(given, g.cell(l))
		}
		return
	}
	for _, f := range l.Obj.filled {
		if Overlap(f.Path, l.Path) {
			g.open(g.cell(l), t, g.origin(l.Obj))
			return
		}
	}
}

// fill opens the memory at l, which code that is not seen wrote.
func (g *Graph) fill(l *loc) {
	if g.opaque(l.Obj.Type) {
		return
	}
	g.edge(g.read(l), g.filled)
	if l.Obj.Open {
		return
	}
	l.Obj.filled = append(l.Obj.filled, l)
	for _, r := range l.Obj.loads {
		if Overlap(r.at.Path, l.Path) {
			g.open(g.cell(r.at), r.typ, g.origin(l.Obj))
		}
	}
}

// origin is that of stand-ins which are found in the object.
func (g *Graph) origin(o *Object) string {
	if o.Open {
		return o.Origin
	}
	return fmt.Sprintf("in %d", o.ID)
}

// unseen opens the cells that are loaded from although nothing that fits was stored there. It reports whether there were any.
func (g *Graph) unseen() bool {
	for _, o := range g.objects[:len(g.objects):len(g.objects)] {
		for _, r := range o.loads {
			if g.given[r] || !g.openable(r.typ) || g.cfg.Opaque(o.Type) {
				continue
			}
			if !g.holdsFor(r) {
				g.given[r] = true
				g.open(g.cell(r.at), r.typ, g.origin(o))
			}
		}
	}
	for _, p := range g.params {
		if len(p.node.list) == 0 {
			g.open(p.node, p.node.typ, p.origin)
		}
	}
	return len(g.work) > 0
}

// holdsFor reports whether something was stored for every kind of reference that the load asks for.
func (g *Graph) holdsFor(r request) bool {
	f, list := g.types.filter(r.typ), g.read(r.at).list
	if f.all {
		return len(list) > 0
	}
	for _, k := range f.kinds {
		one := filter{kinds: []kind{k}}
		if !slices.ContainsFunc(list, one.fits) {
			return false
		}
	}
	return true
}

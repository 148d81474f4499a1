package points

import (
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// Object is one abstract piece of memory.
type Object struct {
	ID     int
	Type   types.Type // of the memory; for slices, maps, channels and functions their own type
	Pos    token.Pos
	Origin string    // allocation site, or what kind of outside an open object stands for
	Site   ssa.Value // what allocates it; nil for memory that comes from outside
	Open   bool      // may hold memory that no instruction put there

	locs   map[string]*loc
	cells  []*loc // those that were stored to
	reads  []*loc // those that were loaded from
	loads  []request
	filled []*loc // parts that are open although the whole is not
}

// Addr is the address of a cell: a place within an object.
type Addr struct {
	Obj  *Object
	Path string
}

// Path components of memory that is no field.
const (
	Elem  = "[]"  // element of an array or slice
	Key   = "{k}" // of a map
	Value = "{v}" // of a map
	Queue = "{c}" // of a channel
)

// In gives the address of a component of a.
func (a Addr) In(component string) Addr { return Addr{a.Obj, a.Path + component} }

// Overlaps reports whether one cell lies within the other.
func (a Addr) Overlaps(b Addr) bool { return a.Obj == b.Obj && Overlap(a.Path, b.Path) }

// Overlap reports whether one path is a prefix of the other by whole components.
func Overlap(p, q string) bool {
	if len(p) > len(q) {
		p, q = q, p
	}
	return strings.HasPrefix(q, p) && (len(p) == len(q) || strings.IndexByte(".[{", q[len(p)]) >= 0)
}

// Less orders addresses by creation of their objects, then by path.
func (a Addr) Less(b Addr) bool {
	if a.Obj != b.Obj {
		return a.Obj.ID < b.Obj.ID
	}
	return a.Path < b.Path
}

// loc is the one representative of an address.
type loc struct {
	Addr
	mem   types.Type // of the memory, nil if it is not known
	kinds []kind     // of the types that may point to it, for mem
	field string     // its name in footprints if it is a field of a named struct
	cell  *node      // what was stored at exactly this cell
	kept  *node      // what a library keeps in it
	read  *node      // what the cells hold that overlap it
}

// Pointed reports whether values of type t can hold addresses.
func Pointed(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() == types.UnsafePointer
	case *types.Struct:
		for i := range u.NumFields() {
			if Pointed(u.Field(i).Type()) {
				return true
			}
		}
		return false
	case *types.Array:
		return Pointed(u.Elem())
	case *types.Tuple:
		for i := range u.Len() {
			if Pointed(u.At(i).Type()) {
				return true
			}
		}
		return false
	}
	return true
}

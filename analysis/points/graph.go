package points

import (
	"fmt"
	"go/token"
	"go/types"
	"strconv"

	"golang.org/x/tools/go/ssa"
)

// Callee is what one call does when its target has no body.
type Callee struct {
	Mutates []int // indexes of operands (receiver first) whose memory is written
	Calls   []int // indexes of operands that are functions and are called
	Opaque  bool  // results are handles: nothing can be reached through them
	Copies  bool  // the memory that is written keeps no pointer to the other operands
}

// Config of New. All fields are required.
type Config struct {
	Funcs  []*ssa.Function
	Bodies func(ssa.CallInstruction) []*ssa.Function // targets with a body
	Extern func(ssa.CallInstruction) (Callee, bool)  // what the call does if a target has no body
	Opaque func(types.Type) bool                     // types through which nothing is looked at
	Roots  []*ssa.Function                           // called from outside: their parameters are open
	Binds  map[ssa.Value][]ssa.Value                 // parameters of Roots that are not open but hold what these values hold
}

// Graph is the result of Solve.
type Graph struct {
	cfg     Config
	objects []*Object
	sites   map[any]*Object // by allocating instruction, global, or stand-in key
	values  map[ssa.Value]*set
	tuples  map[tupleKey]*set
	returns map[resultKey]*set
	elem    map[Addr]types.Type
	fields  map[Addr]string
	seen    map[ssa.CallInstruction]int // size of what a library call was given when it was last looked at
	changed bool
}

type tupleKey struct {
	v ssa.Value
	i int
}

type resultKey struct {
	fn *ssa.Function
	i  int
}

type standIn struct {
	origin string
	typ    string
}

// Solve computes what every value may point to.
func Solve(cfg Config) *Graph {
	g := &Graph{
		cfg: cfg, sites: map[any]*Object{}, values: map[ssa.Value]*set{}, tuples: map[tupleKey]*set{},
		returns: map[resultKey]*set{}, elem: map[Addr]types.Type{}, fields: map[Addr]string{}, seen: map[ssa.CallInstruction]int{},
	}
	for _, fn := range cfg.Roots {
		for _, p := range fn.Params {
			if len(cfg.Binds[p]) == 0 {
				g.openValue(g.value(p), "input")
			}
		}
	}
	for g.changed = true; g.changed; {
		g.changed = false
		for _, fn := range cfg.Roots {
			for _, p := range fn.Params {
				for _, v := range cfg.Binds[p] {
					g.copy(g.value(p), g.value(v))
				}
			}
		}
		for _, fn := range cfg.Funcs {
			for _, b := range fn.Blocks {
				for _, in := range b.Instrs {
					g.step(in)
				}
			}
		}
	}
	return g
}

// Of returns the addresses that v may hold.
func (g *Graph) Of(v ssa.Value) []Addr {
	if v == nil {
		return nil
	}
	return g.value(v).list
}

// Tuple returns the addresses that result i of v may hold.
func (g *Graph) Tuple(v ssa.Value, i int) []Addr { return g.tuple(v, i).list }

// Objects returns all objects.
func (g *Graph) Objects() []*Object { return g.objects }

// Load returns the addresses that the cell, or a cell around or within it, may hold.
func (g *Graph) Load(a Addr) []Addr {
	var out []Addr
	for _, path := range g.Cells(a) {
		out = append(out, a.Obj.cells[path].list...)
	}
	return out
}

// Cells lists the paths of a's object that overlap a and that some store wrote an address to.
func (g *Graph) Cells(a Addr) []string {
	var out []string
	for _, p := range sortedKeys(a.Obj.cells) {
		if Overlap(p, a.Path) {
			out = append(out, p)
		}
	}
	return out
}

// Field returns "import/path.Type.field" if a is the address of a field of a named struct type.
func (g *Graph) Field(a Addr) string { return g.fields[a] }

func (g *Graph) object(key any, t types.Type, pos token.Pos, origin string) *Object {
	if o := g.sites[key]; o != nil {
		return o
	}
	o := &Object{ID: len(g.objects), Type: t, Pos: pos, Origin: origin, cells: map[string]*set{}}
	g.objects = append(g.objects, o)
	g.sites[key] = o
	g.elem[Addr{o, ""}] = t
	return o
}

// stand returns the open object that stands for all memory of type t that origin leads to.
func (g *Graph) stand(origin string, t types.Type) Addr {
	o := g.object(standIn{origin, types.TypeString(t, nil)}, t, token.NoPos, origin)
	o.Open = true
	return Addr{o, ""}
}

func (g *Graph) value(v ssa.Value) *set {
	s := g.values[v]
	if s != nil {
		return s
	}
	s = &set{typ: v.Type(), addrs: map[Addr]struct{}{}}
	g.values[v] = s
	if gl, ok := v.(*ssa.Global); ok {
		o := g.object(gl, gl.Type().(*types.Pointer).Elem(), gl.Pos(), gl.Pkg.Pkg.Path()+"."+gl.Name())
		g.add(s, Addr{o, ""})
	}
	return s
}

func (g *Graph) tuple(v ssa.Value, i int) *set {
	k := tupleKey{v, i}
	if g.tuples[k] == nil {
		g.tuples[k] = &set{typ: v.Type().(*types.Tuple).At(i).Type(), addrs: map[Addr]struct{}{}}
	}
	return g.tuples[k]
}

func (g *Graph) result(fn *ssa.Function, i int) *set {
	k := resultKey{fn, i}
	if g.returns[k] == nil {
		g.returns[k] = &set{typ: fn.Signature.Results().At(i).Type(), addrs: map[Addr]struct{}{}}
	}
	return g.returns[k]
}

func (g *Graph) cell(a Addr) *set {
	s := a.Obj.cells[a.Path]
	if s == nil {
		s = &set{addrs: map[Addr]struct{}{}, owner: a.Obj}
		a.Obj.cells[a.Path] = s
	}
	return s
}

func (g *Graph) add(s *set, a Addr) {
	if s.has(a) || s.typ != nil && !g.fits(s.typ, a) {
		return
	}
	s.addrs[a] = struct{}{}
	s.list = append(s.list, a)
	if s.owner != nil {
		s.owner.size++
	}
	g.changed = true
}

func (g *Graph) copy(to, from *set) {
	if to != from {
		g.addAll(to, from.list)
	}
}

func (g *Graph) addAll(to *set, addrs []Addr) {
	for _, a := range addrs {
		g.add(to, a)
	}
}

// fits reports whether a value of type t may hold the address.
func (g *Graph) fits(t types.Type, a Addr) bool {
	at := g.elem[a]
	if at == nil {
		return true
	}
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		return types.Identical(u.Elem(), at)
	case *types.Slice:
		e := elemType(at)
		return e != nil && types.Identical(u.Elem(), e)
	case *types.Map, *types.Chan:
		return types.Identical(u, at.Underlying())
	case *types.Signature:
		_, ok := at.Underlying().(*types.Signature)
		return ok
	case *types.Basic:
		return u.Kind() == types.UnsafePointer
	}
	return true
}

func elemType(t types.Type) types.Type {
	switch u := t.Underlying().(type) {
	case *types.Slice:
		return u.Elem()
	case *types.Array:
		return u.Elem()
	}
	return nil
}

// openValue lets s hold stand-ins for whatever its type can point to.
func (g *Graph) openValue(s *set, origin string) {
	if s.typ != nil {
		g.open(s, s.typ, origin)
	}
}

func (g *Graph) open(s *set, t types.Type, origin string) {
	if g.cfg.Opaque(t) {
		return
	}
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		if !g.cfg.Opaque(u.Elem()) {
			g.add(s, g.stand(origin, u.Elem()))
		}
	case *types.Slice, *types.Map, *types.Chan, *types.Interface:
		g.add(s, g.stand(origin, t))
	case *types.Struct:
		for i := range u.NumFields() {
			g.open(s, u.Field(i).Type(), origin)
		}
	case *types.Array:
		g.open(s, u.Elem(), origin)
	}
}

// load lets s hold what the cells at addrs hold.
func (g *Graph) load(s *set, addrs []Addr) {
	for i := 0; i < len(addrs); i++ {
		a := addrs[i]
		g.addAll(s, g.Load(a))
		if a.Obj.Open {
			g.openValue(s, a.Obj.Origin)
		}
	}
}

func (g *Graph) store(addrs []Addr, component string, from *set) {
	for i := 0; i < len(addrs) && len(from.list) > 0; i++ {
		g.copy(g.cell(addrs[i].In(component)), from)
	}
}

// field gives the address of field i of the struct at a and remembers its name and type.
func (g *Graph) field(a Addr, t types.Type, i int) Addr {
	st := t.Underlying().(*types.Struct)
	f := a.In("." + strconv.Itoa(i))
	if _, ok := g.elem[f]; !ok {
		g.elem[f] = st.Field(i).Type()
		if n, ok := types.Unalias(t).(*types.Named); ok && n.Obj().Pkg() != nil {
			g.fields[f] = FieldName(n, st.Field(i).Name())
		}
	}
	return f
}

// FieldName is a field's name in footprints.
func FieldName(n *types.Named, field string) string {
	return fmt.Sprintf("%s.%s.%s", n.Obj().Pkg().Path(), n.Obj().Name(), field)
}

func (g *Graph) element(a Addr, t types.Type) Addr {
	e := a.In(Elem)
	if _, ok := g.elem[e]; !ok {
		g.elem[e] = t
	}
	return e
}

// Held returns the addresses that were stored at exactly this cell.
func (g *Graph) Held(a Addr) []Addr {
	if s := a.Obj.cells[a.Path]; s != nil {
		return s.list
	}
	return nil
}

// TypeOf is the type of the memory at a, nil if it is not known.
func (g *Graph) TypeOf(a Addr) types.Type { return g.elem[a] }

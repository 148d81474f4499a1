package points

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"
	"strconv"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/types/typeutil"
)

// Config of New. All fields are required.
type Config struct {
	Funcs  []*ssa.Function
	Bodies func(ssa.CallInstruction) []*ssa.Function // targets with a body
	Extern func(ssa.CallInstruction) (Callee, bool)  // what the call does if a target has no body
	Opaque func(types.Type) bool                     // types through which nothing is looked at
	Roots  []*ssa.Function                           // called from outside: their parameters are open
	Binds  map[ssa.Value][]ssa.Value                 // parameters that hold what these values hold; those of Roots are not open then
}

// Graph is the result of Solve.
type Graph struct {
	cfg     Config
	types   registry
	names   typeutil.Map // types by identity
	objects []*Object
	sites   map[any]*Object // by allocating instruction, global, function, or stand-in key
	values  map[ssa.Value]*node
	tuples  map[tupleKey]*node
	returns map[resultKey]*node
	pools   map[string]*node // what stand-ins of an origin may lead to
	bags    map[string]*node // what is in places of the process that the dictionary names
	filled  *node            // all memory that unseen code writes
	asked   map[request]bool
	given   map[request]bool
	params  []param
	work    []*node
	handles map[types.Type]bool // Config.Opaque by type
	holders map[*Object][]Addr  // made when asked for
	externs int                 // calls of functions without a body
}

// param is a parameter of a function that a library calls.
type param struct {
	node   *node
	origin string
}

type tupleKey struct {
	v ssa.Value
	i int
}

type resultKey struct {
	fn *ssa.Function
	i  int
}

// Solve computes what every value may point to.
func Solve(cfg Config) *Graph {
	g := &Graph{
		cfg: cfg, types: registry{filters: map[types.Type]filter{}, ifaces: map[types.Type]*implementers{}}, sites: map[any]*Object{}, values: map[ssa.Value]*node{},
		tuples: map[tupleKey]*node{}, returns: map[resultKey]*node{}, pools: map[string]*node{}, bags: map[string]*node{},
		asked: map[request]bool{}, given: map[request]bool{},
	}
	g.handles = map[types.Type]bool{}
	g.cfg.Opaque = func(t types.Type) bool {
		is, known := g.handles[t]
		if !known {
			is = cfg.Opaque(t)
			g.handles[t] = is
		}
		return is
	}
	g.filled = g.node(nil)
	g.each(g.filled, g.fill)
	for _, fn := range cfg.Roots {
		for _, p := range fn.Params {
			if len(cfg.Binds[p]) == 0 {
				g.open(g.value(p), p.Type(), "input")
			}
		}
	}
	for _, fn := range cfg.Funcs {
		for _, p := range fn.Params {
			for _, v := range cfg.Binds[p] {
				g.copy(p, v)
			}
		}
	}
	g.instructions(g.count)
	g.instructions(g.step)
	for g.run(); g.unseen(); {
		g.run()
	}
	return g
}

func (g *Graph) instructions(visit func(ssa.Instruction)) {
	for _, fn := range g.cfg.Funcs {
		for _, b := range fn.Blocks {
			for _, in := range b.Instrs {
				visit(in)
			}
		}
	}
}

func (g *Graph) count(in ssa.Instruction) {
	site, ok := in.(ssa.CallInstruction)
	if !ok {
		return
	}
	if ext, ok := g.cfg.Extern(site); ok && !ext.Opaque {
		g.externs++
	}
}

// Of returns the addresses that v may hold.
func (g *Graph) Of(v ssa.Value) []Addr {
	if v == nil {
		return nil
	}
	return g.value(v).addresses()
}

// Tuple returns the addresses that result i of v may hold.
func (g *Graph) Tuple(v ssa.Value, i int) []Addr { return g.tuple(v, i).addresses() }

// Load returns the addresses that the cell, or a cell around or within it, may hold.
func (g *Graph) Load(a Addr) []Addr {
	if l := a.Obj.locs[a.Path]; l != nil && l.read != nil {
		return l.read.addresses()
	}
	var out []Addr
	for _, l := range a.Obj.cells {
		if Overlap(l.Path, a.Path) {
			out = append(out, l.cell.addresses()...)
		}
	}
	return out
}

// Cells lists the paths of a's object that overlap a and that some store wrote an address to.
func (g *Graph) Cells(a Addr) []string {
	var out []string
	for _, l := range a.Obj.cells {
		if len(l.cell.list) > 0 && Overlap(l.Path, a.Path) {
			out = append(out, l.Path)
		}
	}
	slices.Sort(out)
	return out
}

// Held returns the addresses that were stored at exactly this cell.
func (g *Graph) Held(a Addr) []Addr {
	if l := a.Obj.locs[a.Path]; l != nil && l.cell != nil {
		return l.cell.addresses()
	}
	return nil
}

// Holders are the cells that hold the address of o or of a part of it.
func (g *Graph) Holders(o *Object) []Addr {
	if g.holders == nil {
		g.holders = map[*Object][]Addr{}
		for _, by := range g.objects {
			for _, l := range by.cells {
				seen := map[*Object]bool{}
				for _, held := range l.cell.list {
					if !seen[held.Obj] {
						seen[held.Obj] = true
						g.holders[held.Obj] = append(g.holders[held.Obj], l.Addr)
					}
				}
			}
		}
	}
	return g.holders[o]
}

// Field returns "import/path.Type.field" if a is the address of a field of a named struct type.
func (g *Graph) Field(a Addr) string {
	if l := a.Obj.locs[a.Path]; l != nil {
		return l.field
	}
	return ""
}

// TypeOf is the type of the memory at a, nil if it is not known.
func (g *Graph) TypeOf(a Addr) types.Type {
	if l := a.Obj.locs[a.Path]; l != nil {
		return l.mem
	}
	return nil
}

func (g *Graph) object(key any, t types.Type, pos token.Pos, origin string) *Object {
	if o := g.sites[key]; o != nil {
		return o
	}
	o := &Object{ID: len(g.objects), Type: t, Pos: pos, Origin: origin, locs: map[string]*loc{}}
	o.Site, _ = key.(ssa.Value)
	g.objects = append(g.objects, o)
	g.sites[key] = o
	g.typed(g.at(o, ""), t)
	return o
}

func (g *Graph) at(o *Object, path string) *loc {
	l := o.locs[path]
	if l == nil {
		l = &loc{Addr: Addr{o, path}}
		o.locs[path] = l
	}
	return l
}

func (g *Graph) in(l *loc, component string) *loc {
	if component == "" {
		return l
	}
	return g.at(l.Obj, l.Path+component)
}

func (g *Graph) typed(l *loc, t types.Type) {
	if l.mem == nil {
		l.mem, l.kinds = t, g.types.kinds(t)
	}
}

// field gives the address of field i of the struct at l and remembers its name and type.
func (g *Graph) field(l *loc, t types.Type, i int) *loc {
	st := t.Underlying().(*types.Struct)
	f := g.in(l, "."+strconv.Itoa(i))
	if f.mem == nil {
		g.typed(f, st.Field(i).Type())
		if n, ok := types.Unalias(t).(*types.Named); ok && n.Obj().Pkg() != nil {
			f.field = FieldName(n, st.Field(i).Name())
		}
	}
	return f
}

// FieldName is a field's name in footprints.
func FieldName(n *types.Named, field string) string {
	return fmt.Sprintf("%s.%s.%s", n.Obj().Pkg().Path(), n.Obj().Name(), field)
}

// cell is the node of what was stored at exactly l.
func (g *Graph) cell(l *loc) *node {
	if l.cell == nil {
		l.cell = g.node(nil)
		l.Obj.cells = append(l.Obj.cells, l)
		for _, r := range l.Obj.reads {
			if Overlap(l.Path, r.Path) {
				g.edge(l.cell, r.read)
			}
		}
	}
	return l.cell
}

// kept is the node of what a library keeps in the memory at l.
func (g *Graph) kept(l *loc) *node {
	if l.kept == nil {
		l.kept = &node{want: g.types.contents(l.mem)}
		if l.kept.want.all || len(l.kept.want.kinds) > 0 {
			g.edge(l.kept, g.cell(l))
		}
	}
	return l.kept
}

// read is the node of what the cells around and within l hold.
func (g *Graph) read(l *loc) *node {
	if l.read == nil {
		l.read = g.node(nil)
		l.Obj.reads = append(l.Obj.reads, l)
		for _, c := range l.Obj.cells {
			if Overlap(l.Path, c.Path) {
				g.edge(c.cell, l.read)
			}
		}
	}
	return l.read
}

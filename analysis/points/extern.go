package points

import (
	"fmt"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// Callee is what one call does when its target has no body. The zero value returns operands, and new memory that leads to them and to
// what they hold.
type Callee struct {
	Mutates []int           // indexes of operands (receiver first) whose memory is written; it keeps the other operands unless Bytes
	Fills   []int           // indexes of operands whose memory, with all that it leads to, gets pointers to new memory
	Calls   []*ssa.Function // called with operands and what they hold; their results are held as operands are
	Opaque  bool            // results are handles: nothing can be reached through them
	Bytes   bool            // the memory that is written keeps no pointer to the other operands
	Fresh   bool            // results are no operands but new memory that may lead to what operands hold
	Apart   bool            // results are new memory that leads to no operand
	Bag     string          // a place of the process that operands are put into and results come from; "" is none
}

// library holds the nodes of one call of a function without a body; in a dense program those of all calls into its package.
type library struct {
	origin string
	in     ssa.CallInstruction
	ops    []ssa.Value
	parts  []*node // of each operand: it and what its memory holds directly
	held   *node   // what the memory of all operands holds directly
	all    *node   // both
}

// dense is how many calls of functions without a body are told apart. Their number times what each is given bounds the work: in code
// that has more, such as a compiler's, what a package was given once it may return from any call.
const dense = 1500

func (g *Graph) library(in ssa.CallInstruction, ops []ssa.Value) *library {
	c := &library{in: in, ops: ops, origin: fmt.Sprintf("call@%d", in.Pos())}
	if g.externs <= dense {
		c.held, c.all = g.node(nil), g.node(nil)
		return c
	}
	c.origin = "call of a function value"
	if f := in.Common().StaticCallee(); f != nil && f.Object() != nil && f.Object().Pkg() != nil {
		c.origin = f.Object().Pkg().Path()
	} else if m := in.Common().Method; m != nil && m.Pkg() != nil {
		c.origin = m.Pkg().Path()
	}
	c.all = g.bag("package " + c.origin)
	c.held = c.all
	return c
}

func (g *Graph) extern(in ssa.CallInstruction, ext Callee, ops []ssa.Value) {
	if ext.Opaque && len(ext.Calls) == 0 {
		return
	}
	c := g.library(in, ops)
	for _, op := range ops {
		c.parts = append(c.parts, g.part(c, op))
	}
	if v := in.Common().Value; !in.Common().IsInvoke() && in.Common().StaticCallee() == nil {
		g.handed(v, c) // a function value that a library made
	}
	for _, m := range ext.Mutates {
		if m < len(ops) && !ext.Bytes {
			g.keep(c, m)
		}
	}
	for _, i := range ext.Fills {
		if i < len(ops) && Pointed(ops[i].Type()) {
			g.edge(g.value(ops[i]), g.filled)
		}
	}
	for _, fn := range ext.Calls {
		g.callback(c, fn)
	}
	if !ext.Opaque {
		g.externResults(c, ext)
	}
}

// part is the node of an operand and what its memory holds directly: elements, keys, values, and what a library keeps.
func (g *Graph) part(c *library, op ssa.Value) *node {
	if !Pointed(op.Type()) || g.opaque(op.Type()) {
		return g.node(nil)
	}
	n := c.all
	if g.externs <= dense {
		n = g.node(nil)
	}
	g.edge(g.value(op), n)
	g.each(g.value(op), func(l *loc) {
		g.edge(g.read(l), n)
		g.edge(g.read(l), c.held)
	})
	g.edge(n, c.all)
	return n
}

// handed: what a function value of a library is given, it has, and what it has, it may return or yield.
func (g *Graph) handed(v ssa.Value, c *library) {
	g.each(g.value(v), func(l *loc) {
		g.edge(g.read(l), c.all)
		g.edge(c.all, g.kept(l))
	})
}

// keep lets the memory of operand m hold the other operands, and the elements of those that are slices or maps.
func (g *Graph) keep(c *library, m int) {
	if !Pointed(c.ops[m].Type()) || g.opaque(c.ops[m].Type()) {
		return
	}
	g.each(g.value(c.ops[m]), func(l *loc) {
		if g.opaque(l.Obj.Type) {
			return
		}
		if g.externs > dense {
			g.keepAll(c, l)
			return
		}
		for i, op := range c.ops {
			if i != m && Pointed(op.Type()) && !g.opaque(op.Type()) {
				g.edge(g.value(op), g.kept(l))
				if _, isMap := op.Type().Underlying().(*types.Map); isMap || elemType(op.Type()) != nil {
					g.edge(c.parts[i], g.kept(l))
				}
			}
		}
	})
}

// keepAll is keep in a dense program. What a library keeps in a structure is one object for each package, lest it be copied into every
// structure; the elements of slices and maps, which own code may load, are copied.
func (g *Graph) keepAll(c *library, l *loc) {
	if n := g.kept(l); !n.want.all {
		g.edge(c.all, n)
		return
	}
	g.add(g.cell(l), g.hoard(c.origin))
}

// hoard is the memory of a package that holds what the package was given in a dense program.
func (g *Graph) hoard(origin string) *loc {
	key := "hoard " + origin
	o := g.sites[key]
	if o == nil {
		o = g.object(key, types.Typ[types.UnsafePointer], token.NoPos, origin)
		g.edge(g.bag("package "+origin), g.cell(g.at(o, "")))
	}
	return g.at(o, "")
}

func (g *Graph) externResults(c *library, ext Callee) {
	origin, from := c.origin, c.all
	if ext.Fresh {
		from = c.held
	}
	if g.pools[origin] == nil && !ext.Apart {
		g.pools[origin] = from
	}
	sig := c.in.Common().Signature()
	for i := range sig.Results().Len() {
		to := g.callResult(c.in, i)
		if to == nil || !Pointed(to.typ) || g.opaque(to.typ) || types.Identical(to.typ, errorType) {
			continue
		}
		made := g.node(to.typ)
		g.open(made, to.typ, origin)
		g.edge(made, to)
		if ext.Apart {
			continue
		}
		if !ext.Fresh {
			passed := &node{want: g.types.returned(to.typ)}
			g.edge(from, passed)
			g.edge(passed, to)
		}
		if ext.Bag != "" {
			g.edge(c.all, g.bag(ext.Bag))
			g.edge(g.bag(ext.Bag), to)
		}
		if g.externs > dense {
			g.edge(made, c.all)
		} else if sig.Recv() != nil && !ext.Fresh && !ext.Bytes {
			g.each(g.value(c.ops[0]), func(l *loc) { g.edge(made, g.kept(l)) })
		}
	}
	if ext.Bag != "" {
		g.edge(c.all, g.bag(ext.Bag))
	}
}

func (g *Graph) bag(name string) *node {
	if g.bags[name] == nil {
		g.bags[name] = g.node(nil)
	}
	return g.bags[name]
}

// callback binds what the library can hand to a function that it was given.
func (g *Graph) callback(c *library, fn *ssa.Function) {
	origin := c.origin
	for _, p := range fn.Params {
		if !Pointed(p.Type()) {
			continue
		}
		n := g.value(p)
		g.edge(c.all, n)
		if _, ok := p.Type().Underlying().(*types.Signature); ok { // a yield function: the library has what it is given
			l := g.stand(origin, p.Type())
			g.add(n, l)
			g.edge(g.read(l), c.held)
			g.edge(g.read(l), c.all)
			continue
		}
		g.params = append(g.params, param{n, origin})
	}
	for i := range fn.Signature.Results().Len() {
		if r := g.result(fn, i); Pointed(r.typ) {
			g.edge(r, c.held)
			g.edge(r, c.all)
			for j := range c.in.Common().Signature().Results().Len() {
				if to := g.callResult(c.in, j); to != nil && Pointed(to.typ) {
					g.edge(r, to)
				}
			}
		}
	}
}

package slice

import (
	"cmp"
	"context"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/types/typeutil"
)

// program is what is analysed: own functions with bodies, and what their calls may run.
type program struct {
	Config
	ctx     context.Context
	own     map[*types.Package]bool
	layouts *layouts

	entries map[*ssa.Function]bool
	funcs   []*function // sorted by name, then position
	byFunc  map[*ssa.Function]*function
	globals []*ssa.Global // variables that functions mention, in order of the functions

	boxed   typeutil.Map // the types of what is put into interfaces -> true
	dynamic []types.Type // the same, in order of the functions
	taken   []*function  // whose value is used other than by calling it
	impls   *implementations
	size    node // of all functions' nodes, and node 0
}

func newProgram(ctx context.Context, cfg Config) *program {
	p := &program{Config: cfg, ctx: ctx, own: map[*types.Package]bool{}, byFunc: map[*ssa.Function]*function{}}
	for _, pkg := range cfg.Pkgs {
		if pkg.Types != nil {
			p.own[pkg.Types] = true
		}
	}
	p.entries = map[*ssa.Function]bool{}
	for _, e := range cfg.Entries {
		p.entries[e.Fn] = true
	}
	p.layouts = newLayouts(p.own)
	p.impls = &implementations{prog: p, known: map[invoked][]target{}, byName: map[string][]types.Type{}}
	return p
}

// collect finds all own functions: those declared, and the instances, wrappers and methods that these use.
func (p *program) collect() error {
	c := &collector{program: p, seen: map[*ssa.Function]bool{}}
	for _, pkg := range p.Pkgs {
		if sp := p.Prog.Package(pkg.Types); sp != nil {
			c.declared(sp)
		}
	}
	for _, e := range p.Entries {
		c.add(e.Fn)
	}
	for len(c.work) > 0 {
		if err := p.ctx.Err(); err != nil {
			return err
		}
		fn := c.work[len(c.work)-1]
		c.work = c.work[:len(c.work)-1]
		c.scan(fn)
	}
	p.number(c.all)
	return p.ctx.Err()
}

// number gives functions their order, and lists what depends on it.
func (p *program) number(all []*ssa.Function) {
	type named struct {
		fn   *ssa.Function
		name string
	}
	list := make([]named, len(all))
	for i, fn := range all {
		list[i] = named{fn, fn.String()}
	}
	slices.SortFunc(list, func(a, b named) int {
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.fn.Pos(), b.fn.Pos()))
	})
	for i, n := range list {
		f := &function{ssa: n.fn, id: int32(i), name: n.name}
		p.funcs = append(p.funcs, f)
		p.byFunc[n.fn] = f
	}
	p.mentions()
	p.findPanics()
}

// mentions lists variables, types in interfaces and functions used as values, in the order of the functions.
func (p *program) mentions() {
	globals, taken := map[*ssa.Global]bool{}, map[*ssa.Function]bool{}
	var buf []*ssa.Value
	for _, f := range p.funcs {
		for _, b := range f.ssa.Blocks {
			for _, in := range b.Instrs {
				if mi, ok := in.(*ssa.MakeInterface); ok && p.boxed.Set(mi.X.Type(), true) == nil {
					p.dynamic = append(p.dynamic, mi.X.Type())
				}
				buf = in.Operands(buf[:0])
				for i, op := range buf {
					switch v := (*op).(type) {
					case *ssa.Global:
						if !globals[v] {
							globals[v] = true
							p.globals = append(p.globals, v)
						}
					case *ssa.Function:
						if g := p.byFunc[v]; g != nil && !taken[v] && !called(in, i) {
							taken[v] = true
							p.taken = append(p.taken, g)
						}
					}
				}
			}
		}
	}
}

// called reports whether operand i of in is the function that it calls.
func called(in ssa.Instruction, i int) bool {
	_, ok := in.(ssa.CallInstruction)
	return ok && i == 0
}

// collector gathers functions until nothing new is met.
type collector struct {
	*program
	seen  map[*ssa.Function]bool
	all   []*ssa.Function
	work  []*ssa.Function
	types typeutil.Map
	buf   []*ssa.Value
}

func (c *collector) add(fn *ssa.Function) {
	if fn == nil || c.seen[fn] {
		return
	}
	c.seen[fn] = true
	if fn.Blocks == nil || generic(fn) {
		return
	}
	c.all = append(c.all, fn)
	c.work = append(c.work, fn)
}

// generic reports whether fn is only a pattern of which instances are made.
func generic(fn *ssa.Function) bool {
	for ; fn != nil; fn = fn.Parent() {
		if fn.TypeParams().Len() > 0 && len(fn.TypeArgs()) == 0 {
			return true
		}
	}
	return false
}

// declared adds the functions of a package and the methods of its types.
func (c *collector) declared(sp *ssa.Package) {
	for _, name := range sortedKeys(sp.Members) {
		switch m := sp.Members[name].(type) {
		case *ssa.Function:
			c.add(m)
		case *ssa.Type:
			if n, ok := types.Unalias(m.Type()).(*types.Named); ok && n.TypeParams().Len() == 0 && !types.IsInterface(n) {
				c.methods(n)
				c.methods(types.NewPointer(n))
			}
		}
	}
}

// methods adds those methods of t that have bodies.
func (c *collector) methods(t types.Type) {
	if c.types.Set(t, true) != nil {
		return
	}
	set := c.Prog.MethodSets.MethodSet(t)
	for sel := range set.Methods() {
		c.add(c.Prog.MethodValue(sel))
	}
}

// scan adds what fn mentions.
func (c *collector) scan(fn *ssa.Function) {
	for _, anon := range fn.AnonFuncs {
		c.add(anon)
	}
	for _, b := range fn.Blocks {
		for _, in := range b.Instrs {
			if mi, ok := in.(*ssa.MakeInterface); ok && !types.IsInterface(mi.X.Type()) {
				c.methods(mi.X.Type())
			}
			c.buf = in.Operands(c.buf[:0])
			for _, op := range c.buf {
				if g, ok := (*op).(*ssa.Function); ok {
					c.add(g)
				}
			}
		}
	}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

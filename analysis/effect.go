package analysis

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/points"
)

// access is one cell that an instruction reads or writes as a value of some type; nil for memory as a whole.
type access struct {
	points.Addr
	typ types.Type
}

// effect is what an instruction of own code does to memory, callees with bodies left out.
type effect struct{ reads, writes []access }

func (e *effect) read(addrs []points.Addr, component string, t types.Type) {
	for _, a := range addrs {
		e.reads = append(e.reads, access{a.In(component), t})
	}
}

func (e *effect) write(addrs []points.Addr, component string, t types.Type) {
	for _, a := range addrs {
		e.writes = append(e.writes, access{a.In(component), t})
	}
}

func (p *program) effectOf(in ssa.Instruction) *effect {
	e := &effect{}
	switch in := in.(type) {
	case *ssa.Store:
		e.write(p.graph.Of(in.Addr), "", in.Val.Type())
	case *ssa.MapUpdate:
		e.write(p.graph.Of(in.Map), points.Value, in.Value.Type())
		e.write(p.graph.Of(in.Map), points.Key, in.Key.Type())
	case *ssa.Send:
		e.write(p.graph.Of(in.Chan), points.Queue, in.X.Type())
	case *ssa.UnOp:
		switch in.Op {
		case token.MUL:
			e.read(p.graph.Of(in.X), "", in.Type())
		case token.ARROW:
			e.write(p.graph.Of(in.X), points.Queue, nil)
		}
	case *ssa.Lookup:
		if m, ok := in.X.Type().Underlying().(*types.Map); ok {
			e.read(p.graph.Of(in.X), points.Value, m.Elem())
			e.read(p.graph.Of(in.X), points.Key, m.Key())
		}
	case *ssa.Range:
		if m, ok := in.X.Type().Underlying().(*types.Map); ok {
			e.read(p.graph.Of(in.X), points.Value, m.Elem())
			e.read(p.graph.Of(in.X), points.Key, m.Key())
		}
	case *ssa.Return:
		if p.entryOf(in.Parent()) != nil {
			for _, r := range results(in) {
				p.readDeep(e, r)
			}
		}
	case ssa.CallInstruction:
		p.callEffect(e, in)
	}
	return e
}

func (p *program) callEffect(e *effect, site ssa.CallInstruction) {
	common := site.Common()
	if b, ok := common.Value.(*ssa.Builtin); ok {
		p.builtinEffect(e, b.Name(), site)
		return
	}
	c := p.calls[site]
	if c.nested == "" && len(c.externs) == 0 {
		return
	}
	ops := points.Operands(common)
	for _, o := range ops {
		p.readDeep(e, o)
	}
	for _, m := range c.mutates() {
		if m < len(ops) {
			e.write(p.mutated(c, ops[m]), "", nil)
		}
	}
}

// mutated is the memory that a target without a body may write through an operand that it mutates: what the operand points to, and
// the array or map if that is a variable of such a type; everything that can be reached if the target is not known.
func (p *program) mutated(c *call, op ssa.Value) []points.Addr {
	if p.opaque(op.Type()) {
		return nil
	}
	if slices.ContainsFunc(c.externs, func(e extern) bool { return !e.known }) {
		e := &effect{}
		p.readDeep(e, op)
		out := make([]points.Addr, len(e.reads))
		for i, a := range e.reads {
			out[i] = a.Addr
		}
		return out
	}
	out := slices.Clone(p.graph.Of(op))
	for _, a := range p.graph.Of(op) {
		if t := p.graph.TypeOf(a); t != nil {
			switch t.Underlying().(type) {
			case *types.Slice, *types.Map:
				out = append(out, p.graph.Load(a)...)
			}
		}
	}
	return out
}

func (p *program) builtinEffect(e *effect, name string, site ssa.CallInstruction) {
	args := site.Common().Args
	switch name {
	case "append":
		for _, a := range args {
			e.read(p.graph.Of(a), points.Elem, nil)
		}
		e.write(p.graph.Of(args[0]), points.Elem, nil)
		if v, ok := site.(*ssa.Call); ok {
			e.write(p.graph.Of(v), points.Elem, nil) // the new array, if the old one is full
		}
	case "copy":
		e.read(p.graph.Of(args[1]), points.Elem, nil)
		e.write(p.graph.Of(args[0]), points.Elem, nil)
	case "delete", "clear":
		e.write(p.graph.Of(args[0]), "", nil)
	case "len":
		if _, ok := args[0].Type().Underlying().(*types.Map); ok {
			e.read(p.graph.Of(args[0]), points.Key, nil)
		}
	}
}

// readDeep adds all memory that can be reached through v.
func (p *program) readDeep(e *effect, v ssa.Value) {
	if points.Pointed(v.Type()) && !p.opaque(v.Type()) {
		p.readFrom(e, p.graph.Of(v))
	}
}

// readFrom adds all memory that can be reached through the addresses.
func (p *program) readFrom(e *effect, addrs []points.Addr) {
	seen := map[points.Addr]bool{}
	stack := slices.Clone(addrs)
	for len(stack) > 0 {
		a := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen[a] || p.opaque(a.Obj.Type) {
			continue
		}
		seen[a] = true
		e.reads = append(e.reads, access{a, p.graph.TypeOf(a)})
		stack = append(stack, p.graph.Load(a)...)
	}
}

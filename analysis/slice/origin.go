package slice

import (
	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/source"
)

// sources asks for the sources of the function and joins each to what it makes uncertain.
func (b *builder) sources() {
	if b.Sources == nil {
		return
	}
	list := b.Sources(b.f.ssa)
	for i := range list {
		s := &list[i]
		o := &origin{source: s, fn: b.f, node: none}
		b.f.origins = append(b.f.origins, o)
		if s.Harmless != "" {
			continue
		}
		b.instr = s.Instr
		o.node = b.new(1)
		b.atCall(o)
		for _, v := range s.Values {
			b.draws(o.node, v)
		}
		for _, v := range s.Filled {
			b.fills(o.node, v)
		}
		for _, blk := range s.Blocks {
			if blk.Parent() == b.f.ssa {
				b.edge(o.node, b.runs(blk))
			} else {
				o.others = append(o.others, blk)
			}
		}
	}
}

func (b *builder) draws(from node, v ssa.Value) {
	n := b.value(v)
	if n == none {
		return
	}
	for i := range b.layouts.width(v.Type()) {
		b.edge(from, n+i)
	}
}

func (b *builder) fills(from node, v ssa.Value) {
	n := b.value(v)
	if n == none {
		return
	}
	l := b.layouts.target(v.Type())
	if in, ok := v.(ssa.Instruction); ok && b.instr == nil {
		b.instr = in
	}
	for i := range b.layouts.width(v.Type()) {
		b.write(access{ptr: n + i, layout: l, width: sizeOf(l), value: from, single: true, loc: none})
	}
}

// atCall joins a source whose call draws into what the call writes and gives to callbacks, and a source in a statement's text to the
// statement's effect.
func (b *builder) atCall(o *origin) {
	s := o.source
	if t, ok := b.temps[s.Instr]; ok && s.Kind == source.MapOrder { // an encoder writes in the order
		b.edge(o.node, t)
	}
	if site, ok := s.Instr.(ssa.CallInstruction); ok && len(s.Values)+len(s.Filled)+len(s.Blocks) == 0 {
		if t, ok := b.temps[s.Instr]; ok {
			b.edge(o.node, t)
		}
		for _, x := range site.Common().Args {
			if b.layouts.target(x.Type()) != nil {
				b.fills(o.node, x)
			}
		}
	}
	if s.Kind != source.SQL {
		return
	}
	for _, k := range b.f.sinks {
		if k.instr == s.Instr {
			b.edge(o.node, k.value)
			return
		}
	}
	b.f.sinks = append(b.f.sinks, sink{name: "effect:" + s.Symbol, value: o.node, key: none, block: none, instr: s.Instr})
}

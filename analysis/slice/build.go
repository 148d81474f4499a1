package slice

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// builder makes the nodes of one function, and what is known about them without looking at other functions.
type builder struct {
	*program
	f     *function
	nodes map[ssa.Value]node
	ctrl  *control
	merge map[*ssa.BasicBlock]node // what decides from where a block is entered
	block *ssa.BasicBlock
	instr ssa.Instruction
	rest  node                     // the first of nodes for whether anything from block i on runs
	gate  node                     // whether the rest of the block runs, none if nothing but the block decides
	temps map[ssa.Instruction]node // what calls of functions without bodies read
	trail []ssa.Instruction        // the instruction of each node, if wanted
	keep  bool
}

func (p *program) build(f *function) *builder {
	b := &builder{program: p, f: f}
	b.run()
	return b
}

func (b *builder) run() {
	fn := b.f.ssa
	b.nodes = make(map[ssa.Value]node, 4*len(fn.Blocks))
	b.ctrl, b.merge, b.rest = newControl(fn), map[*ssa.BasicBlock]node{}, none
	b.temps = map[ssa.Instruction]node{}
	b.new(nodeBlocks + int32(len(fn.Blocks)))
	res := fn.Signature.Results()
	b.f.width = b.layouts.width(res)
	b.f.results = b.new(b.f.width)
	for _, v := range fn.Params {
		b.f.params = append(b.f.params, b.define(v))
	}
	for _, v := range fn.FreeVars {
		b.f.free = append(b.f.free, b.define(v))
	}
	b.f.ends = b.f.size
	for _, blk := range fn.Blocks {
		for _, in := range blk.Instrs {
			b.instr = in
			b.declare(in)
		}
	}
	for _, blk := range fn.Blocks {
		b.block, b.gate = blk, none
		b.branches()
		for _, in := range blk.Instrs {
			b.instr = in
			b.instruction(in)
		}
	}
	b.block, b.instr = nil, nil
	b.caught()
	b.reply()
	b.sources()
}

// new makes n nodes in a row.
func (b *builder) new(n int32) node {
	first := b.f.size
	b.f.size += n
	if b.keep {
		for range n {
			b.trail = append(b.trail, b.instr)
		}
	}
	return first
}

func (b *builder) define(v ssa.Value) node {
	n := b.new(b.layouts.width(v.Type()))
	b.nodes[v] = n
	return n
}

// declare makes the nodes of an instruction's value unless they are those of an operand.
func (b *builder) declare(in ssa.Instruction) {
	v, ok := in.(ssa.Value)
	if !ok {
		return
	}
	switch v := v.(type) {
	case *ssa.Extract, *ssa.Field, *ssa.ChangeType, *ssa.ChangeInterface, *ssa.MakeInterface, *ssa.Range:
		return // found by value
	default:
		b.define(v)
	}
}

// value is the first node of v, none for a constant.
func (b *builder) value(v ssa.Value) node {
	if n, ok := b.nodes[v]; ok {
		return n
	}
	n := none
	switch v := v.(type) {
	case *ssa.Extract:
		n = b.part(v.Tuple, v.Index)
	case *ssa.Field:
		n = b.part(v.X, v.Field)
	case *ssa.ChangeType:
		n = b.reshaped(v.X, v)
	case *ssa.ChangeInterface:
		n = b.value(v.X)
	case *ssa.Range:
		n = b.value(v.X)
	case *ssa.MakeInterface:
		n = b.reshaped(v.X, v)
	case *ssa.Global:
		n = b.new(1)
		b.f.allocs = append(b.f.allocs, alloc{node: n, global: v})
	case *ssa.Function:
		if g := b.byFunc[v]; g != nil {
			n = b.new(1)
			b.f.allocs = append(b.f.allocs, alloc{node: n, fn: g})
		}
	}
	b.nodes[v] = n
	return n
}

// part is the nodes of component i of x.
func (b *builder) part(x ssa.Value, i int) node {
	n := b.value(x)
	if n == none {
		return none
	}
	at, ok := b.layouts.component(x.Type(), i)
	if !ok { // x is one node, its component may be several
		return b.spread(n, b.layouts.width(fieldType(x.Type(), i)))
	}
	return n + at
}

func fieldType(t types.Type, i int) types.Type {
	if s, ok := t.Underlying().(*types.Struct); ok {
		return s.Field(i).Type()
	}
	return types.Typ[types.Invalid]
}

// spread makes width nodes that all are copies of n.
func (b *builder) spread(n node, width int32) node {
	if width == 1 || n == none {
		return n
	}
	to := b.new(width)
	for i := range width {
		b.copy(n, to+i)
	}
	return to
}

// reshaped is x as a value of the type of v.
func (b *builder) reshaped(x, v ssa.Value) node {
	n := b.value(x)
	from, to := b.layouts.width(x.Type()), b.layouts.width(v.Type())
	if n == none || from == to {
		return n
	}
	one := b.new(1)
	b.gather(x, one)
	return b.spread(one, to)
}

// gather makes node to a copy of all of x.
func (b *builder) gather(x ssa.Value, to node) {
	n := b.value(x)
	if n == none {
		return
	}
	for i := range b.layouts.width(x.Type()) {
		b.copy(n+i, to)
	}
}

func (b *builder) edge(from, to node) {
	if from != none && to != none && from != to {
		b.f.edges = append(b.f.edges, edge{from, to})
	}
}

// copy makes to a copy of from: a pointer leads to the same.
func (b *builder) copy(from, to node) {
	if from != none && to != none && from != to {
		b.f.copies = append(b.f.copies, edge{from, to})
	}
}

// move copies all of x into the nodes from to on, which have the width of type t.
func (b *builder) move(x ssa.Value, to node, t types.Type) {
	n := b.value(x)
	if n == none {
		return
	}
	from, width := b.layouts.width(x.Type()), b.layouts.width(t)
	if from != width {
		n = b.reshapedTo(n, from, width)
	}
	for i := range width {
		b.copy(n+i, to+i)
	}
}

func (b *builder) reshapedTo(n node, from, to int32) node {
	one := b.new(1)
	for i := range from {
		b.copy(n+i, one)
	}
	return b.spread(one, to)
}

// use makes every node of v depend on all of x.
func (b *builder) use(x ssa.Value, v node, width int32) {
	n := b.value(x)
	if n == none || v == none {
		return
	}
	for i := range b.layouts.width(x.Type()) {
		for k := range width {
			b.edge(n+i, v+k)
		}
	}
}

func (b *builder) runs(blk *ssa.BasicBlock) node { return nodeBlocks + int32(blk.Index) }

// branches makes the block depend on what decides whether it runs.
func (b *builder) branches() {
	if b.ctrl.coarse {
		b.edge(nodeBlocks, b.runs(b.block))
		b.edge(b.condition(b.block.Index), nodeBlocks)
		b.edge(nodeRuns, nodeBlocks)
		return
	}
	b.edge(nodeRuns, b.runs(b.block)) // also where a branch decides: the first run of a loop's head is decided by no branch
	for _, a := range b.ctrl.branch[b.block.Index] {
		b.edge(b.condition(int(a)), b.runs(b.block))
		b.edge(nodeBlocks+a, b.runs(b.block))
	}
}

// condition is the node of what block i branches on.
func (b *builder) condition(i int) node {
	instrs := b.f.ssa.Blocks[i].Instrs
	if len(instrs) == 0 {
		return none
	}
	if br, ok := instrs[len(instrs)-1].(*ssa.If); ok {
		return b.value(br.Cond)
	}
	return none
}

// entered is the node of what decides from where blk is entered.
func (b *builder) entered(blk *ssa.BasicBlock) node {
	if n, ok := b.merge[blk]; ok {
		return n
	}
	n := b.new(1)
	b.merge[blk] = n
	branches, ok := b.ctrl.mergers(blk)
	for _, a := range branches {
		b.edge(b.condition(int(a)), n)
	}
	if !ok {
		for _, p := range blk.Preds {
			b.edge(b.runs(p), n)
			b.edge(b.condition(p.Index), n)
		}
	}
	return n
}

package slice

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/source"
)

// node is a vertex of the dependence graph. While a function is built its nodes count from 0; afterwards from its base.
type node = int32

const none node = -1 // a constant: nothing flows from it

// edge says that to depends on from.
type edge struct{ from, to node }

// The first nodes of every function.
const (
	nodeRuns   node = 0 // whether it runs
	nodePanics node = 1 // whether it ends in a panic
	nodeRaised node = 2 // what it panics with
	nodeBlocks node = 3 // whether block i runs is nodeBlocks+i
)

// function is an own function and its part of the graph.
type function struct {
	ssa  *ssa.Function
	id   int32
	name string

	panics     bool // may end in a panic
	caught     bool // recovers from panics
	base, size node
	params     []node // the first node of each
	free       []node // of free variables
	ends       node   // the first node after them
	results    node
	width      int32 // of results
	reply      node  // of an entry: what its results lead to

	edges    []edge // the value of to depends on that of from
	copies   []edge // to may be the same pointer as from, too
	allocs   []alloc
	loads    []access
	stores   []access
	shifts   []shift
	binds    []bind
	deeps    []deep
	calls    []*call
	sinks    []sink
	origins  []*origin
	recovers []node
	unknown  []Unknown
}

// alloc gives node a pointer to memory: new, a variable's, or a function.
type alloc struct {
	node   node
	layout *layout     // of new memory
	global *ssa.Global // or the variable
	fn     *function   // or the function
	instr  ssa.Instruction
}

// access reads or writes memory.
type access struct {
	ptr    node
	layout *layout // what ptr should lead to; nil: all that it leads to, whatever that is
	offset int32   // of the first leaf
	width  int32   // leaves, of which each has a node of value; if value has but one, all go there
	value  node    // first node
	single bool    // value is one node
	loc    node    // what else decides where: key or index
	block  node    // whether it happens
	where  node    // of a write: depends on all but the value
	instr  ssa.Instruction
	quiet  bool // no write to report: of new memory, or another access stands for it
	call   bool // by a function without a body
	deep   bool // with all that the memory leads to
}

// shift makes dst a pointer into the memory of ptr.
type shift struct {
	ptr, dst node
	layout   *layout
	offset   int32
}

// bind is a value that a closure captures.
type bind struct {
	value node
	fn    *function
	index int
}

// deep collects in dst all that ptr leads to.
type deep struct {
	ptr, dst node
	layout   *layout
}

// origin is a source and its node.
type origin struct {
	source *source.Source
	node   node
	fn     *function
	index  int32             // in the program
	others []*ssa.BasicBlock // of other functions
}

// call is a call that runs own functions.
type call struct {
	site    ssa.CallInstruction
	fn      *function
	args    []operand // with the receiver first
	callee  node      // the function value, if targets are found by its flow
	dynamic bool
	sig     types.Type // of the function value
	back    bool       // made by a function without a body, which gives operands of one node and takes results into one
	results node
	width   int32
	block   node
	after   node // none if no target is known to panic
	targets []*function
}

// operand is a value with its nodes.
type operand struct {
	value ssa.Value
	node  node
	width int32
}

// paramEnd is the first node after those of parameter i.
func (f *function) paramEnd(i int) node {
	switch {
	case i+1 < len(f.params):
		return f.params[i+1]
	case len(f.free) > 0:
		return f.free[0]
	}
	return f.ends
}

// freeEnd is the first node after those of free variable i.
func (f *function) freeEnd(i int) node {
	if i+1 < len(f.free) {
		return f.free[i+1]
	}
	return f.ends
}

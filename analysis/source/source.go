package source

import (
	"go/token"

	"golang.org/x/tools/go/ssa"
)

// Source is one program point where first-hand nondeterminism enters.
type Source struct {
	Kind   Kind
	Symbol string // "time.Now"; "range", "select", "go" for statements
	Fn     *ssa.Function
	Instr  ssa.Instruction
	Pos    token.Pos

	Values []ssa.Value       // carry what is drawn
	Filled []ssa.Value       // pointers, slices and maps whose memory receives it
	Blocks []*ssa.BasicBlock // run at a time, in an order or a number of times that nothing determines; they may be another function's

	// Harmless is the proof that the source can never matter, "" if there is none: the order does not matter to the loop's body, the
	// cases of a select are equal, each goroutine writes its own slot.
	Harmless string
}

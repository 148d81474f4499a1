package slice

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/source"
)

// How a write is contaminated.
type How string

// Ways of contamination.
const (
	ByValue      How = "value"
	ByLocation   How = "location"
	ByOccurrence How = "occurrence"
)

// Verdict is what one source means to one entry.
type Verdict struct {
	Source  *source.Source
	Entry   *ssa.Function
	Reaches []string // sorted: "state:PKG.Type.field", "reply:METHOD", "nested:METHOD", "effect:FUNC"; nothing: superficial
	Must    bool     // every path through the entry that draws it contaminates
	Trace   []Step   // from the source to the first of Reaches that persists
}

// Step of a trace.
type Step struct {
	Fn   *ssa.Function
	Pos  token.Pos
	What string
}

// Write is one contaminated write of persistent state.
type Write struct {
	Field string // PKG.Type.field or PKG.var, or the state that Profile.Write names
	How   How
	Entry *ssa.Function
	Fn    *ssa.Function
	Pos   token.Pos
	From  []*source.Source // those of contaminated fields that were read for it (second-hand) included
}

// Unknown is something that the analysis cannot see.
type Unknown struct {
	Fn     *ssa.Function
	Pos    token.Pos
	Reason string // "call of example.com/x.F: no body and no dictionary entry"
}

// Result of a run, every list sorted by position, then name.
type Result struct {
	Verdicts []Verdict
	Writes   []Write
	Unknown  []Unknown
}

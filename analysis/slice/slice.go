package slice

import (
	"context"
	"go/token"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/profile"
	"github.com/midas-tiers/midas/analysis/source"
	"github.com/midas-tiers/midas/dictionary"
)

// Config of Run.
type Config struct {
	Prog    *ssa.Program
	Fset    *token.FileSet
	Pkgs    []*packages.Package // own packages, with syntax and types
	Dict    *dictionary.Dictionary
	Profile *profile.Profile
	Entries []profile.Entry
	Sources func(fn *ssa.Function) []source.Source // called from several goroutines; fn has a body
}

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
	More    int      // what it reaches beyond those in Reaches, which keeps 64
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
	More  int              // sources beyond those in From, which keeps 64
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

const maxListed = 64 // sources in a Write, goals in a Verdict, entries of a source

// Run follows the sources of own code to what they contaminate. It is safe for concurrent use, and returns ctx's error soon after ctx ends.
func Run(ctx context.Context, cfg Config) (*Result, error) {
	p := newProgram(ctx, cfg)
	if err := p.collect(); err != nil {
		return nil, err
	}
	p.impls.index()
	if err := p.buildAll(); err != nil {
		return nil, err
	}
	s := newSolver(p)
	if err := s.solve(); err != nil {
		return nil, err
	}
	a := newAnalysis(s)
	if err := a.run(); err != nil {
		return nil, err
	}
	return a.result(), nil
}

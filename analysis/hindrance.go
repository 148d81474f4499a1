package analysis

import (
	"fmt"
	"go/token"
	"path/filepath"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// A hindrance keeps a method from style active: its tape could not hold what the code does there. In style leader nothing is undone, the
// followers run the handler with the values that the leader recorded, so the method is not refused.

func (p *program) hinder(pos token.Pos, entry, reason string) {
	p.hindrances[Finding{Pos: p.fset.Position(pos), Entry: entry, Reason: reason}] = true
}

// hinderIn reports the hindrance for every entry that can run fn.
func (p *program) hinderIn(fn *ssa.Function, pos token.Pos, reason string) {
	for _, m := range p.entriesOf(fn) {
		p.hinder(pos, m, reason)
	}
}

// sortedFindings lists the findings by position.
func sortedFindings(set map[Finding]bool) []Finding {
	var out []Finding
	for f := range set {
		out = append(out, f)
	}
	slices.SortFunc(out, compareFindings)
	return out
}

// Line is the finding's place and reason on one line, for the table of methods.
func (f Finding) Line() string {
	return fmt.Sprintf("%s:%d: %s", filepath.Base(f.Pos.Filename), f.Pos.Line, f.Reason)
}

package compile

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/midas-tiers/midas/analysis"
)

// PartialError says that something cannot be treated, and that nothing was delivered. Config.Log has been told of each.
type PartialError struct {
	Problems int // places in the code
	Packages int // packages that could not be loaded or type-checked
}

func (e *PartialError) Error() string {
	var what []string
	if e.Problems > 0 {
		what = append(what, plural(e.Problems, "problem"))
	}
	if e.Packages > 0 {
		what = append(what, plural(e.Packages, "package")+" left out")
	}
	return strings.Join(what, ", ") + ": nothing was written"
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// leader is what binds methods to style leader, as a problem is written.
func (p *Program) leader(f analysis.Finding) string {
	f.Entry, f.Reason = "note: "+f.Entry, "in style leader, because "+f.Reason
	return p.problem(f)
}

// problem is a finding as FILE:LINE:COLUMN: ENTRIES: REASON, the file relative to the program's folder where it lies inside.
func (p *Program) problem(f analysis.Finding) string {
	pos := f.Pos
	if rel, err := filepath.Rel(p.source.Dir(), pos.Filename); err == nil && filepath.IsLocal(rel) {
		pos.Filename = rel
	}
	if f.Entry == "" {
		return fmt.Sprintf("%v: %s", pos, f.Reason)
	}
	return fmt.Sprintf("%v: %s: %s", pos, f.Entry, f.Reason)
}

// places merges what is said of one place, for one reason, about several entries. The findings are sorted by place and reason.
func places(findings []analysis.Finding) []analysis.Finding {
	var merged []analysis.Finding
	for _, f := range findings {
		if n := len(merged); n > 0 && merged[n-1].Pos == f.Pos && merged[n-1].Reason == f.Reason {
			merged[n-1].Entry += ", " + f.Entry
			continue
		}
		merged = append(merged, f)
	}
	return merged
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

package report

import (
	"cmp"
	"fmt"
	"slices"
)

// New is an empty report of the profile: every list that the document always has is there.
func New(profile string) *Report {
	return &Report{
		Version: Version, Profile: profile, Packages: []string{}, Sources: []Source{}, Contaminated: []Contaminated{}, Slivers: []Sliver{},
		Unknown: []Unknown{}, Broken: []Broken{},
	}
}

// String is "file:line:column".
func (p Position) String() string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column) }

// Compare orders positions by file, line and column.
func (p Position) Compare(q Position) int {
	return cmp.Or(cmp.Compare(p.File, q.File), cmp.Compare(p.Line, q.Line), cmp.Compare(p.Column, q.Column))
}

// Sort puts every list into its order, so that equal findings give equal reports, and counts the sources. Whoever builds or changes a
// report calls it last.
func (r *Report) Sort() {
	slices.Sort(r.Packages)
	slices.Sort(r.ReadOnly)
	slices.SortFunc(r.Sources, func(a, b Source) int { return cmp.Or(a.Pos.Compare(b.Pos), cmp.Compare(a.ID, b.ID)) })
	for _, s := range r.Sources {
		slices.SortFunc(s.Entries, func(a, b Entry) int { return cmp.Compare(a.Entry, b.Entry) })
	}
	slices.SortFunc(r.Contaminated, func(a, b Contaminated) int {
		return cmp.Or(cmp.Compare(a.Field, b.Field), cmp.Compare(a.Entry, b.Entry), a.Pos.Compare(b.Pos), cmp.Compare(a.How, b.How))
	})
	slices.SortFunc(r.Slivers, func(a, b Sliver) int {
		return cmp.Or(cmp.Compare(a.Entry, b.Entry), cmp.Compare(a.Index, b.Index), cmp.Compare(a.To, b.To))
	})
	slices.SortFunc(r.Unknown, func(a, b Unknown) int {
		return cmp.Or(a.Pos.Compare(b.Pos), cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Function, b.Function))
	})
	slices.SortFunc(r.Broken, func(a, b Broken) int {
		return cmp.Or(cmp.Compare(a.Package, b.Package), cmp.Compare(a.Error, b.Error))
	})
	slices.SortFunc(r.Effects, func(a, b Effect) int { return cmp.Or(a.Pos.Compare(b.Pos), cmp.Compare(a.Name, b.Name)) })
	for _, list := range [][]Problem{r.Problems, r.Leader, r.Unused} {
		slices.SortFunc(list, func(a, b Problem) int {
			return cmp.Or(a.Pos.Compare(b.Pos), cmp.Compare(a.Entry, b.Entry), cmp.Compare(a.Reason, b.Reason))
		})
	}
	r.count()
}

func (r *Report) count() {
	r.Stats.Sources, r.Stats.FirstHand = len(r.Sources), 0
	for _, s := range r.Sources {
		if s.Class == FirstHand {
			r.Stats.FirstHand++
		}
	}
	r.Stats.Superficial = r.Stats.Sources - r.Stats.FirstHand
}

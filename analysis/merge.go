package analysis

import (
	"fmt"

	"github.com/midas-tiers/midas/analysis/report"
)

// merge adds to the report of profile grpc what only the slicing analysis sees: kinds of sources that the other does not follow, and the
// writes that they alone contaminate. Where both know a source, what the first says stands, because the rewriter acts on it.
func merge(r, more *report.Report) *report.Report {
	known := map[report.Position]bool{}
	ordinal := map[string]int{}
	for _, s := range r.Sources {
		known[s.Pos] = true
		ordinal[s.Function+" "+s.Kind]++
	}
	added := map[string]string{} // new id by that in more
	for _, s := range more.Sources {
		if known[s.Pos] {
			continue
		}
		base := s.Function + " " + s.Kind
		ordinal[base]++
		id := fmt.Sprintf("%s %d", base, ordinal[base])
		added[s.ID], s.ID = id, id
		r.Sources = append(r.Sources, s)
	}
	for _, c := range more.Contaminated {
		from := []string{}
		for _, id := range c.From {
			if added[id] != "" {
				from = append(from, added[id])
			}
		}
		if c.From = from; len(from) > 0 {
			r.Contaminated = append(r.Contaminated, c)
		}
	}
	r.Sort()
	return r
}

package analysis

import (
	"fmt"
	"slices"

	"github.com/midas-tiers/midas/analysis/report"
)

// followed are the kinds of sources that the engine of profile grpc follows by itself.
var followed = []Kind{Time, Random, MapOrder, Select, Environment, File, Network, Process, Address}

// merge adds to the report of profile grpc what only the slicing analysis sees: kinds of sources that the other does not follow, and the
// writes that they alone contaminate. What the first says stands, because it is exact and the rewriter acts on it.
func merge(r, more *report.Report) *report.Report {
	known := map[report.Position]bool{}
	ordinal := map[string]int{}
	for _, s := range r.Sources {
		known[s.Pos] = true
		ordinal[s.Function+" "+s.Kind]++
	}
	added := map[string]string{} // of first-hand sources: the new id by that in more
	for _, s := range more.Sources {
		if known[s.Pos] || slices.Contains(followed, Kind(s.Kind)) {
			continue
		}
		base := s.Function + " " + s.Kind
		ordinal[base]++
		id := fmt.Sprintf("%s %d", base, ordinal[base])
		if s.Class == report.FirstHand {
			added[s.ID] = id
		}
		s.ID = id
		r.Sources = append(r.Sources, s)
	}
	for _, c := range more.Contaminated {
		from := []string{}
		for _, id := range c.From {
			if added[id] != "" {
				from = append(from, added[id])
			}
		}
		if len(from) > 0 && len(from) == len(c.From) { // else the other engine knows better
			c.From = from
			r.Contaminated = append(r.Contaminated, c)
		}
	}
	r.Sort()
	return r
}

package analysis

import (
	"fmt"
	"slices"

	"github.com/midas-tiers/midas/analysis/report"
	sourcing "github.com/midas-tiers/midas/analysis/source"
)

// unfollowed are the kinds of sources that the engine of profile grpc does not follow: it calls them problems where they matter to it.
var unfollowed = []sourcing.Kind{
	sourcing.GoroutineOrder, sourcing.LockOrder, sourcing.ChannelOrder, sourcing.UnstableSort, sourcing.FloatOrder, sourcing.Deadline,
	sourcing.Finalizer, sourcing.Signal, sourcing.Pool, sourcing.Background, sourcing.ProcessLocal, sourcing.SQL, sourcing.Architecture,
}

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
		if known[s.Pos] || !slices.Contains(unfollowed, sourcing.Kind(s.Kind)) {
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

package analysis

import (
	"fmt"
	"slices"

	"github.com/midas-tiers/midas/analysis/profile"
	"github.com/midas-tiers/midas/analysis/report"
	sourcing "github.com/midas-tiers/midas/analysis/source"
)

// unfollowed are the kinds of sources that the engine of profile grpc does not follow: it calls them problems where they matter to it.
var unfollowed = []sourcing.Kind{
	sourcing.GoroutineOrder, sourcing.LockOrder, sourcing.ChannelOrder, sourcing.UnstableSort, sourcing.FloatOrder, sourcing.Deadline,
	sourcing.Finalizer, sourcing.Signal, sourcing.Pool, sourcing.Background, sourcing.ProcessLocal, sourcing.SQL, sourcing.Architecture,
}

// merging adds to the report of profile grpc what only the slicing analysis sees: kinds of sources that the other engine does not follow,
// entries that it does not have (streams), and the writes that these alone contaminate. Of the rest, what the other says stands, because it is
// exact and the rewriter acts on it.
type merging struct {
	r      *report.Report
	at     map[report.Position]int // in r.Sources
	last   map[string]int          // ordinal by function and kind
	ids    map[string]string       // of first-hand sources that were added: the id by that of the other report
	missed map[string]bool         // entries that only the slicing analysis has
}

func merge(r, more *report.Report, missed map[string]bool) *report.Report {
	m := merging{r: r, at: map[report.Position]int{}, last: map[string]int{}, ids: map[string]string{}, missed: missed}
	for i, s := range r.Sources {
		m.at[s.Pos] = i
		m.last[s.Function+" "+s.Kind]++
	}
	for _, s := range more.Sources {
		m.source(s)
	}
	for _, c := range more.Contaminated {
		m.write(c)
	}
	if r.Stats.Entries == 0 && len(missed) > 0 {
		r.Stats.Entries, r.Notes = len(missed), more.Notes
	}
	r.Stats.Services = max(r.Stats.Services, more.Stats.Services)
	r.Sort()
	return r
}

func (m *merging) source(s report.Source) {
	i, known := m.at[s.Pos]
	if known || !slices.Contains(unfollowed, sourcing.Kind(s.Kind)) {
		s.Entries = slices.DeleteFunc(s.Entries, func(e report.Entry) bool { return !m.missed[e.Entry] })
		s.Class = report.Superficial
		if slices.ContainsFunc(s.Entries, func(e report.Entry) bool { return e.Class == report.FirstHand }) {
			s.Class = report.FirstHand
		}
	}
	if len(s.Entries) == 0 {
		return
	}
	id := s.ID
	if known {
		old := &m.r.Sources[i]
		old.Entries = append(old.Entries, s.Entries...)
		if s.Class == report.FirstHand {
			old.Class, m.ids[id] = report.FirstHand, old.ID
		}
		return
	}
	base := s.Function + " " + s.Kind
	m.last[base]++
	s.ID = fmt.Sprintf("%s %d", base, m.last[base])
	if s.Class == report.FirstHand {
		m.ids[id] = s.ID
	}
	m.at[s.Pos] = len(m.r.Sources)
	m.r.Sources = append(m.r.Sources, s)
}

func (m *merging) write(c report.Contaminated) {
	from := []string{}
	for _, id := range c.From {
		if m.ids[id] != "" {
			from = append(from, m.ids[id])
		}
	}
	if len(from) > 0 && (m.missed[c.Entry] || len(from) == len(c.From)) { // else the other engine knows better
		c.From = from
		m.r.Contaminated = append(m.r.Contaminated, c)
	}
}

// without lists the entries that this engine does not have, by name.
func (p *program) without(entries []profile.Entry) map[string]bool {
	out := map[string]bool{}
	for _, e := range entries {
		out[ssaName(e.Fn)] = true
	}
	for _, e := range p.entries {
		delete(out, ssaName(e.fn))
	}
	return out
}

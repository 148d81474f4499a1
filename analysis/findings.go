package analysis

import (
	"slices"

	"github.com/midas-tiers/midas/analysis/report"
)

// What midas build does about a source.
const (
	doRecord      = "record"
	doDeterminize = "determinize"
	doNothing     = "none"
	doRefuse      = "refuse"
)

// action is what midas build does where the source stands. Its facts rest on the engine's own classes: a reply makes a source first-hand
// there, since a retry has to be answered as the first time.
func (src *source) action() string {
	switch {
	case src.firstHand && src.untreated != "":
		return doRefuse
	case src.firstHand && src.Determinized:
		return doDeterminize
	case src.recorded(), src.firstHand && src.Kind == Select:
		return doRecord
	}
	return doNothing
}

func (p *program) sourceReport(src *source) report.Source {
	out := report.Source{
		ID: src.ID, Kind: string(src.Kind), Symbol: src.Symbol, Function: src.fn, Pos: p.relative(src.Pos),
		Class: report.Superficial, Entries: []report.Entry{},
	}
	at := map[string]int{} // a function may serve several methods
	for _, method := range sortedKeys(src.class) {
		e := p.entryReport(src, method)
		i, ok := at[e.Entry]
		switch {
		case !ok:
			at[e.Entry] = len(out.Entries)
			out.Entries = append(out.Entries, e)
		case e.Class == report.FirstHand && out.Entries[i].Class != report.FirstHand:
			e.Reaches = union(e.Reaches, out.Entries[i].Reaches)
			out.Entries[i] = e
		default:
			out.Entries[i].Reaches = union(out.Entries[i].Reaches, e.Reaches)
		}
		if e.Class == report.FirstHand {
			out.Class = report.FirstHand
		}
	}
	return out
}

func (p *program) entryReport(src *source, method string) report.Entry {
	e := report.Entry{
		Entry: p.entryName(method), Class: report.Superficial, Action: src.action(), Reaches: sortedKeys(src.goals[method]),
		Must: src.must[method], Trace: src.paths[method],
	}
	switch {
	case src.persists[method]:
		e.Class = report.FirstHand
	case len(e.Reaches) > 0:
		e.Why = "reaches nothing but the reply"
	case src.harmless != "":
		e.Why = src.harmless
	default:
		e.Why = "reaches no persistent state, no nested request and no reply"
	}
	if e.Action == doRefuse && len(e.Reaches) == 0 {
		e.Action = doNothing
	}
	if e.Trace == nil {
		e.Trace = []report.Step{}
	}
	return e
}

func (p *program) ids(s srcs) []string {
	out := []string{}
	for _, i := range s.each() {
		if i != remade {
			out = append(out, p.sources[i-1].ID)
		}
	}
	slices.Sort(out)
	return out
}

// contaminatedFields has one row for each write of a field and way in which it is contaminated.
func (p *program) contaminatedFields() []report.Contaminated {
	type key struct {
		field, entry string
		how          way
		pos          report.Position
	}
	rows := map[key]srcs{}
	functions := map[key]string{}
	for _, s := range p.slivers {
		for _, h := range s.flow.hits() {
			pos := p.stepPos(h.in)
			for _, f := range h.fields {
				for how, by := range h.how {
					if by.empty() {
						continue
					}
					k := key{f, p.entryName(s.entry.method), how, p.position(pos)}
					rows[k] = rows[k].or(by)
					functions[k] = p.functionAt(pos)
				}
			}
		}
	}
	out := []report.Contaminated{}
	for k, by := range rows {
		out = append(out, report.Contaminated{
			Field: k.field, How: string(k.how), Entry: k.entry, Function: functions[k], Pos: k.pos, From: p.ids(by),
		})
	}
	return out
}

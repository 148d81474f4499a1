package analysis

import (
	"cmp"
	"fmt"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/report"
	"github.com/midas-tiers/midas/analysis/topology"
)

// report renders the results into the versioned document. Entries and functions have the names that SSA gives them there.
func (p *program) report(topo *topology.Topology) *report.Report {
	r := report.New(profileGRPC)
	r.Contaminated, r.Slivers, r.Unknown, r.Broken = p.contaminatedFields(), p.sliverReports(), p.unknown(), broken(p.errors)
	r.Excluded = p.excluded()
	r.Effects, r.Notes = p.effectReports(), p.notes()
	r.Leader, r.Problems = p.findings(p.facts.hindrances), p.findings(p.facts.problems)
	for _, pkg := range p.pkgs {
		r.Packages = append(r.Packages, pkg.PkgPath)
	}
	for _, src := range p.sources {
		if sr := p.sourceReport(src); len(sr.Entries) > 0 {
			r.Sources = append(r.Sources, sr)
		}
	}
	for _, m := range p.facts.methods {
		if m.ReadOnly {
			r.ReadOnly = append(r.ReadOnly, p.entryName(m.Name))
		}
	}
	if topo != nil {
		r.Pairs = p.pairs(topo)
	}
	r.Stats = p.stats()
	r.Sort()
	return r
}

// entryName is the function that serves the full gRPC method, "" if that is not known.
func (p *program) entryName(method string) string { return p.served[method] }

func (p *program) findings(list []Finding) []report.Problem {
	out := []report.Problem{}
	for _, f := range list {
		problem := report.Problem{Pos: p.relative(f.Pos), Entry: p.entryName(f.Entry), Reason: f.Reason}
		if f.Entry != "" && problem.Entry == "" {
			problem.Reason += " (" + f.Entry + ")"
		}
		out = append(out, problem)
	}
	return out
}

func broken(errors []PackageError) []report.Broken {
	out := []report.Broken{}
	for _, e := range errors {
		out = append(out, report.Broken{Package: e.Package, Error: e.Err.Error()})
	}
	return out
}

func (p *program) effectReports() []report.Effect {
	out := []report.Effect{}
	for site, c := range p.calls {
		if entries := p.entriesOf(site.Parent()); c.effect && len(entries) > 0 {
			for i, m := range entries {
				entries[i] = p.entryName(m)
			}
			slices.Sort(entries)
			out = append(out, report.Effect{Name: c.nested, Pos: p.position(site.Pos()), Entries: slices.Compact(entries)})
		}
	}
	return out
}

// unknown lists the calls of own code reached by entries about which nothing is known.
func (p *program) unknown() []report.Unknown {
	found := map[report.Unknown]bool{}
	for _, fn := range p.funcs {
		if !p.isOwn(fn) || !p.reached[fn] {
			continue
		}
		for in := range instructions(fn) {
			site, ok := in.(ssa.CallInstruction)
			if !ok {
				continue
			}
			for _, e := range p.calls[site].externs {
				if !e.known {
					found[report.Unknown{Function: ssaName(fn), Pos: p.position(site.Pos()),
						Reason: fmt.Sprintf("call of %s: no body and no dictionary entry", e.symbol)}] = true
				}
			}
		}
	}
	out := []report.Unknown{}
	for u := range found {
		out = append(out, u)
	}
	return out
}

func (p *program) stats() report.Stats {
	s := report.Stats{Packages: len(p.pkgs)}
	entries, services := map[*ssa.Function]bool{}, map[string]bool{}
	for _, e := range p.entries {
		entries[e.fn] = true
		services[e.method[:strings.LastIndexByte(e.method, '/')+1]] = true
	}
	s.Entries, s.Services = len(entries), len(services)
	s.Functions, s.Lines = p.functions(), p.lines()
	return s
}

// ssaName is the function's name as SSA prints it; instances have that of their origin.
func ssaName(fn *ssa.Function) string {
	if fn.Origin() != nil {
		fn = fn.Origin()
	}
	return fn.String()
}

// span is the text of a function.
type span struct {
	from, to token.Pos
	name     string
}

// functionAt is the name of the innermost function whose text has pos, "" if none has.
func (p *program) functionAt(pos token.Pos) string {
	if p.spans == nil {
		p.spans = map[*token.File][]span{}
		for _, fn := range p.funcs {
			if n := fn.Syntax(); n != nil && p.isOwn(fn) {
				file := p.fset.File(n.Pos())
				p.spans[file] = append(p.spans[file], span{n.Pos(), n.End(), ssaName(fn)})
			}
		}
	}
	var best span
	for _, s := range p.spans[p.fset.File(pos)] {
		if s.from <= pos && pos < s.to && (best.name == "" || cmp.Compare(s.to-s.from, best.to-best.from) < 0) {
			best = s
		}
	}
	return best.name
}

func (p *program) step(pos token.Pos, what string) report.Step {
	return report.Step{Function: p.functionAt(pos), Pos: p.position(pos), What: what}
}

func addAll(set map[string]bool, names []string) {
	for _, n := range names {
		set[n] = true
	}
}

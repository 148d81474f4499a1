package analysis

import (
	"cmp"
	"context"
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/midas-tiers/midas/analysis/profile"
	"github.com/midas-tiers/midas/analysis/report"
	"github.com/midas-tiers/midas/analysis/slice"
	sourcing "github.com/midas-tiers/midas/analysis/source"
	"github.com/midas-tiers/midas/analysis/suppress"
)

// sliced is the report of the slicing analysis, which serves every profile.
type sliced struct {
	w       *world
	profile *profile.Profile
	entries []profile.Entry
	found   *slice.Result
	ids     map[*sourcing.Source]string
	lists   map[**sourcing.Source][]string // by the first element of a list of sources
}

// slice runs the slicing analysis over what was loaded and built.
func (j *job) slice(ctx context.Context, w *world) (*report.Report, []profile.Entry, error) {
	entries, notes := j.profile.Entries(w.prog, w.pkgs)
	finder := sourcing.NewFinder(w.fset, w.pkgs, j.dict, sourcing.Options{Architecture: j.cfg.Architecture})
	found, err := slice.Run(ctx, slice.Config{
		Prog: w.prog, Fset: w.fset, Pkgs: w.pkgs, Dict: j.dict, Profile: j.profile, Entries: entries, Sources: finder.Find,
	})
	if err != nil {
		return nil, nil, err
	}
	s := &sliced{w: w, profile: j.profile, entries: entries, found: found, ids: map[*sourcing.Source]string{}, lists: map[**sourcing.Source][]string{}}
	r := s.report()
	for _, n := range notes {
		text := n.Text
		if n.Pos.IsValid() {
			text = fmt.Sprintf("%s: %s", w.position(n.Pos), text)
		}
		r.Notes = append(r.Notes, text)
	}
	r.Sort()
	return r, entries, nil
}

func (s *sliced) report() *report.Report {
	r := report.New(s.profile.Name)
	r.Excluded = s.w.excluded()
	r.Sources, r.Broken = s.sources(), broken(s.w.errors)
	for _, x := range s.found.Writes {
		r.Contaminated = append(r.Contaminated, report.Contaminated{
			Field: x.Field, How: string(x.How), Entry: ssaName(x.Entry), Function: ssaName(x.Fn), Pos: s.place(x.Fn, x.Pos), From: s.from(x),
		})
	}
	for _, u := range s.found.Unknown {
		r.Unknown = append(r.Unknown, report.Unknown{Function: ssaName(u.Fn), Pos: s.place(u.Fn, u.Pos), Reason: u.Reason})
	}
	for _, pkg := range s.w.pkgs {
		r.Packages = append(r.Packages, pkg.PkgPath)
	}
	r.Stats = s.stats()
	return r
}

// spot is what makes two sources one: the instances of a generic function have theirs at one position.
type spot struct {
	pos  report.Position
	kind sourcing.Kind
}

// sources has a row for each source with its verdicts, and gives them ids.
func (s *sliced) sources() []report.Source {
	rows := map[spot]*report.Source{}
	var order []spot
	for _, v := range s.found.Verdicts {
		at := spot{s.place(v.Source.Fn, v.Source.Pos), v.Source.Kind}
		row := rows[at]
		if row == nil {
			row = &report.Source{
				Kind: string(at.kind), Symbol: v.Source.Symbol, Function: ssaName(v.Source.Fn), Pos: at.pos, Class: report.Superficial,
				Entries: []report.Entry{},
			}
			rows[at] = row
			order = append(order, at)
		}
		s.add(row, v)
	}
	slices.SortFunc(order, func(a, b spot) int { return cmp.Or(a.pos.Compare(b.pos), cmp.Compare(a.kind, b.kind)) })
	out := []report.Source{}
	ordinal := map[string]int{}
	for _, at := range order {
		row := rows[at]
		base := row.Function + " " + row.Kind
		ordinal[base]++
		row.ID = fmt.Sprintf("%s %d", base, ordinal[base])
		out = append(out, *row)
	}
	for _, v := range s.found.Verdicts {
		s.ids[v.Source] = rows[spot{s.place(v.Source.Fn, v.Source.Pos), v.Source.Kind}].ID
	}
	return out
}

// add adds what a source means to one entry.
func (s *sliced) add(row *report.Source, v slice.Verdict) {
	e := report.Entry{
		Entry: ssaName(v.Entry), Class: report.Superficial, Must: v.Must, Action: doNothing, Reaches: v.Reaches, Trace: []report.Step{},
	}
	for _, step := range v.Trace {
		e.Trace = append(e.Trace, report.Step{Function: ssaName(step.Fn), Pos: s.place(step.Fn, step.Pos), What: step.What})
	}
	switch {
	case slices.ContainsFunc(v.Reaches, s.persists):
		e.Class, row.Class = report.FirstHand, report.FirstHand
	case len(v.Reaches) > 0:
		e.Why = "reaches nothing but the reply"
	case v.Source.Harmless != "":
		e.Why = v.Source.Harmless
	default:
		e.Why = "reaches no persistent state, no nested request and no reply"
	}
	if e.Reaches == nil {
		e.Reaches = []string{}
	}
	for i := range row.Entries {
		if old := &row.Entries[i]; old.Entry == e.Entry { // another instance
			if e.Class == report.FirstHand && old.Class != report.FirstHand {
				e, *old = *old, e
			}
			old.Reaches = union(old.Reaches, e.Reaches)
			return
		}
	}
	row.Entries = append(row.Entries, e)
}

// place is a position in fn's text. A promoted method has no text of its own: it stands where its type does.
func (s *sliced) place(fn *ssa.Function, pos token.Pos) report.Position {
	if recv := fn.Signature.Recv(); recv != nil && fn.Syntax() == nil && fn.Origin() == nil {
		if n := namedType(recv.Type()); n != nil {
			pos = n.Obj().Pos()
		}
	}
	return s.w.position(pos)
}

func (s *sliced) persists(goal string) bool {
	return s.profile.Reply || !strings.HasPrefix(goal, replyGoal)
}

// from has the ids of a write's sources. Writes share lists there, and so they do here: there are many.
func (s *sliced) from(x slice.Write) []string {
	if len(x.From) == 0 {
		return []string{}
	}
	if ids, ok := s.lists[&x.From[0]]; ok {
		return ids
	}
	var ids []string
	for _, src := range x.From {
		if id := s.ids[src]; id != "" {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	s.lists[&x.From[0]] = ids
	return ids
}

func (s *sliced) stats() report.Stats {
	st := report.Stats{Packages: len(s.w.pkgs), Entries: len(s.entries), Functions: s.w.functions(), Lines: s.w.lines()}
	services := map[string]bool{}
	for _, e := range s.entries {
		if i := strings.LastIndexByte(e.Method, '/'); i >= 0 {
			services[e.Method[:i]] = true
		}
	}
	st.Services = len(services)
	return st
}

// functions counts the declared functions of the loaded packages.
func (w *world) functions() int {
	n := 0
	for _, pkg := range w.pkgs {
		for _, f := range pkg.Syntax {
			for _, d := range f.Decls {
				if _, ok := d.(*ast.FuncDecl); ok {
					n++
				}
			}
		}
	}
	return n
}

func (w *world) lines() int {
	n := 0
	for _, pkg := range w.pkgs {
		for _, f := range pkg.Syntax {
			n += w.fset.File(f.FileStart).LineCount()
		}
	}
	return n
}

// directives reads the comments of the loaded packages that silence the report.
func (w *world) directives() []suppress.Directive {
	var out []suppress.Directive
	for _, pkg := range w.pkgs {
		for _, f := range pkg.Syntax {
			out = append(out, suppress.Parse(w.fset, f, w.position)...)
		}
	}
	return out
}

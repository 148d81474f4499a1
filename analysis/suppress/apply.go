package suppress

import (
	"path/filepath"
	"time"

	"github.com/midas-tiers/midas/analysis/report"
)

// Rules is all that may silence a report.
type Rules struct {
	Directives   []Directive
	Declarations *Declarations // nil if there are none
	Dir          string        // absolute folder to which the report's file names are relative
	Now          time.Time     // decides what has expired
}

// Apply notes in the report what is ignored and why, and lists the rules that ignore nothing. Superficial sources need no rule.
func Apply(r *report.Report, rules Rules) {
	a := applying{rules: rules, directives: append([]Directive(nil), rules.Directives...)}
	if rules.Declarations != nil {
		a.declarations = append([]Declaration(nil), rules.Declarations.list...)
	}
	for i := range a.declarations {
		pos := &a.declarations[i].Pos
		pos.File = relative(rules.Dir, pos.File)
	}
	for i, s := range r.Sources {
		if s.Class == report.FirstHand {
			r.Sources[i].Ignored, r.Sources[i].By = a.reason(s.Kind, s.Function, s.Pos)
		}
	}
	for i, u := range r.Unknown {
		r.Unknown[i].Ignored, r.Unknown[i].By = a.reason(report.UnknownKind, u.Function, u.Pos)
	}
	for i := range a.directives {
		a.complain(r, prefix, &a.directives[i].rule)
	}
	for i := range a.declarations {
		a.complain(r, "ignore", &a.declarations[i].rule)
	}
	r.Sort()
}

type applying struct {
	rules        Rules
	directives   []Directive
	declarations []Declaration
}

// reason is that of the first rule that fits, with its place; all that fit are in use.
func (a *applying) reason(kind, function string, pos report.Position) (reason string, by report.Position) {
	use := func(r *rule) {
		r.used = true
		if reason == "" {
			reason, by = r.Reason, r.Pos
		}
	}
	for i := range a.directives {
		d := &a.directives[i]
		if d.holds(kind, a.rules.Now) && d.Pos.File == pos.File && d.First <= pos.Line && pos.Line <= d.Last {
			use(&d.rule)
		}
	}
	for i := range a.declarations {
		d := &a.declarations[i]
		if d.holds(kind, a.rules.Now) && d.fits(function, a.file(pos)) {
			use(&d.rule)
		}
	}
	return reason, by
}

// file is the name of pos's file as globs see it: relative to the folder of midas.yaml, with slashes.
func (a *applying) file(pos report.Position) string {
	name := filepath.FromSlash(pos.File)
	if !filepath.IsAbs(name) {
		name = filepath.Join(a.rules.Dir, name)
	}
	return relative(a.rules.Declarations.dir, name)
}

// relative is the absolute name seen from dir where it lies inside, with slashes.
func relative(dir, name string) string {
	if rel, err := filepath.Rel(dir, name); err == nil && filepath.IsLocal(rel) {
		name = rel
	}
	return filepath.ToSlash(name)
}

func (a *applying) complain(r *report.Report, what string, rule *rule) {
	if c := rule.complaint(a.rules.Now); c != "" {
		r.Unused = append(r.Unused, report.Problem{Pos: rule.Pos, Reason: what + ": " + c})
	}
}

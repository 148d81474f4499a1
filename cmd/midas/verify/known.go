package verify

import (
	"slices"
	"strings"

	"github.com/midas-tiers/midas/analysis/report"
)

// Known is what the analyzer knew.
type Known struct {
	Fields   map[string]How // contaminated ones: "import/path.Type.field", "import/path.variable"
	Packages []string       // import paths of the analysed packages
}

// How says in which ways a field is contaminated.
type How struct {
	Value bool // in its value; else in where it is written, or whether
}

// KnownBy is what a report knows.
func KnownBy(r *report.Report) Known {
	k := Known{Fields: make(map[string]How), Packages: r.Packages}
	for _, f := range r.Contaminated {
		h := k.Fields[f.Field]
		h.Value = h.Value || f.How == "value"
		k.Fields[f.Field] = h
	}
	for _, p := range r.Pairs {
		for _, c := range p.Crossings {
			for _, f := range c.Fields {
				k.Fields[f] = How{Value: true}
			}
		}
	}
	return k
}

// name is a field's name as the analyzer has it: at run time a main package has no path but "main".
func name(field, main string) string {
	if rest, ok := strings.CutPrefix(field, "main."); ok {
		return main + "." + rest
	}
	return field
}

// own reports whether the field is of an analysed package.
func (k Known) own(field string) bool {
	slash := strings.LastIndexByte(field, '/')
	dot := strings.IndexByte(field[slash+1:], '.')
	return dot >= 0 && (slices.Contains(k.Packages, field[:slash+1+dot]) || k.ownDotted(field))
}

// ownDotted is own for packages whose last element has a dot.
func (k Known) ownDotted(field string) bool {
	return slices.ContainsFunc(k.Packages, func(pkg string) bool { return strings.HasPrefix(field, pkg+".") })
}

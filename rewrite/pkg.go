package rewrite

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"path/filepath"
	"slices"

	"golang.org/x/tools/go/packages"

	"github.com/midas-tiers/midas/analysis"
)

// program is what all packages share.
type program struct {
	facts *styled
	decls map[string]ownFunc // functions with own body, by full name: packages may see each other through export data
	pure  map[string]bool
}

// ownFunc is a function with own body.
type ownFunc struct {
	*ast.FuncDecl
	info *types.Info
}

func newProgram(f *styled) *program {
	p := &program{facts: f, decls: map[string]ownFunc{}, pure: map[string]bool{}}
	for _, q := range f.Packages() {
		for _, file := range q.Syntax {
			for _, d := range file.Decls {
				d, ok := d.(*ast.FuncDecl)
				if !ok || d.Body == nil {
					continue
				}
				if fn, ok := q.TypesInfo.Defs[d.Name].(*types.Func); ok {
					p.decls[fn.FullName()] = ownFunc{d, q.TypesInfo}
				}
			}
		}
	}
	return p
}

// isOwn reports whether fn has a body in the program.
func (p *program) isOwn(fn *types.Func) bool {
	_, own := p.decls[fn.FullName()]
	return own
}

// pkg is a package that is being rewritten.
type pkg struct {
	*packages.Package
	*program
	sitesVar  string
	sites     []string       // what sitesVar will hold
	ordinals  map[string]int // cuts, by function
	performed int            // external effects so far
	problems  []analysis.Finding
	bound     []analysis.Finding // what binds methods to style leader
}

func newPkg(prog *program, p *packages.Package) *pkg {
	w := &pkg{Package: p, program: prog, sitesVar: "midasSites", ordinals: map[string]int{}}
	for p.Types.Scope().Lookup(w.sitesVar) != nil {
		w.sitesVar += "_"
	}
	return w
}

// problem reports that the code at pos cannot be treated, for each method whose execution may reach its declaration, which stays as it was.
func (p *pkg) problem(pos token.Pos, format string, args ...any) {
	entries := map[string]bool{}
	for _, fn := range p.functionsAt(pos) {
		for _, m := range p.facts.Entries(fn) {
			entries[m] = true
		}
	}
	p.problems = append(p.problems, p.findings(pos, slices.Sorted(maps.Keys(entries)), format, args)...)
}

// hinder reports that the tape cannot hold the code at pos: the methods whose execution may reach it run in style leader only.
func (p *pkg) hinder(pos token.Pos, format string, args ...any) {
	var entries []string
	for _, fn := range p.functionsAt(pos) {
		if within(pos, fn) && len(p.facts.Entries(fn)) > 0 {
			entries = p.facts.Entries(fn)
		}
	}
	p.bound = append(p.bound, p.findings(pos, entries, format, args)...)
}

func (p *pkg) findings(pos token.Pos, entries []string, format string, args []any) []analysis.Finding {
	f := analysis.Finding{Pos: p.Fset.Position(pos), Reason: fmt.Sprintf(format, args...)}
	if len(entries) == 0 {
		return []analysis.Finding{f}
	}
	var all []analysis.Finding
	for _, f.Entry = range entries {
		all = append(all, f)
	}
	return all
}

// functionsAt are the functions of the declaration around pos, outer ones first.
func (p *pkg) functionsAt(pos token.Pos) []ast.Node {
	var found []ast.Node
	for _, file := range p.Syntax {
		for _, d := range file.Decls {
			if !within(pos, d) {
				continue
			}
			ast.Inspect(d, func(n ast.Node) bool {
				switch n.(type) {
				case *ast.FuncDecl, *ast.FuncLit:
					found = append(found, n)
				}
				return true
			})
		}
	}
	return found
}

// site allots a site and returns the expression that names it.
func (p *pkg) site(id string, pos token.Pos) frag {
	at := p.Fset.Position(pos)
	p.sites = append(p.sites, fmt.Sprintf("%s %s:%d", id, filepath.Base(at.Filename), at.Line))
	return join(fmt.Sprintf("%s[%d]", p.sitesVar, len(p.sites)-1))
}

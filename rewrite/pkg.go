package rewrite

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"

	"golang.org/x/tools/go/packages"

	"github.com/midas-tiers/midas/analysis"
)

// program is what all packages share.
type program struct {
	facts Facts
	decls map[string]ownFunc // functions with own body, by full name: packages may see each other through export data
	pure  map[string]bool
}

// ownFunc is a function with own body.
type ownFunc struct {
	*ast.FuncDecl
	info *types.Info
}

func newProgram(f Facts) *program {
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
	sitesVar string
	sites    []string       // what sitesVar will hold
	ordinals map[string]int // cuts, by function
	problems []analysis.Finding
}

func newPkg(prog *program, p *packages.Package) *pkg {
	w := &pkg{Package: p, program: prog, sitesVar: "midasSites", ordinals: map[string]int{}}
	for p.Types.Scope().Lookup(w.sitesVar) != nil {
		w.sitesVar += "_"
	}
	return w
}

// problem reports that the code at pos cannot be treated, for each method whose execution may reach it.
func (p *pkg) problem(pos token.Pos, format string, args ...any) {
	f := analysis.Finding{Pos: p.Fset.Position(pos), Reason: fmt.Sprintf(format, args...)}
	entries := p.facts.Entries(p.enclosing(pos))
	if len(entries) == 0 {
		p.problems = append(p.problems, f)
	}
	for _, f.Entry = range entries {
		p.problems = append(p.problems, f)
	}
}

// enclosing is the declaration with a body around pos, or nil.
func (p *pkg) enclosing(pos token.Pos) ast.Node {
	for _, file := range p.Syntax {
		for _, d := range file.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && within(pos, fn) {
				return fn
			}
		}
	}
	return nil
}

// site allots a site and returns the expression that names it.
func (p *pkg) site(id string, pos token.Pos) frag {
	at := p.Fset.Position(pos)
	p.sites = append(p.sites, fmt.Sprintf("%s %s:%d", id, filepath.Base(at.Filename), at.Line))
	return join(fmt.Sprintf("%s[%d]", p.sitesVar, len(p.sites)-1))
}

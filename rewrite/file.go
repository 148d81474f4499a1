package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
	"go/version"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// file is a source file that is being rewritten: text is copied, and where a rule applies, replaced.
type file struct {
	pkg    *pkg
	syntax *ast.File
	src    []byte
	tok    *token.File

	taken    names                   // names in use anywhere in the file or at package level
	added    map[string]string       // imports that the original does not have: path to alias
	kept     map[types.Object]bool   // imports that emitted code uses
	replaced map[types.Object]int    // uses of imports that went away
	renamed  map[types.Object]string // local variables that have another name in the output
	subst    map[ast.Node]frag       // expressions that were moved to a statement before
	edits    int                     // rules applied so far
}

func newFile(p *pkg, syntax *ast.File, src []byte) *file {
	w := &file{
		pkg: p, syntax: syntax, src: src, tok: p.Fset.File(syntax.FileStart),
		taken: namesIn(syntax), added: map[string]string{}, kept: map[types.Object]bool{}, replaced: map[types.Object]int{},
		subst: map[ast.Node]frag{}, renamed: map[types.Object]string{},
	}
	for _, name := range p.Types.Scope().Names() {
		w.taken[name] = true
	}
	return w
}

// rewrite returns the edited file, or nil if no rule applies.
func (w *file) rewrite() ([]byte, error) {
	decls := make([]frag, len(w.syntax.Decls))
	for i, d := range w.syntax.Decls {
		decls[i] = w.decl(d)
	}
	if w.edits == 0 {
		return nil, nil
	}
	var out frag
	last := w.syntax.FileStart
	imported := false
	for i, d := range w.syntax.Decls {
		out = append(out, w.text(last, d.Pos())...)
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			decls[i] = w.imports(g, !imported)
			imported = true
		} else if !imported {
			decls[i] = join(w.importDecl(), "\n\n", decls[i])
			imported = true
		}
		out = append(out, decls[i]...)
		last = d.End()
	}
	out = append(out, w.text(last, w.syntax.FileEnd)...)
	text, origin := out.flatten()
	return layout(filepath.Base(w.tok.Name()), text, origin, w.tok)
}

// decl rewrites a declaration. If something in it cannot be treated it stays as it was.
func (w *file) decl(d ast.Decl) frag {
	before, found := w.mark(), len(w.pkg.problems)+len(w.pkg.bound)
	var out frag
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Body == nil {
			return w.copy(d)
		}
		f := w.function(d, nil)
		out = join(w.text(d.Pos(), d.Body.Pos()), f.rewriteBody())
	case *ast.GenDecl:
		if d.Tok == token.IMPORT {
			return w.copy(d)
		}
		f := w.function(nil, nil)
		walk(d, func(stack []ast.Node) { f.checkServer(stack[len(stack)-1]) })
		out = f.generic(scope{}, d)
	default:
		return w.copy(d)
	}
	if len(w.pkg.problems)+len(w.pkg.bound) > found {
		w.reset(before)
		return w.copy(d)
	}
	return out
}

// mark is what a declaration that is given up has to take back.
type mark struct {
	sites, edits int
	added        map[string]string
	taken        names
	kept         map[types.Object]bool
	replaced     map[types.Object]int
}

func (w *file) mark() mark {
	return mark{len(w.pkg.sites), w.edits, maps.Clone(w.added), maps.Clone(w.taken), maps.Clone(w.kept), maps.Clone(w.replaced)}
}

func (w *file) reset(m mark) {
	w.pkg.sites, w.edits, w.added, w.taken = w.pkg.sites[:m.sites], m.edits, m.added, m.taken
	w.kept, w.replaced = m.kept, m.replaced
}

// sharesLoopVars reports whether the file's language version is older than go1.22, in which all iterations share their variables.
func (w *file) sharesLoopVars() bool {
	v := w.pkg.TypesInfo.FileVersions[w.syntax]
	return v != "" && version.Compare(v, "go1.22") < 0
}

// text is the original's text between two positions.
func (w *file) text(from, to token.Pos) frag {
	if to <= from {
		return nil
	}
	a, b := w.tok.Offset(from), w.tok.Offset(to)
	return frag{{string(w.src[a:b]), a}}
}

func (w *file) copy(n ast.Node) frag { return w.text(n.Pos(), n.End()) }

// imports returns the import declaration without what is not used any more; the first one takes the new imports.
func (w *file) imports(g *ast.GenDecl, first bool) frag {
	var out frag
	last := g.Pos()
	for _, s := range g.Specs {
		if w.unused(s.(*ast.ImportSpec)) {
			if !g.Lparen.IsValid() {
				if first {
					return join(w.importDecl())
				}
				return nil
			}
			out = append(out, w.text(last, s.Pos())...)
			last = s.End()
		}
	}
	switch {
	case !first:
		return append(out, w.text(last, g.End())...)
	case g.Lparen.IsValid():
		out = append(out, w.text(last, g.Rparen)...)
		return join(out, "\n", strings.Join(w.importSpecs(), "\n"), "\n)")
	}
	return join(out, w.text(last, g.End()), "\n", w.importDecl())
}

func (w *file) unused(spec *ast.ImportSpec) bool {
	obj, _ := w.pkg.TypesInfo.Implicits[spec].(*types.PkgName)
	if spec.Name != nil {
		obj, _ = w.pkg.TypesInfo.Defs[spec.Name].(*types.PkgName)
	}
	if obj == nil || w.replaced[obj] == 0 || w.kept[obj] {
		return false
	}
	uses := 0
	ast.Inspect(w.syntax, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && w.pkg.TypesInfo.Uses[id] == obj {
			uses++
		}
		return true
	})
	return uses == w.replaced[obj]
}

func (w *file) importSpecs() []string {
	var specs []string
	for p, alias := range w.added {
		if alias == path.Base(p) {
			alias = ""
		}
		specs = append(specs, strings.TrimSpace(alias+` "`+p+`"`))
	}
	slices.Sort(specs)
	return specs
}

func (w *file) importDecl() string {
	specs := w.importSpecs()
	switch len(specs) {
	case 0:
		return ""
	case 1:
		return "import " + specs[0]
	}
	return "import (\n" + strings.Join(specs, "\n") + "\n)"
}

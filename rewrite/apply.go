package rewrite

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/midas-tiers/midas/analysis"
)

const (
	runtimePath = "github.com/midas-tiers/midas/runtime"
	tiersPath   = "github.com/midas-tiers/midas/tiers"
)

// Options of Apply. The zero value is ready for use.
type Options struct {
	// ReadFile reads the source files; nil is os.ReadFile. It must return what the packages were loaded from.
	ReadFile func(name string) ([]byte, error)
}

// File is an emitted file.
type File struct {
	Name    string // base name
	Content []byte
}

// Edits is what Apply would change. The caller decides where it goes.
type Edits struct {
	Files    map[string][]byte  // edited files, by absolute name of the original
	Added    map[string][]File  // emitted files, by package folder
	Leader   []analysis.Finding // what binds methods to style leader, besides what the facts say; sorted
	Problems []analysis.Finding // sorted; a declaration with a problem is left as it was
}

// Apply rewrites the packages of f. Packages that import the runtime already are left alone. An error means that a source could not be
// read or that Apply made something that is no Go; a fault of the analysed code is a problem in Edits.
func Apply(f Facts, o Options) (*Edits, error) {
	if o.ReadFile == nil {
		o.ReadFile = os.ReadFile
	}
	l, bound := leadersOf(f), []analysis.Finding(nil)
	for {
		e, found, err := applyStyled(newStyled(f, l), o)
		if err != nil {
			return nil, err
		}
		news := l.add(found, f.Methods())
		if len(news) > 0 {
			bound = append(bound, news...)
			continue
		}
		e.Leader, e.Problems = sorted(bound), sorted(append(e.Problems, untold(f, found)...))
		return e, nil
	}
}

// applyStyled also returns what binds methods to style leader that the facts let be active.
func applyStyled(f *styled, o Options) (*Edits, []analysis.Finding, error) {
	e := &Edits{Files: map[string][]byte{}, Added: map[string][]File{}, Problems: slices.Clone(f.Problems())}
	prog := newProgram(f)
	var bound []analysis.Finding
	var pkgs []*pkg
	for _, p := range f.Packages() {
		if rewritten(p) || len(p.Syntax) == 0 {
			continue
		}
		w := newPkg(prog, p)
		if err := w.rewrite(o, e); err != nil {
			return nil, nil, fmt.Errorf("rewrite package %s: %w", p.PkgPath, err)
		}
		pkgs, bound = append(pkgs, w), append(bound, w.bound...)
	}
	for _, w := range pkgs { // their tables name the problems of all
		if err := w.addEmitted(e); err != nil {
			return nil, nil, fmt.Errorf("rewrite package %s: %w", w.PkgPath, err)
		}
	}
	return e, bound, nil
}

func sorted(found []analysis.Finding) []analysis.Finding {
	slices.SortFunc(found, func(a, b analysis.Finding) int {
		return cmp.Or(strings.Compare(a.Pos.Filename, b.Pos.Filename), cmp.Compare(a.Pos.Offset, b.Pos.Offset),
			strings.Compare(a.Reason, b.Reason), strings.Compare(a.Entry, b.Entry))
	})
	return slices.Compact(found)
}

func rewritten(p *packages.Package) bool {
	for path := range p.Imports {
		if path == runtimePath || path == tiersPath {
			return true
		}
	}
	return false
}

// rewrite adds the package's edited files and problems to e.
func (p *pkg) rewrite(o Options, e *Edits) error {
	for _, syntax := range p.Syntax {
		name := p.Fset.File(syntax.FileStart).Name()
		if strings.HasSuffix(name, ".pb.go") {
			continue
		}
		src, err := o.ReadFile(name)
		if err != nil {
			return err
		}
		w := newFile(p, syntax, src)
		out, err := w.rewrite()
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		switch {
		case out == nil:
		case !slices.Contains(p.GoFiles, name):
			p.problem(syntax.Package, "the file uses cgo and would have to be edited")
		default:
			e.Files[name] = out
		}
	}
	e.Problems = append(e.Problems, untold(p.facts, p.problems)...)
	return nil
}

// untold are the findings on statements of which the analysis says nothing.
func untold(f Facts, found []analysis.Finding) []analysis.Finding {
	return slices.DeleteFunc(found, func(x analysis.Finding) bool {
		return slices.ContainsFunc(f.Problems(), func(known analysis.Finding) bool { return sameStatement(known, x) })
	})
}

// sameStatement reports whether what the rewriter found is what the analysis says of the same line.
func sameStatement(known, found analysis.Finding) bool {
	return known.Pos.Filename == found.Pos.Filename && known.Pos.Line == found.Pos.Line && known.Entry == found.Entry
}

// addEmitted adds the package's emitted files to e, whose problems are complete.
func (p *pkg) addEmitted(e *Edits) error {
	added, err := p.emit(e.Problems)
	if err != nil || len(added) == 0 {
		return err
	}
	dir := filepath.Dir(p.GoFiles[0])
	e.Added[dir] = append(e.Added[dir], added...)
	return nil
}

package analysis

import (
	"context"
	"errors"
	"fmt"
	"go/token"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"

	"github.com/midas-tiers/midas/analysis/report"
)

const modulePath = "github.com/midas-tiers/midas/"

// world is what was loaded: own packages with syntax, types and SSA, all else by export data.
type world struct {
	dir    string // absolute
	fset   *token.FileSet
	pkgs   []*packages.Package // sorted by path
	ssa    []*ssa.Package      // parallel to pkgs
	prog   *ssa.Program
	listed []*packages.Package // that the patterns match, with what they import; no syntax
	own    []string            // import paths of the main module's among them, sorted
	errors []PackageError
}

// list finds the own packages.
func list(ctx context.Context, cfg Config) (*world, error) {
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("resolve folder %s: %w", cfg.Dir, err)
	}
	w := &world{dir: dir, fset: token.NewFileSet()}
	return w, w.ownPaths(w.config(ctx, cfg), cfg.patterns())
}

func (w *world) config(ctx context.Context, cfg Config) packages.Config {
	return packages.Config{Context: ctx, Dir: cfg.Dir, BuildFlags: cfg.BuildFlags, Env: cfg.Env, Fset: w.fset}
}

// build makes the SSA form.
func (w *world) build() {
	w.prog, w.ssa = ssautil.Packages(w.pkgs, ssa.GlobalDebug|ssa.InstantiateGenerics)
	w.prog.Build()
}

// ownPaths lists the main module's packages that the patterns match or that those import.
func (w *world) ownPaths(cfg packages.Config, patterns []string) error {
	cfg.Mode = packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedDeps | packages.NeedModule
	roots, err := packages.Load(&cfg, patterns...)
	if err != nil {
		return fmt.Errorf("list packages %s: %w", strings.Join(patterns, " "), listing(err))
	}
	w.listed = roots
	own := map[string]bool{}
	packages.Visit(roots, nil, func(p *packages.Package) {
		if p.Module != nil && p.Module.Main && len(p.GoFiles) > 0 && !linkedHalf(p.PkgPath) {
			own[p.PkgPath] = true
		}
	})
	for _, p := range roots {
		if len(p.Errors) > 0 && len(p.GoFiles) == 0 {
			w.errors = append(w.errors, PackageError{p.PkgPath, w.clearest(p.Errors)})
			delete(own, p.PkgPath)
		}
	}
	if len(own) == 0 {
		return w.nothing(patterns)
	}
	w.own = sortedKeys(own)
	return nil
}

// linkedHalf says that path is code of ours which rewritten programs link; it is never analysed as the user's.
func linkedHalf(path string) bool {
	rest, ok := strings.CutPrefix(path, modulePath)
	top, _, _ := strings.Cut(rest, "/")
	return ok && (top == "runtime" || top == "compensate" || top == "tiers")
}

func (w *world) nothing(patterns []string) error {
	err := fmt.Errorf("%w: %s", ErrNoPackages, strings.Join(patterns, " "))
	if len(w.errors) > 0 {
		return fmt.Errorf("%w: %w", err, w.errors[0])
	}
	return err
}

func (w *world) loadSyntax(ctx context.Context, c Config) error {
	cfg := w.config(ctx, c)
	cfg.Mode = packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports | packages.NeedTypes |
		packages.NeedTypesSizes | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedModule | packages.NeedExportFile
	pkgs, err := packages.Load(&cfg, w.own...)
	if err != nil {
		return fmt.Errorf("load packages: %w", err)
	}
	for _, p := range pkgs {
		switch {
		case len(p.Errors) > 0:
			w.errors = append(w.errors, PackageError{p.PkgPath, w.clearest(reasons(p))})
		case p.IllTyped:
			w.errors = append(w.errors, PackageError{p.PkgPath, errors.New("imports a package that does not type-check")})
		default:
			w.pkgs = append(w.pkgs, p)
		}
	}
	if len(w.pkgs) == 0 {
		return fmt.Errorf("no package type-checks: %w", w.errors[0])
	}
	slices.SortFunc(w.pkgs, func(a, b *packages.Package) int { return strings.Compare(a.PkgPath, b.PkgPath) })
	slices.SortFunc(w.errors, func(a, b PackageError) int { return strings.Compare(a.Package, b.Package) })
	return nil
}

// clearest is the first error with a position, on one line, with the file relative to the analysed folder.
func (w *world) clearest(errs []packages.Error) error {
	i := slices.IndexFunc(errs, func(e packages.Error) bool { return e.Pos != "" && e.Pos != "-" })
	e := errs[max(i, 0)]
	msg := oneLine(e.Msg)
	if i < 0 {
		return errors.New(msg)
	}
	file, rest, _ := strings.Cut(e.Pos, ":")
	return fmt.Errorf("%s:%s: %s", w.relative(token.Position{Filename: file}).File, rest, msg)
}

// position gives pos relative to the analysed folder where it lies inside.
func (w *world) position(pos token.Pos) report.Position {
	p := w.fset.Position(pos)
	return w.relative(p)
}

func (w *world) relative(p token.Position) report.Position {
	return report.Position{File: w.relativeFile(p.Filename), Line: p.Line, Column: p.Column}
}

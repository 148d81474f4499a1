package analysis

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/midas-tiers/midas/analysis/topology"
	"github.com/midas-tiers/midas/dictionary"
)

// ErrNoPackages says that the patterns matched no Go package.
var ErrNoPackages = errors.New("no Go packages matched")

// Config of Run.
type Config struct {
	Dir        string   // folder in which the patterns are resolved; "" is the current one
	Patterns   []string // as the go command has them; none means "."
	BuildFlags []string // for the go command, such as -tags=x
	Env        []string // environment of the go command; nil is the current one

	// Transparent makes the facts those of a system that has no analysis, for comparison: all sources of handlers are recorded, every sliver
	// touches the whole state. The report is the same.
	Transparent bool

	// Plain makes the facts those of a program that is to run as it is written, for comparison: nothing is recorded. The report is the same.
	Plain bool

	// Topology, if given, adds the tier pairs that need compensation and what crosses them.
	Topology *topology.Topology
}

// Result of Run.
type Result struct {
	Report *Report
	Facts  *Facts
	Errors []PackageError // packages that were left out; the others were analysed
	Notes  []string       // one line each: what the user should know before trusting an empty report
}

// PackageError names a package that could not be loaded or type-checked.
type PackageError struct {
	Package string
	Err     error
}

func (e PackageError) Error() string { return fmt.Sprintf("package %s: %v", e.Package, e.Err) }
func (e PackageError) Unwrap() error { return e.Err }

// Run analyses the packages. The error is nil when at least one package could be analysed. When ctx ends, Run returns its error at once;
// the computation is left to itself and its result dropped.
func Run(ctx context.Context, cfg Config) (*Result, error) {
	dict, err := dictionary.Load()
	if err != nil {
		return nil, fmt.Errorf("load dictionary: %w", err)
	}
	w, err := load(ctx, cfg)
	if err != nil {
		return nil, err
	}
	done, broken := make(chan *Result, 1), make(chan any, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				broken <- p // it is the caller's to handle
			}
		}()
		p := newProgram(w, dict)
		p.solve()
		r := &Result{Report: p.report(cfg.Topology), Facts: p.facts, Errors: w.errors, Notes: p.notes()}
		switch {
		case cfg.Plain:
			p.makePlain()
		case cfg.Transparent:
			p.makeTransparent()
		}
		done <- r
	}()
	select {
	case r := <-done:
		return r, nil
	case p := <-broken:
		panic(p)
	case <-ctx.Done():
		return nil, fmt.Errorf("analyse %s: %w", strings.Join(cfg.Patterns, " "), ctx.Err())
	}
}

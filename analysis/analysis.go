package analysis

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/midas-tiers/midas/analysis/profile"
	"github.com/midas-tiers/midas/analysis/report"
	"github.com/midas-tiers/midas/analysis/suppress"
	"github.com/midas-tiers/midas/analysis/topology"
	"github.com/midas-tiers/midas/dictionary"
)

var (
	// ErrNoPackages says that the patterns matched no Go package.
	ErrNoPackages = errors.New("no Go packages matched")
	// ErrConfig says that a field of the Config has a value that cannot be.
	ErrConfig = errors.New("wrong configuration")
)

// profileGRPC is the profile of registered gRPC services.
const profileGRPC = "grpc"

// Config of Run.
type Config struct {
	Dir        string   // folder in which the patterns are resolved; "" is the current one
	Patterns   []string // as the go command has them; none means "."
	BuildFlags []string // for the go command, such as -tags=x
	Env        []string // environment of the go command; nil is the current one

	Profile      string   // where operations enter and what persists; "" is grpc
	Roots        string   // of profile func: regexp of the full names of functions at which operations enter
	Dictionary   []string // files of the user's own dictionary
	Architecture bool     // results of floating-point operations that differ by architecture are sources too

	// Cache is a folder in which results are kept for the next time; "" keeps none. What it has comes without Facts.
	Cache string

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
	Report     *report.Report
	Facts      *Facts
	Errors     []PackageError       // packages that were left out; the others were analysed
	Directives []suppress.Directive // comments of the analysed packages that silence the report

	place func([]Finding) []report.Problem // nil without Facts
}

// AddProblems adds to the report what somebody who works with the Facts cannot treat. Without Facts it does nothing.
func (r *Result) AddProblems(found []Finding) {
	if r.place == nil {
		return
	}
	for _, f := range r.place(found) {
		if !slices.Contains(r.Report.Problems, f) {
			r.Report.Problems = append(r.Report.Problems, f)
		}
	}
	r.Report.Sort()
}

// PackageError names a package that could not be loaded or type-checked.
type PackageError struct {
	Package string
	Err     error
}

func (e PackageError) Error() string { return fmt.Sprintf("package %s: %v", e.Package, e.Err) }
func (e PackageError) Unwrap() error { return e.Err }

// Run analyses the packages. The error is nil when at least one package could be analysed. When ctx ends, Run returns its error at once,
// with a result whose report names the packages that were left out; the computation is left to itself and what it finds dropped.
func Run(ctx context.Context, cfg Config) (*Result, error) {
	prof, err := profile.Named(cmp.Or(cfg.Profile, profileGRPC), cfg.Roots)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrConfig, err)
	}
	dict, err := cfg.dictionary()
	if err != nil {
		return nil, err
	}
	j := job{cfg: cfg, profile: prof, dict: dict, loaded: make(chan *world, 1), done: make(chan outcome, 1), broken: make(chan any, 1)}
	go j.run(ctx)
	select {
	case o := <-j.done:
		if ctx.Err() == nil {
			return o.result, o.err
		}
	case p := <-j.broken:
		panic(p) // it is the caller's to handle
	case <-ctx.Done():
	}
	return j.unfinished(), fmt.Errorf("analyse %s: %w", strings.Join(cfg.patterns(), " "), ctx.Err())
}

func (c Config) dictionary() (*dictionary.Dictionary, error) {
	d, err := dictionary.Load()
	if err != nil {
		return nil, fmt.Errorf("load dictionary: %w", err)
	}
	if len(c.Dictionary) == 0 {
		return d, nil
	}
	if d, err = d.With(c.Dictionary...); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrConfig, err)
	}
	return d, nil
}

func (c Config) patterns() []string {
	if len(c.Patterns) == 0 {
		return []string{"."}
	}
	return c.Patterns
}

// job is one run, on a goroutine of its own: building SSA and solving do not ask a context.
type job struct {
	cfg     Config
	profile *profile.Profile
	dict    *dictionary.Dictionary
	loaded  chan *world
	done    chan outcome
	broken  chan any // a panic's value
}

type outcome struct {
	result *Result
	err    error
}

func (j *job) run(ctx context.Context) {
	defer func() {
		if p := recover(); p != nil {
			j.broken <- p
		}
	}()
	result, err := j.result(ctx)
	j.done <- outcome{result, err}
}

// result is what the cache has, or what is found now.
func (j *job) result(ctx context.Context) (*Result, error) {
	w, err := list(ctx, j.cfg)
	if err != nil {
		return nil, err
	}
	kept, key := j.cfg.kept(w)
	if kept != nil {
		return kept, nil
	}
	if err := w.loadSyntax(ctx, j.cfg); err != nil {
		return nil, err
	}
	j.loaded <- w
	w.build()
	result, err := j.find(ctx, w)
	if err == nil && key != "" && len(w.errors) == 0 {
		if err := (cache{j.cfg.Cache}).write(key, result); err != nil {
			result.Report.Notes = append(result.Report.Notes, fmt.Sprintf("the result was not kept for the next time: %v", err))
		}
	}
	return result, err
}

// find analyses what was loaded. Profile grpc has an engine of its own, for what the rewriter must know; what both know, that one says.
func (j *job) find(ctx context.Context, w *world) (*Result, error) {
	r, entries, err := j.slice(ctx, w)
	if err != nil {
		return nil, err
	}
	result := &Result{Report: r, Errors: w.errors, Directives: w.directives()}
	if j.profile.Name != profileGRPC {
		return result, nil
	}
	p := newProgram(w, j.dict)
	p.solve()
	result.Report, result.Facts = merge(p.report(j.cfg.Topology), r, p.without(entries)), p.facts // before the facts are changed
	result.place = p.findings
	switch {
	case j.cfg.Plain:
		p.makePlain()
	case j.cfg.Transparent:
		p.makeTransparent()
	}
	return result, nil
}

// unfinished is the result of a run that was cut short: it says what was left out.
func (j *job) unfinished() *Result {
	select {
	case w := <-j.loaded:
		r := report.New(j.profile.Name)
		for _, pkg := range w.pkgs {
			r.Broken = append(r.Broken, report.Broken{Package: pkg.PkgPath, Error: leftOut})
		}
		r.Broken = append(r.Broken, broken(w.errors)...)
		r.Sort()
		return &Result{Report: r, Errors: w.errors}
	default:
		return &Result{Report: Unfinished(j.cfg)}
	}
}

const leftOut = "left out: the analysis was not finished in time"

// Unfinished is the report of a run that did not come to loading the packages.
func Unfinished(cfg Config) *report.Report {
	r := report.New(cmp.Or(cfg.Profile, profileGRPC))
	for _, pattern := range cfg.patterns() {
		r.Broken = append(r.Broken, report.Broken{Package: pattern, Error: leftOut})
	}
	r.Sort()
	return r
}

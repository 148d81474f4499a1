package analysis

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/midas-tiers/midas/analysis/report"
	"github.com/midas-tiers/midas/analysis/suppress"
	"github.com/midas-tiers/midas/analysis/topology"
	"github.com/midas-tiers/midas/dictionary"
)

var (
	// ErrNoPackages says that the patterns matched no Go package.
	ErrNoPackages = errors.New("no Go packages matched")
	// ErrConfig says that a field of the Config has a value that cannot be.
	ErrConfig = errors.New("not available")
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
	if err := cfg.check(); err != nil {
		return nil, err
	}
	dict, err := dictionary.Load()
	if err != nil {
		return nil, fmt.Errorf("load dictionary: %w", err)
	}
	j := job{cfg: cfg, dict: dict, loaded: make(chan *world, 1), done: make(chan outcome, 1), broken: make(chan any, 1)}
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

func (c Config) check() error {
	if c.Profile != "" && c.Profile != profileGRPC {
		return fmt.Errorf("profile %s is %w: use %s", c.Profile, ErrConfig, profileGRPC)
	}
	if c.Roots != "" {
		return fmt.Errorf("roots are %w for profile %s: they belong to profile func", ErrConfig, profileGRPC)
	}
	if len(c.Dictionary) > 0 {
		return fmt.Errorf("a dictionary of one's own is %w", ErrConfig)
	}
	if c.Architecture {
		return fmt.Errorf("differences between architectures are %w for profile %s", ErrConfig, profileGRPC)
	}
	return nil
}

func (c Config) patterns() []string {
	if len(c.Patterns) == 0 {
		return []string{"."}
	}
	return c.Patterns
}

// job is one run, on a goroutine of its own: building SSA and solving do not ask a context.
type job struct {
	cfg    Config
	dict   *dictionary.Dictionary
	loaded chan *world
	done   chan outcome
	broken chan any // a panic's value
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
	w, err := load(ctx, j.cfg)
	if err != nil {
		j.done <- outcome{err: err}
		return
	}
	j.loaded <- w
	w.build()
	p := newProgram(w, j.dict)
	p.solve()
	switch {
	case j.cfg.Plain:
		p.makePlain()
	case j.cfg.Transparent:
		p.makeTransparent()
	}
	j.done <- outcome{result: &Result{
		Report: p.report(j.cfg.Topology), Facts: p.facts, Errors: w.errors, Directives: p.directives(),
	}}
}

// unfinished is the result of a run that was cut short: it says what was left out.
func (j *job) unfinished() *Result {
	select {
	case w := <-j.loaded:
		r := report.New(profileGRPC)
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
	r := report.New(profileGRPC)
	for _, pattern := range cfg.patterns() {
		r.Broken = append(r.Broken, report.Broken{Package: pattern, Error: leftOut})
	}
	r.Sort()
	return r
}

// directives reads the comments of the analysed packages that were written by hand.
func (p *program) directives() []suppress.Directive {
	var out []suppress.Directive
	for _, pkg := range p.pkgs {
		for _, f := range pkg.Syntax {
			out = append(out, suppress.Parse(p.fset, f, p.position)...)
		}
	}
	return out
}

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/midas-tiers/midas/analysis"
	"github.com/midas-tiers/midas/analysis/report"
	"github.com/midas-tiers/midas/analysis/suppress"
	"github.com/midas-tiers/midas/analysis/topology"
	"github.com/midas-tiers/midas/rewrite/deliver"
)

// analysisFlags are those of every command that analyses and reports.
type analysisFlags struct {
	build      buildFlags
	topology   string
	profile    string
	roots      string
	dictionary []string
	arch       bool
	config     string
	timeout    time.Duration
}

func (f *analysisFlags) add(cmd *cobra.Command) {
	f.build.add(cmd)
	flags := cmd.Flags()
	flags.StringVarP(&f.topology, "file", "f", "", "topology `file`: also say what crosses between its tiers; without packages, analyse theirs")
	flags.StringVar(&f.profile, "profile", "", "`name` of what the program is: grpc (the default), raftfsm, cosmos, temporal, fabric or func")
	flags.StringVar(&f.roots, "roots", "", "`regexp` of the full names of functions at which operations enter, for -profile func")
	flags.StringArrayVar(&f.dictionary, "dictionary", nil, "`file` of your own dictionary entries, which win; may be given several times")
	flags.BoolVar(&f.arch, "arch", false, "floating-point results that differ by architecture are sources too")
	flags.StringVar(&f.config, "config", "", "`file` of declarations; without it "+suppress.FileName+" at the root of the module, if there is one")
	flags.DurationVar(&f.timeout, "timeout", 0, "give up after this `time`, such as 90s, and say what was left out; 0 is never")
}

// analysed is a report with what the command needs beside it.
type analysed struct {
	report *report.Report
	errors []analysis.PackageError
	dir    string // absolute folder to which the report's names are relative
}

// analyse runs the analysis and applies suppressions. With an error that says that the time was over there is a report nevertheless.
func (a *app) analyse(ctx context.Context, f analysisFlags, patterns []string) (*analysed, error) {
	if f.timeout < 0 {
		return nil, usageErrorf("-timeout %s: a time limit cannot be negative", f.timeout)
	}
	begin := time.Now()
	if f.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, f.timeout)
		defer cancel()
	}
	cfg, declarations, err := a.analysisConfig(ctx, f, patterns)
	if err != nil {
		return f.late(ctx, cfg, nil, err)
	}
	found, err := analysis.Run(ctx, cfg)
	if err != nil {
		return f.late(ctx, cfg, found, err)
	}
	suppress.Apply(found.Report, suppress.Rules{Directives: found.Directives, Declarations: declarations, Dir: cfg.Dir, Now: begin})
	found.Report.Stats.Seconds = time.Since(begin).Seconds()
	return &analysed{report: found.Report, errors: found.Errors, dir: cfg.Dir}, nil
}

// late is what is left when the time limit has passed; all other errors it hands on.
func (f *analysisFlags) late(ctx context.Context, cfg analysis.Config, found *analysis.Result, err error) (*analysed, error) {
	if f.timeout == 0 || !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return nil, err
	}
	out := &analysed{dir: cfg.Dir}
	if found != nil {
		out.report = found.Report
	} else {
		out.report = analysis.Unfinished(cfg)
	}
	return out, fmt.Errorf("the time limit of %s has passed: the report names what was left out", f.timeout)
}

// analysisConfig checks all that can be checked before the packages are loaded.
func (a *app) analysisConfig(ctx context.Context, f analysisFlags, patterns []string) (analysis.Config, *suppress.Declarations, error) {
	cfg := analysis.Config{
		Patterns: patterns, BuildFlags: f.build.flags(), Profile: f.profile, Roots: f.roots, Architecture: f.arch,
	}
	for _, name := range f.dictionary {
		cfg.Dictionary = append(cfg.Dictionary, f.build.path(name))
	}
	if err := checkPatterns(patterns); err != nil {
		return cfg, nil, err
	}
	if err := f.addTopology(&cfg); err != nil {
		return cfg, nil, err
	}
	source, err := deliver.Load(ctx, deliver.Config{Dir: f.build.dir, Env: a.env})
	if err != nil {
		return cfg, nil, err
	}
	if done, err := source.Rewritten(); err != nil {
		return cfg, nil, err
	} else if done {
		return cfg, nil, usageErrorf("this program was written by midas rewrite: analyse the source that it came from")
	}
	cfg.Dir, cfg.Env, cfg.Cache = source.Dir(), source.Env(), a.cache()
	declarations, err := f.declarations(cfg.Dir)
	return cfg, declarations, err
}

// addTopology reads the topology. Its tiers' packages are those to analyse if none are named.
func (f *analysisFlags) addTopology(cfg *analysis.Config) error {
	if f.topology == "" {
		return nil
	}
	name := f.build.path(f.topology)
	t, err := topology.Load(name)
	if err != nil {
		return usageErrorf("%w", err)
	}
	cfg.Topology = t
	if len(cfg.Patterns) > 0 {
		return nil
	}
	dir, err := filepath.Abs(filepath.Dir(name))
	if err != nil {
		return fmt.Errorf("resolve topology: %w", err)
	}
	for _, tier := range t.Tiers {
		switch pkg := tier.Package; {
		case pkg == "":
		case strings.HasPrefix(pkg, "."):
			cfg.Patterns = append(cfg.Patterns, filepath.Join(dir, pkg))
		default:
			cfg.Patterns = append(cfg.Patterns, pkg)
		}
	}
	slices.Sort(cfg.Patterns)
	cfg.Patterns = slices.Compact(cfg.Patterns)
	if len(cfg.Patterns) == 0 {
		return usageErrorf("the tiers of %s name no packages: name them on the command line", f.topology)
	}
	return nil
}

func (f *analysisFlags) declarations(dir string) (*suppress.Declarations, error) {
	name := suppress.Find(dir)
	if f.config != "" {
		name = f.build.path(f.config)
	}
	if name == "" {
		return nil, nil
	}
	d, err := suppress.Load(name)
	if err != nil {
		return nil, usageErrorf("%w", err)
	}
	return d, nil
}

// cacheVariable names the folder of what midas keeps; "off" keeps no results of analyses.
const cacheVariable = "MIDAS_CACHE"

func (a *app) cache() string {
	for _, v := range slices.Backward(a.env) {
		if dir, ok := strings.CutPrefix(v, cacheVariable+"="); ok && dir != "" {
			if dir == "off" {
				return ""
			}
			return dir
		}
	}
	base, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(base, "midas")
}

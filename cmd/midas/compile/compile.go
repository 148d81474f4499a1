// Package compile takes a program from its source to what the go command builds: analysis, rewriting and delivery in a row.
//
// Prepare does the work that all deliveries share and changes nothing on disk. Tree and GoCommand deliver. A Program is for one
// goroutine.
package compile

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"github.com/midas-tiers/midas/analysis"
	"github.com/midas-tiers/midas/analysis/report"
	"github.com/midas-tiers/midas/analysis/topology"
	"github.com/midas-tiers/midas/rewrite"
	"github.com/midas-tiers/midas/rewrite/deliver"
)

// Config of Prepare.
type Config struct {
	Dir      string   // folder in which the patterns are resolved; "" is the current one
	Env      []string // environment of the go command; nil is that of this process
	Flags    []string // flags of the go command that decide which files belong to a build, such as -tags=x
	Patterns []string // as the go command has them; none means "."

	// Transparent builds what a system without analysis would, for comparison.
	Transparent bool
	// Plain builds a program whose replicas run it as it is written: nothing is recorded, so that they diverge.
	Plain bool
	// Topology, if given, is for the report: what crosses between its tiers.
	Topology *topology.Topology
	// AllowPartial delivers in spite of problems and of packages that do not type-check: these are left as they are.
	AllowPartial bool
	// Log is told, one line each, what the user must know: problems, packages left out, versions that differ. nil drops it.
	Log io.Writer
}

// Program is a rewritten program, not yet delivered.
type Program struct {
	cfg    Config
	source *deliver.Source
	files  map[string][]byte // content by absolute name, edited or added
	found  *report.Report
}

// Report is what analysis says of the source, nil if midas wrote it.
func (p *Program) Report() *report.Report { return p.found }

// Prepare analyses and rewrites. A source that midas wrote is taken as it is.
//
// The error is a *PartialError when something cannot be treated, and a *deliver.InputError or analysis.ErrNoPackages when the user gave
// something wrong.
func Prepare(ctx context.Context, c Config) (*Program, error) {
	if len(c.Patterns) == 0 {
		c.Patterns = []string{"."}
	}
	if c.Log == nil {
		c.Log = io.Discard
	}
	source, err := deliver.Load(ctx, deliver.Config{Dir: c.Dir, Env: c.Env})
	if err != nil {
		return nil, err
	}
	p := &Program{cfg: c, source: source}
	if done, err := source.Rewritten(); done || err != nil {
		return p, err
	}
	return p, p.rewrite(ctx)
}

// rewrite fills in p.files.
func (p *Program) rewrite(ctx context.Context) error {
	c := p.cfg
	found, err := analysis.Run(ctx, analysis.Config{
		Dir: p.source.Dir(), Patterns: c.Patterns, BuildFlags: c.Flags, Env: p.source.Env(), Transparent: c.Transparent,
		Plain: c.Plain, Topology: c.Topology,
	})
	if err != nil {
		return fmt.Errorf("analyse: %w", err)
	}
	p.found = found.Report
	edits, err := rewrite.Apply(found.Facts, rewrite.Options{})
	if err != nil {
		return err
	}
	for _, n := range found.Report.Notes {
		fmt.Fprintln(c.Log, "midas:", n)
	}
	for _, e := range found.Errors {
		fmt.Fprintln(c.Log, "midas:", firstLine(e.Error()))
	}
	if !c.Transparent && !c.Plain { // where all methods run in style leader
		for _, f := range places(slices.Concat(found.Facts.Hindrances(), edits.Leader)) {
			fmt.Fprintln(c.Log, p.leader(f))
		}
	}
	problems := places(edits.Problems)
	for _, f := range problems {
		fmt.Fprintln(c.Log, p.problem(f))
	}
	if n := len(problems) + len(found.Errors); n > 0 && !c.AllowPartial {
		return &PartialError{Problems: len(problems), Packages: len(found.Errors)}
	}
	p.files = edits.Files
	for dir, added := range edits.Added {
		for _, f := range added {
			p.files[filepath.Join(dir, f.Name)] = f.Content
		}
	}
	return nil
}

// Tree writes the program to dir; see deliver.Source.Tree.
func (p *Program) Tree(ctx context.Context, dir string) error {
	rises, err := p.source.Tree(ctx, deliver.TreeConfig{Dir: dir, Files: p.files, Flags: p.cfg.Flags, Patterns: p.cfg.Patterns})
	p.report(rises)
	return err
}

// GoCommand is the go command with the edits in force: go VERB, our flags, args.
func (p *Program) GoCommand(ctx context.Context, verb string, args ...string) (*exec.Cmd, error) {
	o, err := p.source.Overlay(p.files)
	if err != nil {
		return nil, err
	}
	if len(p.files) > 0 {
		rises, err := p.source.Rises(ctx, o, p.cfg.Flags, p.cfg.Patterns)
		if err != nil {
			return nil, err
		}
		p.report(rises)
	}
	cmd := exec.CommandContext(ctx, "go", slices.Concat([]string{verb}, o.Flags, args)...)
	cmd.Dir, cmd.Env = o.Dir, o.Env
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	return cmd, nil
}

func (p *Program) report(rises []deliver.Rise) {
	for _, note := range p.source.Notes() {
		fmt.Fprintln(p.cfg.Log, "midas:", note)
	}
	for _, r := range rises {
		fmt.Fprintln(p.cfg.Log, "midas:", r)
	}
}

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/midas-tiers/midas/analysis"
	"github.com/midas-tiers/midas/analysis/text"
	"github.com/midas-tiers/midas/analysis/topology"
	"github.com/midas-tiers/midas/rewrite/deliver"
)

// analyzeFlags are the flags of midas analyze.
type analyzeFlags struct {
	build    buildFlags
	topology string
	format   string
}

func newAnalyze(a *app) *cobra.Command {
	var f analyzeFlags
	cmd := &cobra.Command{
		Use:   "analyze [flags] [packages]",
		Short: "Say which nondeterminism of a service matters",
		Long: "Analyze finds the sources of nondeterminism in gRPC services and says which of them reach persistent state, a nested\n" +
			"request or a reply. It exits with status 3 if any does, or if something cannot be treated.",
		RunE: func(cmd *cobra.Command, patterns []string) error { return a.analyze(cmd.Context(), f, patterns) },
	}
	f.build.add(cmd)
	cmd.Flags().StringVarP(&f.topology, "file", "f", "", "topology `file`: also say what crosses between its tiers")
	cmd.Flags().StringVar(&f.format, "format", "text", "`format` of the report: text or json")
	return cmd
}

func (a *app) analyze(ctx context.Context, f analyzeFlags, patterns []string) error {
	cfg, err := a.analysisConfig(ctx, f, patterns)
	if err != nil {
		return err
	}
	found, err := analysis.Run(ctx, cfg)
	if err != nil {
		return err
	}
	if err := a.render(f.format, found.Report); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	for _, n := range found.Notes {
		fmt.Fprintln(a.streams.Err, "midas:", n)
	}
	if len(found.Errors) > 0 {
		for _, e := range found.Errors {
			fmt.Fprintln(a.streams.Err, "midas:", message(e))
		}
		return errors.New("the report lacks the packages named above: make them build")
	}
	if found.Report.FirstHand() || len(found.Report.Problems) > 0 {
		return errFindings
	}
	return nil
}

// analysisConfig checks all that can be checked before the packages are loaded.
func (a *app) analysisConfig(ctx context.Context, f analyzeFlags, patterns []string) (analysis.Config, error) {
	cfg := analysis.Config{Patterns: patterns, BuildFlags: f.build.flags()}
	if f.format != "text" && f.format != "json" {
		return cfg, usageErrorf("unknown format %q: use text or json", f.format)
	}
	if err := checkPatterns(patterns); err != nil {
		return cfg, err
	}
	if f.topology != "" {
		t, err := topology.Load(f.build.path(f.topology))
		if err != nil {
			return cfg, usageErrorf("%w", err)
		}
		cfg.Topology = t
	}
	source, err := deliver.Load(ctx, deliver.Config{Dir: f.build.dir, Env: a.env})
	if err != nil {
		return cfg, err
	}
	if done, err := source.Rewritten(); err != nil {
		return cfg, err
	} else if done {
		return cfg, usageErrorf("this program was written by midas rewrite: analyse the source that it came from")
	}
	cfg.Dir, cfg.Env = source.Dir(), source.Env()
	return cfg, nil
}

func (a *app) render(format string, r *analysis.Report) error {
	if format == "text" {
		return text.Write(a.streams.Out, r)
	}
	e := json.NewEncoder(a.streams.Out)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(r)
}

package main

import (
	"context"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/midas-tiers/midas/analysis/report"
	"github.com/midas-tiers/midas/analysis/text"
)

// explainFlags are the flags of midas explain.
type explainFlags struct {
	analysis analysisFlags
	report   string
}

func newExplain(a *app) *cobra.Command {
	var f explainFlags
	cmd := &cobra.Command{
		Use:   "explain [flags] ID [packages]",
		Short: "Tell one source of nondeterminism in full",
		Long: "Explain says of one source what it is, why it matters, what it reaches through each entry and by which way, what midas build\n" +
			"does about it, and how to make it deterministic. The id is the heading of a finding, such as '(*p.Store).Put time 1'.\n" +
			"It analyses as midas analyze does with the same flags, or reads a report that midas analyze -format json wrote.",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageErrorf("explain: name a source by its id, such as %q", "(*p.Store).Put time 1")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return a.explain(cmd.Context(), f, args[0], args[1:]) },
	}
	f.analysis.add(cmd)
	cmd.Flags().StringVar(&f.report, "report", "", "read this `file`, written by midas analyze -format json, in place of an analysis")
	return cmd
}

func (a *app) explain(ctx context.Context, f explainFlags, id string, patterns []string) error {
	r, err := a.explained(ctx, f, patterns)
	if err != nil {
		return err
	}
	s, near, ok := text.Find(r, id)
	if ok {
		return text.Explain(a.streams.Out, r, s)
	}
	if len(near) == 0 {
		return usageErrorf("no source has the id %q: the report has none", id)
	}
	return usageErrorf("no one source has the id %q: did you mean \"%s\"?", id, strings.Join(near, `" or "`))
}

// explained is the report to look in.
func (a *app) explained(ctx context.Context, f explainFlags, patterns []string) (*report.Report, error) {
	if f.report == "" {
		found, err := a.analyse(ctx, f.analysis, patterns)
		if err != nil {
			return nil, err
		}
		return found.report, nil
	}
	if len(patterns) > 0 {
		return nil, usageErrorf("explain: -report and packages do not go together")
	}
	file, err := os.Open(f.analysis.build.path(f.report))
	if err != nil {
		return nil, usageErrorf("open report: %w", err)
	}
	defer file.Close()
	r, err := report.Read(file)
	if err != nil {
		return nil, usageErrorf("%s: %w", f.report, err)
	}
	return r, nil
}

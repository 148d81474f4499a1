package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/midas-tiers/midas/analysis/report"
	"github.com/midas-tiers/midas/analysis/sarif"
	"github.com/midas-tiers/midas/analysis/text"
)

const analyzeHelp = `Analyze finds the sources of nondeterminism of a service and says which of them reach persistent state, a nested request or an effect.

Exit status: 2 if no entry was found, so that nothing was analysed; else 3 if there is a finding of a kind that -fail-on names; else 1 if
packages had to be left out (they do not build, or -timeout has passed: the report names them); else 0. The status is the same in every
format. What the -baseline has, and what is suppressed, is no finding.

Findings are first-hand sources, "unknown" calls that cannot be seen through, and "unhandled" problems that midas build refuses. Silence
one with its reason, on its line or above the line, statement or function:

	//midas:ignore time the stamp is for people only until=2027-01-31

or in midas.yaml at the root of the module, by a regular expression for functions, a kind, a glob for files:

	ignore:
	  - {function: 'orders\.Server\)\.', kind: unknown, file: 'orders/**/*.go', reason: these are pure, until: 2027-01-31}`

// analyzeFlags are the flags of midas analyze.
type analyzeFlags struct {
	analysis      analysisFlags
	format        string
	show          []string
	failOn        []string
	baseline      string
	writeBaseline string
}

func newAnalyze(a *app) *cobra.Command {
	var f analyzeFlags
	cmd := &cobra.Command{
		Use:   "analyze [flags] [packages]",
		Short: "Say which nondeterminism of a service matters",
		Long:  analyzeHelp,
		RunE:  func(cmd *cobra.Command, patterns []string) error { return a.analyze(cmd.Context(), f, patterns) },
	}
	f.analysis.add(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.format, "format", "text", "`format` of the report: text, json or sarif")
	flags.StringSliceVar(&f.show, "show", nil, "what text adds, as a comma-separated `list`: traces (the way to what a source reaches), pos "+
		"(columns, and where state is written), verbose (superficial sources with the reason, slivers, footprints, what is suppressed)")
	flags.StringSliceVar(&f.failOn, "fail-on", []string{"first-hand", "unknown"}, "findings that make the status 3, as a comma-separated "+
		"`list` of first-hand, unknown and unhandled; or none")
	flags.StringVar(&f.baseline, "baseline", "", "`file` with findings that were there before, written by -write-baseline or -format json")
	flags.StringVar(&f.writeBaseline, "write-baseline", "", "write what is found now to this `file`: it is no finding any more")
	return cmd
}

// check refuses values that cannot be.
func (f *analyzeFlags) check() error {
	if !slices.Contains([]string{"text", "json", "sarif"}, f.format) {
		return usageErrorf("unknown format %q: use text, json or sarif", f.format)
	}
	for _, s := range f.show {
		if !slices.Contains([]string{"traces", "pos", "verbose"}, s) {
			return usageErrorf("-show %q: use traces, pos or verbose", s)
		}
	}
	for _, s := range f.failOn {
		if !slices.Contains([]string{"first-hand", "unknown", "unhandled", "none"}, s) {
			return usageErrorf("-fail-on %q: use first-hand, unknown, unhandled or none", s)
		}
	}
	if len(f.failOn) == 0 || len(f.failOn) > 1 && slices.Contains(f.failOn, "none") {
		return usageErrorf("-fail-on %q: use a list of first-hand, unknown and unhandled, or none", strings.Join(f.failOn, ","))
	}
	return nil
}

func (a *app) analyze(ctx context.Context, f analyzeFlags, patterns []string) error {
	if err := f.check(); err != nil {
		return err
	}
	held, err := f.readBaseline()
	if err != nil {
		return err
	}
	found, err := a.analyse(ctx, f.analysis, patterns)
	if found == nil {
		return err
	}
	if held != nil {
		held.Mark(found.report)
	}
	if f.writeBaseline != "" && err == nil {
		if err := f.saveBaseline(found.report); err != nil {
			return err
		}
	}
	if err := a.render(f, found); err != nil {
		return err
	}
	if err != nil {
		return err
	}
	return a.verdict(f, found)
}

// verdict says on standard error what a reader of the status must know, and chooses the status.
func (a *app) verdict(f analyzeFlags, found *analysed) error {
	for _, n := range found.report.Notes {
		fmt.Fprintln(a.streams.Err, "midas:", n)
	}
	for _, e := range found.errors {
		fmt.Fprintln(a.streams.Err, "midas:", message(e))
	}
	lacks := errors.New("the report lacks the packages named above: make them build")
	t := found.report.Tally()
	fails := func(name string, n int) bool { return n > 0 && slices.Contains(f.failOn, name) }
	switch {
	case len(found.errors) == 0 && found.report.Stats.Entries == 0 && t.FirstHand+t.Problems == 0:
		return usageErrorf("nothing was analysed: profile %s finds no entry here; -profile names other kinds of code, and -profile func "+
			"-roots REGEXP functions of your own", found.report.Profile)
	case fails("first-hand", t.FirstHand), fails("unknown", t.Unknown), fails("unhandled", t.Problems):
		if len(found.errors) > 0 {
			fmt.Fprintln(a.streams.Err, "midas:", lacks)
		}
		return errFindings
	case len(found.errors) > 0:
		return lacks
	}
	return nil
}

func (f *analyzeFlags) readBaseline() (*report.Baseline, error) {
	if f.baseline == "" {
		return nil, nil
	}
	file, err := os.Open(f.analysis.build.path(f.baseline))
	if err != nil {
		return nil, usageErrorf("read baseline: %w", err)
	}
	defer file.Close()
	b, err := report.ReadBaseline(file)
	if err != nil {
		return nil, usageErrorf("%s: %w", f.baseline, err)
	}
	return b, nil
}

// saveBaseline writes the report's findings as a baseline and marks them as held.
func (f *analyzeFlags) saveBaseline(r *report.Report) (err error) {
	name := f.analysis.build.path(f.writeBaseline)
	var b strings.Builder
	if err := report.WriteBaseline(&b, r); err != nil {
		return err
	}
	if err := os.WriteFile(name, []byte(b.String()), 0o644); err != nil {
		return fmt.Errorf("write baseline: %w", err)
	}
	held, err := report.ReadBaseline(strings.NewReader(b.String()))
	if err == nil {
		held.Mark(r)
	}
	return err
}

func (a *app) render(f analyzeFlags, found *analysed) error {
	switch f.format {
	case "json":
		return report.Write(a.streams.Out, found.report)
	case "sarif":
		return sarif.Write(a.streams.Out, found.report, sarif.Options{Baseline: f.baseline != "" || f.writeBaseline != ""})
	}
	return text.Write(a.streams.Out, found.report, text.Options{
		Traces: slices.Contains(f.show, "traces"), Pos: slices.Contains(f.show, "pos"), Verbose: slices.Contains(f.show, "verbose"),
	})
}

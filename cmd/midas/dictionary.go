package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/midas-tiers/midas/dictionary"
)

func newDictionary(a *app) *cobra.Command {
	var files []string
	cmd := &cobra.Command{
		Use:   "dictionary",
		Short: "Say what library functions are known to do",
		Long: "Dictionary is what the analysis knows of functions whose bodies it does not read: all of the standard library, derived from its\n" +
			"system calls and runtime primitives, and well-known modules.",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageErrorf("unknown command %q: midas dictionary -help lists them", args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.PersistentFlags().StringSliceVar(&files, "dictionary", nil, "`file` of your own that wins over what is built in")
	stats := &cobra.Command{
		Use:   "stats",
		Short: "Count the verdicts on the standard library",
		Args:  usageArgs(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			d, err := openDictionary(files)
			if err != nil {
				return err
			}
			return writeStats(a.streams.Out, d.Stats())
		},
	}
	lookup := &cobra.Command{
		Use:   "lookup symbol",
		Short: "Explain a verdict: what it depends on, down to the root",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageErrorf("lookup wants one symbol, such as time.Now or '(*net/http.Client).Do'")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			d, err := openDictionary(files)
			if err != nil {
				return err
			}
			x, err := d.Explain(args[0])
			if err != nil {
				return usageErrorf("%w", err)
			}
			return writeExplanation(a.streams.Out, x)
		},
	}
	cmd.AddCommand(stats, lookup)
	return cmd
}

func openDictionary(files []string) (*dictionary.Dictionary, error) {
	d, err := dictionary.Load()
	if err != nil {
		return nil, err
	}
	if d, err = d.With(files...); err != nil {
		return nil, usageErrorf("%w", err)
	}
	return d, nil
}

func writeStats(w io.Writer, s dictionary.Stats) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%d functions, %d methods and %d variables in %d packages of the standard library; %d entries for other modules\n\n",
		s.Functions, s.Methods, s.Variables, s.Packages, s.Others)
	b.WriteString("verdicts:\n")
	writeCounts(&b, s.Verdicts)
	b.WriteString("\nkinds of sources:\n")
	writeCounts(&b, s.Kinds)
	b.WriteString("\npackages:\n")
	for _, family := range slices.Sorted(maps.Keys(s.Families)) {
		fmt.Fprintf(&b, "  %-10s", family)
		for _, v := range slices.Sorted(maps.Keys(s.Verdicts)) {
			fmt.Fprintf(&b, " %s %d", v, s.Families[family][v])
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(&b, "\nunknown: %d\n", s.Unknown)
	_, err := io.WriteString(w, b.String())
	return err
}

// writeCounts writes the most frequent first.
func writeCounts(b *strings.Builder, counts map[string]int) {
	names := slices.SortedFunc(maps.Keys(counts), func(x, y string) int {
		return cmp.Or(counts[y]-counts[x], strings.Compare(x, y))
	})
	for _, n := range names {
		fmt.Fprintf(b, "  %-16s %6d\n", n, counts[n])
	}
}

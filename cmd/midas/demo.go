package main

import (
	"slices"

	"github.com/spf13/cobra"

	"github.com/midas-tiers/midas/cmd/midas/demo"
	"github.com/midas-tiers/midas/compensate"
)

// shownTechniques are those that the demo tries unless it is told others, the negative control first.
var shownTechniques = []string{"vanilla", "full", "contaminated", "reexecute"}

func newDemo(a *app) *cobra.Command {
	c := demo.Config{}
	var quick, transparent bool
	var techniques, styles []string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Show on this machine that replicas of a small shop converge",
		Long: "Demo builds the shop of examples/threetier, runs it as nine processes for each technique and style, kills replicas under\n" +
			"load, and prints one table. It fails if acknowledged operations are lost or doubled, if histories are not linearizable or if replicas\n" +
			"differ; technique vanilla must differ.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if quick && !cmd.Flags().Changed("clients") {
				c.Clients = 8
			}
			if quick && !cmd.Flags().Changed("ops") {
				c.Operations = 280
			}
			if transparent && !cmd.Flags().Changed("technique") {
				techniques = []string{string(compensate.Vanilla), string(compensate.Transparent)}
			}
			for _, name := range techniques {
				if _, err := compensate.ParseTechnique(name); err != nil {
					return usageErrorf("%w", err)
				}
			}
			for _, name := range styles {
				if !slices.Contains(demo.Styles, name) {
					return usageErrorf("unknown style %q: use leader or active", name)
				}
			}
			c.Arms = demo.Arms(techniques, styles)
			if err := c.Validate(); err != nil {
				return usageErrorf("%w", err)
			}
			c.Build, c.Stdout, c.Stderr = a.build, a.streams.Out, a.streams.Err
			if transparent {
				c.Build = a.buildTransparent
			}
			return demo.Run(cmd.Context(), c)
		},
	}
	cmd.Flags().StringSliceVar(&techniques, "technique", shownTechniques, "`names` of the techniques, with commas between them")
	cmd.Flags().StringSliceVar(&styles, "style", demo.Styles, "`names` of the styles, with commas between them")
	cmd.Flags().IntVar(&c.Clients, "clients", 16, "clients")
	cmd.Flags().IntVar(&c.Operations, "ops", 2000, "operations that are acknowledged, for each technique and style, at least")
	cmd.Flags().Uint64Var(&c.Seed, "seed", 1, "seed of what the clients choose")
	cmd.Flags().BoolVar(&transparent, "transparent", false, "build the shop as a system without analysis would; techniques vanilla and transparent, unless they are given")
	cmd.Flags().BoolVar(&quick, "quick", false, "8 clients and 280 operations, unless they are given")
	return cmd
}

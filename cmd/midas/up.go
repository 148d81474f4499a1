package main

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/midas-tiers/midas/cmd/midas/up"
)

func newUp(a *app) *cobra.Command {
	var topology, replace string
	cmd := &cobra.Command{
		Use:   "up -f TOPOLOGY.yaml [-replace TIER/REPLICA]",
		Short: "Start the tiers of a topology as processes of this machine",
		Long: "Up builds what the topology names by package, starts every replica and shows what they print until Ctrl-C.\n" +
			"A replica that ends is named and not started again. With -replace, a replica whose data folder is gone for good, or empty,\n" +
			"starts with a new log in the place of the lost one.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if topology == "" {
				return usageErrorf("up needs a topology: -f TOPOLOGY.yaml")
			}
			return a.up(cmd.Context(), up.Config{Topology: topology, Replace: replace})
		},
	}
	cmd.Flags().StringVar(&replace, "replace", "", "`TIER/REPLICA` whose log is gone for good")
	cmd.Flags().StringVarP(&topology, "file", "f", "", "topology `file`")
	return cmd
}

// up runs what c says with this program's streams.
func (a *app) up(ctx context.Context, c up.Config) error {
	c.Build, c.Stdout, c.Stderr, c.Colour = a.build, a.streams.Out, a.streams.Err, a.colour()
	err := up.Run(ctx, c)
	if errors.As(err, new(*up.TopologyError)) {
		return usageErrorf("%w", err)
	}
	return err
}

// colour reports whether output goes to a terminal whose user did not ask for none (no-color.org).
func (a *app) colour() bool {
	if slices.ContainsFunc(a.env, func(v string) bool { return strings.HasPrefix(v, "NO_COLOR=") && v != "NO_COLOR=" }) {
		return false
	}
	f, ok := a.streams.Out.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

package main

import (
	"errors"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/midas-tiers/midas/cmd/midas/up"
)

func newUp(a *app) *cobra.Command {
	var topology string
	cmd := &cobra.Command{
		Use:   "up -f TOPOLOGY.yaml",
		Short: "Start the tiers of a topology as processes of this machine",
		Long: "Up builds what the topology names by package, starts every replica and shows what they print until Ctrl-C.\n" +
			"A replica that ends is named and not started again.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if topology == "" {
				return usageErrorf("up needs a topology: -f TOPOLOGY.yaml")
			}
			err := up.Run(cmd.Context(), up.Config{
				Topology: topology, Build: a.build, Stdout: a.streams.Out, Stderr: a.streams.Err, Colour: a.colour(),
			})
			if errors.As(err, new(*up.TopologyError)) {
				return usageErrorf("%w", err)
			}
			return err
		},
	}
	cmd.Flags().StringVarP(&topology, "file", "f", "", "topology `file`")
	return cmd
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

package main

import (
	"github.com/spf13/cobra"

	"github.com/midas-tiers/midas/cmd/midas/up"
)

func newReplace(a *app) *cobra.Command {
	var topology string
	cmd := &cobra.Command{
		Use:   "replace TIER REPLICA -f TOPOLOGY.yaml",
		Short: "Start one replica whose log is gone for good, beside those that run",
		Long: "Replace starts one replica as midas up does, and lets a new log take the place of the one that it has lost: its group goes on\n" +
			"meanwhile, and a majority of it has to agree. A replica that still has its log is started as it is.",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 2 || topology == "" {
				return usageErrorf("replace needs a tier, the number of a replica and a topology: midas replace orders 2 -f TOPOLOGY.yaml")
			}
			return a.up(cmd.Context(), up.Config{Topology: topology, Replace: args[0] + "/" + args[1], Only: true})
		},
	}
	cmd.Flags().StringVarP(&topology, "file", "f", "", "topology `file`")
	return cmd
}

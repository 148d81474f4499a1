package demo

import (
	"context"
	"fmt"

	"github.com/midas-tiers/midas/analysis/topology"
	"github.com/midas-tiers/midas/cmd/midas/fleet"
	"github.com/midas-tiers/midas/cmd/midas/up"
	"github.com/midas-tiers/midas/tiers"
)

// deployment is the shop, running.
type deployment struct {
	topology *topology.Topology
	fleet    *fleet.Fleet
	say      func(format string, args ...any) // progress
}

// start starts every replica and waits until all serve. The caller stops d.fleet, after an error too.
func (d *deployment) start(ctx context.Context, s up.Settings) error {
	commands, err := up.Commands(d.topology, s)
	if err != nil {
		return err
	}
	for _, c := range commands {
		if err := d.fleet.Start(c); err != nil {
			return err
		}
	}
	if err := d.fleet.Serving(ctx); err != nil {
		return err
	}
	return up.Verify(ctx, d.topology)
}

// addrs returns the service addresses of each tier.
func (d *deployment) addrs() map[string][]string {
	addrs := make(map[string][]string)
	for name, tier := range d.topology.Tiers {
		for _, r := range tier.Replicas {
			addrs[name] = append(addrs[name], r.Addr)
		}
	}
	return addrs
}

// leader is the replica that is believed to lead the tier; the first one if none is.
func (d *deployment) leader(ctx context.Context, tier string) string {
	leader := 1
	for _, r := range d.topology.Tiers[tier].Replicas {
		if s, err := tiers.Inspect(ctx, r.Peer, false); err == nil && s.Leader != 0 {
			leader = s.Leader
			break
		}
	}
	return fmt.Sprintf("%s/%d", tier, leader)
}

package up

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/midas-tiers/midas/analysis/topology"
	"github.com/midas-tiers/midas/cmd/midas/fleet"
	"github.com/midas-tiers/midas/tiers"
)

const (
	replacedLook = 200 * time.Millisecond // between two looks at a replica that is replaced
	replacedWait = 15 * time.Second       // before it is said that it waits for its group
)

// checkReplace sees that the replica to be replaced is one, and that the topology says all that is needed to start it alone.
func (c Config) checkReplace(t *topology.Topology) error {
	if c.Replace == "" {
		return nil
	}
	if _, err := c.replaced(t); err != nil {
		return fmt.Errorf("topology %s: %w", c.Topology, err)
	}
	if !c.Only {
		return nil
	}
	if t.Data == "" && t.Log == "disk" {
		return fmt.Errorf("topology %s: it names no data folder, so that no replica can join those that run", c.Topology)
	}
	for _, name := range t.Names() {
		for i, r := range t.Tiers[name].Replicas {
			if strings.HasSuffix(r.Addr, ":0") || strings.HasSuffix(r.Peer, ":0") {
				return fmt.Errorf("topology %s: %s/%d has port 0: which one it took when it was started is not known", c.Topology, name, i+1)
			}
		}
	}
	return nil
}

// replaced is the replica that is named.
func (c Config) replaced(t *topology.Topology) (topology.Replica, error) {
	name, number, _ := strings.Cut(c.Replace, "/")
	tier := t.Tiers[name]
	i, err := strconv.Atoi(number)
	if tier == nil || err != nil || i < 1 || i > len(tier.Replicas) {
		return topology.Replica{}, fmt.Errorf("no replica %s: replace takes a tier and a number from 1", c.Replace)
	}
	return tier.Replicas[i-1], nil
}

// chosen are the commands to start.
func (c Config) chosen(all []fleet.Command) []fleet.Command {
	if !c.Only {
		return all
	}
	return slices.DeleteFunc(all, func(cmd fleet.Command) bool { return cmd.Name != c.Replace })
}

// watchReplaced says when the replica has its place, and when that takes long.
func (c Config) watchReplaced(ctx context.Context, t *topology.Topology) {
	r, err := c.replaced(t)
	if err != nil {
		return
	}
	began, told := time.Now(), false
	for {
		s, err := tiers.Inspect(ctx, r.Peer, false)
		if err == nil && s.Joined && !s.Replaces {
			fmt.Fprintf(c.Stderr, "midas: %s has its place in its group; Ctrl-C stops it\n", c.Replace)
			return
		}
		if !told && time.Since(began) > replacedWait {
			told = true
			fmt.Fprintf(c.Stderr, "midas: %s waits for its group, of which more than half must run\n", c.Replace)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(replacedLook):
		}
	}
}

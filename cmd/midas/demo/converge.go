package demo

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/midas-tiers/midas/tiers"
)

// group is the status of each replica of a tier, at one log index.
type group []tiers.Status

// quiet waits until nothing is under way anywhere and the replicas of each tier have applied the same log index, and returns their
// statuses by tier; with the whole state if a digest differs.
func (d *deployment) quiet(ctx context.Context) (map[string]group, error) {
	for {
		groups, busy := d.inspect(ctx, false)
		if busy == "" && !equal(groups) {
			groups, busy = d.inspect(ctx, true)
		}
		if busy == "" {
			return groups, nil
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("the replicas do not come to rest: %s: %w", busy, context.Cause(ctx))
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// equal reports whether the replicas of each tier have the same digest.
func equal(groups map[string]group) bool {
	for _, g := range groups {
		for _, s := range g {
			if s.Digest != g[0].Digest {
				return false
			}
		}
	}
	return true
}

// inspect asks every replica at once. busy says why they are not at rest, "" if they are.
func (d *deployment) inspect(ctx context.Context, dump bool) (groups map[string]group, busy string) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	groups = make(map[string]group)
	var mu sync.Mutex
	var wg sync.WaitGroup
	for name, tier := range d.topology.Tiers {
		g := make(group, len(tier.Replicas))
		groups[name] = g
		for i, r := range tier.Replicas {
			wg.Go(func() {
				s, err := tiers.Inspect(ctx, r.Peer, dump)
				g[i] = s
				if err != nil {
					mu.Lock()
					defer mu.Unlock()
					busy = fmt.Sprintf("%s/%d: %v", name, i+1, err)
				}
			})
		}
	}
	wg.Wait()
	for name, g := range groups {
		if busy == "" {
			busy = g.busy(name)
		}
	}
	return groups, busy
}

func (g group) busy(tier string) string {
	for i, s := range g {
		switch {
		case !s.Joined:
			return fmt.Sprintf("%s/%d has not joined", tier, i+1)
		case s.Stuck:
			return fmt.Sprintf("%s/%d cannot follow", tier, i+1)
		case s.Applied != g[0].Applied:
			return fmt.Sprintf("%s/%d is at index %d, %s/1 at %d", tier, i+1, s.Applied, tier, g[0].Applied)
		case !s.Quiet:
			return fmt.Sprintf("%s/%d is not quiet: %+v", tier, i+1, s.Stats.Core)
		}
	}
	return ""
}

// piggybacked returns the bytes that the tiers' logs carried because of Midas. A replica that was killed has forgotten what it counted
// before, so each tier's largest count is taken.
func piggybacked(groups map[string]group) (sum uint64) {
	for _, g := range groups {
		var largest uint64
		for _, s := range g {
			largest = max(largest, s.Stats.PiggybackedBytes)
		}
		sum += largest
	}
	return sum
}

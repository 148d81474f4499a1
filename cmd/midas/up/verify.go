package up

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"

	"github.com/midas-tiers/midas/analysis/topology"
	"github.com/midas-tiers/midas/tiers"
)

// answerTime is how long a replica that serves may take to say who it is.
const answerTime = 10 * time.Second

// Verify sees that what serves at t's addresses are the replicas that t names: a program that midas has not built serves its port too,
// but is none. The error is one line that names the first that is not.
func Verify(ctx context.Context, t *topology.Topology) error {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	for _, name := range t.Names() {
		for i, r := range t.Tiers[name].Replicas {
			s, err := tiers.Inspect(ctx, r.Peer, false)
			switch {
			case errors.Is(err, syscall.ECONNREFUSED):
				return fmt.Errorf("%s/%d is not a Midas replica: nothing listens at its peer address %s; build its program with midas build",
					name, i+1, r.Peer)
			case err != nil:
				return fmt.Errorf("%s/%d does not answer as a Midas replica does: %w", name, i+1, err)
			case s.Tier != name || s.Replica != i+1:
				return fmt.Errorf("%s/%d: at its peer address %s answers replica %d of tier %s", name, i+1, r.Peer, s.Replica, s.Tier)
			}
		}
	}
	return nil
}

package demo

import (
	"context"
	"fmt"
	"time"
)

// victims are the tiers in the order in which each loses a replica.
var victims = []string{"stock", "orders", "front"}

// kills kills a replica of each tier in turn and starts it again, spread over the first ops acknowledged operations. Each is back and
// serves before the next one is killed.
func (d *deployment) kills(ctx context.Context, l *load, ops int) error {
	step := int64(ops / (2*len(victims) + 1))
	next := step
	for _, tier := range victims {
		if err := l.reached(ctx, next); err != nil {
			return err
		}
		name := d.leader(ctx, tier)
		d.say("kill -9 %s", name)
		if err := d.fleet.Kill(name); err != nil {
			return err
		}
		next += step
		if err := l.reached(ctx, next); err != nil {
			return fmt.Errorf("while %s is down: %w", name, err)
		}
		d.say("starting %s again", name)
		if err := d.fleet.Restart(name); err != nil {
			return err
		}
		if err := d.fleet.Serving(ctx); err != nil {
			return err
		}
		next = max(next+step, l.acknowledged.Load()+step/2)
	}
	return l.reached(ctx, max(int64(ops), next))
}

// reached waits until n operations are acknowledged.
func (l *load) reached(ctx context.Context, n int64) error {
	for l.acknowledged.Load() < n {
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d operations acknowledged, waiting for %d: %w", l.acknowledged.Load(), n, context.Cause(ctx))
		case <-time.After(5 * time.Millisecond):
		}
	}
	return nil
}

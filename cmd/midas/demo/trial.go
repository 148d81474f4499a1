package demo

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/midas-tiers/midas/cmd/midas/demo/oracle"
	"github.com/midas-tiers/midas/cmd/midas/fleet"
	"github.com/midas-tiers/midas/cmd/midas/up"
)

// trialLimit bounds one arm's trial, and checkLimit the linearizability check of one product.
const (
	trialLimit = 3 * time.Minute
	checkLimit = 20 * time.Second
)

// trial runs the shop under one arm.
type trial struct {
	Config
	arm    Arm
	source builtShop
	data   string // folder of the replicas' data, removed at the end
	began  time.Time
}

// run returns the arm's row, as far as it came, and why the arm failed.
func (t trial) run(parent context.Context) (row, error) {
	r := row{arm: t.arm}
	ctx, cancel := context.WithTimeoutCause(parent, trialLimit, fmt.Errorf("no end within %v", trialLimit))
	defer cancel()
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	defer os.RemoveAll(t.data)

	top, err := t.source.deploy(t.arm)
	if err != nil {
		return r, err
	}
	printed := &fleet.Tail{}
	d := &deployment{topology: top, say: t.say,
		fleet: fleet.New(fleet.Config{Log: fleet.NewLog(printed, 0, false), OnExit: func(e fleet.Exit) { fail(e) }})}
	defer d.fleet.Stop()
	e, err := t.measure(ctx, d, &r)
	if err != nil {
		if cause := context.Cause(ctx); cause != nil { // a replica ended, or time ran out: the rest follows from it
			err = cause
		}
		r.unfinished = true
		if parent.Err() == nil {
			t.say("last lines of the replicas:")
			printed.Show(t.Stderr)
		}
		return r, err
	}
	r.lost, r.twice, r.differing = len(e.tally.Lost), len(e.tally.Twice), e.differing
	t.say("replicas %s", r.replicas())
	return r, verdict(t.arm.Technique, e)
}

// measure fills in what the row says of load and cost, and returns what remains to be judged.
func (t trial) measure(ctx context.Context, d *deployment, r *row) (evidence, error) {
	t.say("starting the replicas")
	if err := d.start(ctx, up.Settings{Binaries: t.source.binaries, Data: t.data, Dir: t.source.dir}); err != nil {
		return evidence{}, err
	}
	s, closeAll, err := dialShop(d.addrs(), fmt.Sprintf("demo-%d-shop", t.Seed))
	if err != nil {
		return evidence{}, err
	}
	defer closeAll()
	initial, err := s.levels(ctx)
	if err != nil {
		return evidence{}, err
	}
	rec, err := t.work(ctx, d)
	r.record(rec)
	if err != nil {
		return evidence{}, err
	}
	t.say("%d operations acknowledged; checking", r.acknowledged)
	counters, err := s.counters(ctx, rec, initial)
	if err != nil {
		return evidence{}, err
	}
	groups, err := d.quiet(ctx)
	if err != nil {
		return evidence{}, err
	}
	r.piggybacked = float64(piggybacked(groups)) / float64(max(1, r.acknowledged))
	return evidence{
		tally:     oracle.Count(rec, counters),
		history:   oracle.Linearizable(rec, initial, checkLimit),
		differing: differing(groups, d.topology.Names()),
	}, nil
}

// work has the clients work while replicas are killed and come back.
func (t trial) work(ctx context.Context, d *deployment) (oracle.Record, error) {
	l := &load{front: d.addrs()["front"], clients: t.Clients, seed: t.Seed}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	t.say("%d clients work", t.Clients)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := d.kills(ctx, l, t.Operations); err != nil {
			cancel(err) // the clients stop too
		}
		l.enough.Store(true)
	}()
	rec, err := l.run(ctx)
	cancel(err) // the kills stop too
	<-done
	return rec, err
}

// say prints progress.
func (t trial) say(format string, args ...any) {
	fmt.Fprintf(t.Stderr, "midas: %s: %5.1f s: %s\n", t.arm, time.Since(t.began).Seconds(), fmt.Sprintf(format, args...))
}

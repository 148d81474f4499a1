package verify

import (
	"context"
	"fmt"
	"time"

	"github.com/midas-tiers/midas/analysis/topology"
	"github.com/midas-tiers/midas/cmd/midas/fleet"
	"github.com/midas-tiers/midas/cmd/midas/up"
	"github.com/midas-tiers/midas/compensate"
	"github.com/midas-tiers/midas/tiers"
)

const (
	startTime = 30 * time.Second // for a copy to serve
	probeTime = 30 * time.Second // for a copy to answer a question about its state
)

// replica is one copy of the service, a process of its own.
type replica struct {
	fleet    *fleet.Fleet
	peer     string
	patience time.Duration // for a method to answer
	dialled  connections
	ended    chan struct{} // closed when the process has ended by itself,
	exit     error         // for this reason
	serves   tiers.Description
}

// start starts a copy and waits until it serves. The caller stops it, after an error too.
func (r *run) start(ctx context.Context, env ...string) (*replica, error) {
	tier := &topology.Tier{Binary: r.Binary, Args: r.Args, Dir: r.Dir, Replicas: []topology.Replica{{Addr: "127.0.0.1:0", Peer: "127.0.0.1:0"}}}
	tier.Replication = topology.Replication{Style: "active", Technique: string(compensate.Vanilla), Commit: "safe", Reads: "log"}
	t := &topology.Topology{Version: 1, Log: "memory", Tiers: map[string]*topology.Tier{"copy": tier}}
	if err := up.TakePorts(t); err != nil {
		return nil, err
	}
	commands, err := up.Commands(t, up.Settings{Binaries: map[string]string{"copy": r.Binary}, Dir: r.Dir})
	if err != nil {
		return nil, err
	}
	commands[0].Env = append(commands[0].Env, env...)
	one := &replica{peer: tier.Replicas[0].Peer, patience: r.Patience, ended: make(chan struct{})}
	one.fleet = fleet.New(fleet.Config{Log: fleet.NewLog(&r.printed, 0, false), Grace: time.Second, OnExit: func(e fleet.Exit) {
		one.exit = e
		close(one.ended)
	}})
	if err := one.fleet.Start(commands[0]); err != nil {
		return one, err
	}
	return one, one.serving(ctx)
}

func (r *replica) stop() {
	if r != nil {
		r.dialled.close()
		r.fleet.Stop()
	}
}

// serving waits until the copy serves a method.
func (r *replica) serving(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	for {
		d, err := tiers.Describe(ctx, r.peer)
		if err == nil && served(d) {
			r.serves = d
			return nil
		}
		select {
		case <-r.ended:
			return fmt.Errorf("the program ended before it served: %w", cause(r.exit))
		case <-ctx.Done():
			return fmt.Errorf("the program serves no gRPC service within %v of its start", startTime)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func served(d tiers.Description) bool {
	for _, m := range d.Methods {
		if m.Addr != "" {
			return true
		}
	}
	return false
}

// cause is why the process ended, without its name.
func cause(exit error) error {
	if e, ok := exit.(fleet.Exit); ok && e.Err != nil {
		return e.Err
	}
	return fmt.Errorf("exit status 0")
}

// image is the copy's state.
func (r *replica) image(ctx context.Context) (tiers.Image, error) {
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	i, err := tiers.ImageOf(ctx, r.peer)
	if err != nil {
		err = fmt.Errorf("read the state: %w", err)
	}
	return i, err
}

// values are the copy's state, value by value.
func (r *replica) values(ctx context.Context) ([]compensate.Located, error) {
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	l, err := tiers.Locate(ctx, r.peer)
	if err != nil {
		err = fmt.Errorf("read the state: %w", err)
	}
	return l, err
}

// adopt puts the copy into another one's state.
func (r *replica) adopt(ctx context.Context, i tiers.Image) error {
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	return tiers.Adopt(ctx, r.peer, i.Encoded)
}

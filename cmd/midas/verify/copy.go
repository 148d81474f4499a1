package verify

import (
	"context"
	"errors"
	"fmt"
	"sync"
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

// replica is one copy of the system: a process for each tier.
type replica struct {
	fleet    *fleet.Fleet
	parts    []*part // by the tiers' names
	patience time.Duration
	dialled  connections
	once     sync.Once
	ended    chan struct{} // closed when a process has ended by itself,
	exit     fleet.Exit    // in this way
}

// part is one tier of a copy.
type part struct {
	tier   string
	peer   string
	serves tiers.Description
}

// Alone is the topology of one program and nothing else.
func Alone(pkg string, args []string) *topology.Topology {
	free := topology.Replica{Addr: "127.0.0.1:0", Peer: "127.0.0.1:0"}
	tier := &topology.Tier{Package: pkg, Args: args, Replicas: []topology.Replica{free}}
	return &topology.Topology{Version: 1, Tiers: map[string]*topology.Tier{"copy": tier}}
}

// stage is the topology of one copy: of each tier one replica, which records nothing and remembers nothing, at the address of its first.
func stage(t *topology.Topology) *topology.Topology {
	s := *t
	s.Log, s.Data = "memory", ""
	s.Tiers = make(map[string]*topology.Tier)
	for name, tier := range t.Tiers {
		one := *tier
		one.Replicas = []topology.Replica{tier.Replicas[0]}
		one.Replication = topology.Replication{Style: "leader", Technique: string(compensate.Vanilla), Commit: "safe", Reads: "log"}
		one.Methods = nil
		s.Tiers[name] = &one
	}
	return &s
}

// start starts a copy and waits until it serves. The caller stops it, after an error too.
func (r *run) start(ctx context.Context, env ...string) (*replica, error) {
	t := stage(r.Topology)
	if err := up.TakePorts(t); err != nil {
		return nil, err
	}
	binaries := make(map[string]string)
	for name, tier := range t.Tiers {
		binaries[name] = tier.Binary
	}
	commands, err := up.Commands(t, up.Settings{Binaries: binaries, Dir: r.Dir})
	if err != nil {
		return nil, &InputError{err}
	}
	one := &replica{patience: r.Patience, ended: make(chan struct{})}
	one.fleet = fleet.New(fleet.Config{Log: fleet.NewLog(&r.printed, 0, false), Grace: time.Second, OnExit: func(e fleet.Exit) {
		one.once.Do(func() {
			one.exit = e
			close(one.ended)
		})
	}})
	for i, name := range t.Names() {
		one.parts = append(one.parts, &part{tier: name, peer: t.Tiers[name].Replicas[0].Peer})
		commands[i].Env = append(commands[i].Env, env...)
		if err := one.fleet.Start(commands[i]); err != nil {
			return one, err
		}
	}
	return one, one.serving(ctx)
}

func (r *replica) stop() {
	if r != nil {
		r.dialled.close()
		r.fleet.Stop()
	}
}

// serving waits until every tier serves a method.
func (r *replica) serving(ctx context.Context) error {
	inTime, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	for _, p := range r.parts {
		for {
			d, err := tiers.Describe(inTime, p.peer)
			if err == nil && served(d) {
				p.serves = d
				break
			}
			select {
			case <-r.ended:
				return fmt.Errorf("the program ended before it served: %w", r.cause())
			case <-inTime.Done():
				if ctx.Err() != nil {
					return context.Cause(ctx)
				}
				return fmt.Errorf("the program serves no gRPC service within %v of its start", startTime)
			case <-time.After(20 * time.Millisecond):
			}
		}
	}
	return nil
}

func served(d tiers.Description) bool {
	for _, m := range d.Methods {
		if m.Addr != "" {
			return true
		}
	}
	return false
}

// cause is why a process ended, with its tier's name if there are several.
func (r *replica) cause() error {
	switch {
	case len(r.parts) > 1:
		return r.exit
	case r.exit.Err != nil:
		return r.exit.Err
	}
	return errors.New("exit status 0")
}

// ask asks every tier in turn.
func (r *replica) ask(ctx context.Context, what string, question func(ctx context.Context, i int, p *part) error) error {
	inTime, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	for i, p := range r.parts {
		if err := question(inTime, i, p); err != nil {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			return fmt.Errorf("%s: %w", what, err)
		}
	}
	return nil
}

// image is the copy's state, by tier.
func (r *replica) image(ctx context.Context) ([]tiers.Image, error) {
	all := make([]tiers.Image, len(r.parts))
	err := r.ask(ctx, "read the state", func(ctx context.Context, i int, p *part) (err error) {
		all[i], err = tiers.ImageOf(ctx, p.peer)
		return err
	})
	return all, err
}

// values are the copy's state, by tier and value by value.
func (r *replica) values(ctx context.Context) ([][]compensate.Located, error) {
	all := make([][]compensate.Located, len(r.parts))
	err := r.ask(ctx, "read the state", func(ctx context.Context, i int, p *part) (err error) {
		all[i], err = tiers.Locate(ctx, p.peer)
		return err
	})
	return all, err
}

// adopt puts the copy into another one's state.
func (r *replica) adopt(ctx context.Context, state []tiers.Image) error {
	return r.ask(ctx, "adopt a state", func(ctx context.Context, i int, p *part) error { return tiers.Adopt(ctx, p.peer, state[i].Encoded) })
}

// equal reports whether two states mean the same.
func equal(a, b []tiers.Image) bool {
	for i := range a {
		if a[i].Digest != b[i].Digest {
			return false
		}
	}
	return true
}

func (r *replica) descriptions() []tiers.Description {
	var all []tiers.Description
	for _, p := range r.parts {
		all = append(all, p.serves)
	}
	return all
}

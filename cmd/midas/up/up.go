package up

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/midas-tiers/midas/analysis/topology"
	"github.com/midas-tiers/midas/cmd/midas/fleet"
)

// TopologyError is a fault of the topology file, which it names.
type TopologyError struct{ Fault error }

func (e *TopologyError) Error() string { return e.Fault.Error() }
func (e *TopologyError) Unwrap() error { return e.Fault }

// patience is how long the replicas may take until all of them serve.
const patience = time.Minute

// Config of Run. All fields but Replace, Only and Colour are required.
type Config struct {
	Topology string    // path of the topology file
	Replace  string    // TIER/REPLICA, the log of which is gone for good: a new one takes its place; "" is none
	Only     bool      // start that replica and no other: the others run already
	Build    Builder   // for tiers that name a package
	Stdout   io.Writer // what the replicas print
	Stderr   io.Writer // what happens
	Colour   bool      // colour the replicas' names
}

// Run starts everything and returns when ctx is done or when no replica is left, after all have been stopped. It returns nil only in
// the first case.
func Run(ctx context.Context, c Config) error {
	t, err := topology.Load(c.Topology)
	if err != nil {
		return &TopologyError{err}
	}
	dir, err := filepath.Abs(filepath.Dir(c.Topology))
	if err != nil {
		return err
	}
	scratch, err := os.MkdirTemp("", "midas-up-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	s := Settings{Dir: dir, Data: filepath.Join(scratch, "data")}
	if t.Data != "" {
		s.Data = absolute(dir, t.Data)
	}
	s.Replace = c.Replace
	if err := c.checkReplace(t); err != nil {
		return &TopologyError{err}
	}
	if _, err := Commands(t, s); err != nil { // before the builds, which take long
		return &TopologyError{fmt.Errorf("topology %s: %w", c.Topology, err)}
	}
	if err := writable(s.Data); err != nil {
		return err
	}
	if !c.Only {
		if err := TakePorts(t); err != nil {
			return err
		}
	}
	if s.Binaries, err = c.binaries(ctx, t, dir, scratch); err != nil {
		return err
	}
	commands, err := Commands(t, s)
	if err != nil {
		return err
	}
	return c.run(ctx, t, c.chosen(commands))
}

// run starts the commands, which are those of t's replicas, and waits.
func (c Config) run(ctx context.Context, t *topology.Topology, commands []fleet.Command) error {
	width := 0
	for _, cmd := range commands {
		width = max(width, len(cmd.Name))
		if err := os.MkdirAll(cmd.Dir, 0o777); err != nil {
			return fmt.Errorf("%s: working folder: %w", cmd.Name, err)
		}
	}
	exits := make(chan fleet.Exit, len(commands))
	f := fleet.New(fleet.Config{Log: fleet.NewLog(c.Stdout, width, c.Colour), OnExit: func(e fleet.Exit) { exits <- e }})
	defer f.Stop()
	for _, cmd := range commands {
		if err := f.Start(cmd); err != nil {
			return err
		}
	}
	if !c.Only {
		if err := serving(ctx, t, f); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
		fmt.Fprintf(c.Stderr, "midas: all %d replicas serve; Ctrl-C stops them\n", len(commands))
	}
	if c.Replace != "" {
		watch, end := context.WithCancel(ctx)
		watched := make(chan struct{})
		go func() {
			c.watchReplaced(watch, t)
			close(watched)
		}()
		defer func() { end(); <-watched }()
	}
	return c.wait(ctx, len(commands), exits)
}

// serving waits until every process serves and sees that all are replicas.
func serving(ctx context.Context, t *topology.Topology, f *fleet.Fleet) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := f.Serving(ctx); err != nil {
		return err
	}
	err := Verify(ctx, t)
	if err == nil {
		return nil
	}
	if exit := f.Serving(ctx); exit != nil { // one has served and ended since: what it says of itself counts
		return exit
	}
	return err
}

// wait tells of every process that ends.
func (c Config) wait(ctx context.Context, processes int, exits <-chan fleet.Exit) error {
	for range processes {
		select {
		case <-ctx.Done():
			fmt.Fprintln(c.Stderr, "midas: stopping")
			return nil
		case e := <-exits:
			fmt.Fprintf(c.Stderr, "midas: %v; it is not started again\n", e)
		}
	}
	return errors.New("no replica is left")
}

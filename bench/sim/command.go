package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"slices"
	"strings"
	"time"

	"github.com/midas-tiers/midas/bench/sim/scenario"
	"github.com/midas-tiers/midas/bench/sim/world"
	"github.com/spf13/cobra"
)

//go:embed scenarios/*.txt
var files embed.FS

// Streams are where the command reads and writes.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// Exit statuses.
const (
	exitClean     = 0
	exitViolation = 1
	exitUsage     = 2
	exitStopped   = 130
)

// errViolation says that a seed failed; it has been printed.
var errViolation = errors.New("violation")

// options are the flags.
type options struct {
	scenario, broken, profile string
	seeds, start              uint64
	duration                  time.Duration
	list, debug               bool
	workers                   int
}

// Run is the command as a function; args are without its name. It returns the exit status.
func Run(ctx context.Context, streams Streams, args []string) int {
	debug.SetGCPercent(800) // worlds are small and short-lived
	cmd := newCommand(streams)
	for i, a := range args {
		if strings.HasPrefix(a, "-") && !strings.HasPrefix(a, "--") && len(a) > 2 {
			args[i] = "-" + a
		}
	}
	cmd.SetArgs(args)
	switch err := cmd.ExecuteContext(ctx); {
	case err == nil:
		return exitClean
	case errors.Is(err, errViolation):
		return exitViolation
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(streams.Err, "sim: interrupted")
		return exitStopped
	default:
		fmt.Fprintln(streams.Err, "sim:", err)
		return exitUsage
	}
}

func newCommand(streams Streams) *cobra.Command {
	var o options
	cmd := &cobra.Command{
		Use: "sim", Short: "Simulate tiers through faults", Args: cobra.NoArgs, SilenceErrors: true, SilenceUsage: true,
		RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context(), streams) },
	}
	f := cmd.Flags()
	f.StringVar(&o.scenario, "scenario", "all", "`name` of a scenario, or all families")
	f.Uint64Var(&o.seeds, "seeds", 1000, "seeds of each scenario")
	f.Uint64Var(&o.start, "start", 0, "first `seed`")
	f.DurationVar(&o.duration, "duration", 0, "run fresh seeds of each scenario in turns for so long instead")
	f.StringVar(&o.broken, "break", "", "plant the bug of this `name` in the scenario, or in one that finds it; all: each")
	f.BoolVar(&o.debug, "debug", false, "step through the seed given by -start")
	f.BoolVar(&o.list, "list", false, "list scenarios")
	f.IntVar(&o.workers, "workers", runtime.GOMAXPROCS(0), "seeds that run at a time")
	f.StringVar(&o.profile, "cpuprofile", "", "write a CPU profile to this `file`")
	cmd.SetOut(streams.Out)
	cmd.SetErr(streams.Err)
	return cmd
}

// check refuses flags that mean nothing.
func (o *options) check() error {
	switch {
	case o.seeds == 0:
		return errors.New("-seeds 0: nothing to run")
	case o.debug && o.scenario == "all" && o.broken == "":
		return errors.New("-debug steps through one scenario: name it with -scenario (-list lists them)")
	case o.broken != "" && o.broken != "all" && !slices.Contains(world.Breakable(), o.broken):
		return fmt.Errorf("nothing called %q can be broken: use all or one of %s", o.broken, strings.Join(world.Breakable(), ", "))
	}
	return nil
}

func (o *options) run(ctx context.Context, streams Streams) error {
	if err := o.check(); err != nil {
		return err
	}
	folder, err := fs.Sub(files, "scenarios")
	if err != nil {
		return fmt.Errorf("open scenarios: %w", err)
	}
	all, err := scenario.Load(folder)
	if err != nil {
		return err
	}
	if o.profile != "" {
		stop, err := profile(o.profile)
		if err != nil {
			return err
		}
		defer stop()
	}
	chosen := scenario.Find(all, o.scenario)
	if o.broken != "" && o.scenario == "all" {
		chosen = finder(all, o.broken, chosen)
	}
	switch {
	case o.list:
		return list(streams.Out, all)
	case len(chosen) == 0:
		return fmt.Errorf("scenario %q: not known (-list lists them)", o.scenario)
	case o.broken == "all":
		return o.breakAll(ctx, streams.Out, all)
	case o.debug:
		return o.step(streams, chosen[0])
	case chosen[0].Regression():
		return playRegression(streams.Out, chosen[0])
	}
	return o.sweep(ctx, streams.Out, chosen)
}

func profile(name string) (stop func(), err error) {
	f, err := os.Create(name)
	if err != nil {
		return nil, fmt.Errorf("create profile: %w", err)
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, fmt.Errorf("start profile: %w", err)
	}
	return func() {
		pprof.StopCPUProfile()
		f.Close()
	}, nil
}

func list(w io.Writer, all []*scenario.Scenario) error {
	for _, s := range all {
		what := "family"
		if s.Regression() {
			what = "regression"
		}
		if _, err := fmt.Fprintf(w, "%-28s %-10s  %s\n", s.Name, what, s.About); err != nil {
			return fmt.Errorf("list scenarios: %w", err)
		}
	}
	return nil
}

// playRegression plays one regression both ways.
func playRegression(w io.Writer, s *scenario.Scenario) error {
	kept, broken := s.Play(false), s.Play(true)
	fmt.Fprintf(w, "%s: rule kept: %s; %s broken: %s\n", s.Name, clean(kept), s.Breaks[0], clean(broken))
	if kept != "" || !s.Fits(broken) {
		return errViolation
	}
	return nil
}

func clean(violation string) string {
	if violation == "" {
		return "clean"
	}
	return violation
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"syscall"
	"text/tabwriter"
	"time"
)

// arm is one way to do the work. Exit status 3 says that something was found.
type arm struct {
	name    string
	dir     string
	prepare func() error // before every run, not measured; nil for nothing
	command []string
	env     []string // added to the process's own
}

// sample is one run.
type sample struct {
	wall time.Duration
	peak int64 // KiB, of the process itself
}

func (a *arm) run(ctx context.Context) (sample, error) {
	if a.prepare != nil {
		if err := a.prepare(); err != nil {
			return sample{}, fmt.Errorf("prepare %s: %w", a.name, err)
		}
	}
	cmd := exec.CommandContext(ctx, a.command[0], a.command[1:]...)
	cmd.Dir, cmd.Env = a.dir, append(cmd.Environ(), a.env...)
	begin := time.Now()
	out, err := cmd.CombinedOutput()
	wall := time.Since(begin)
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 3) {
		return sample{}, fmt.Errorf("run %s: %w\n%s", a.name, err, tail(out))
	}
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	return sample{wall, usage.Maxrss}, nil
}

func tail(out []byte) []byte { return out[max(len(out)-500, 0):] }

// takeTurns runs every arm once in each round and prints medians; ratios are to the first arm.
func takeTurns(ctx context.Context, w io.Writer, title string, arms []*arm, rounds int) error {
	samples := make([][]sample, len(arms))
	for round := range rounds + 1 {
		for i, a := range arms {
			s, err := a.run(ctx)
			if err != nil {
				return err
			}
			if round > 0 {
				samples[i] = append(samples[i], s)
			}
		}
	}
	fmt.Fprintf(w, "\n%s, %d rounds\n", title, rounds)
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "arm\tmedian s\tleast\tmost\ttimes faster\tpeak MB\tof its memory\t")
	base := samples[0]
	for i, a := range arms {
		wall, peak := times(samples[i]), peaks(samples[i])
		fmt.Fprintf(tw, "%s\t%.2f\t%.2f\t%.2f\t%.2f\t%d\t%.2f\t\n", a.name, median(wall), wall[0], wall[len(wall)-1],
			median(times(base))/median(wall), int(median(peak)/1024), median(peak)/median(peaks(base)))
	}
	return tw.Flush()
}

func times(s []sample) []float64 {
	return sorted(s, func(s sample) float64 { return s.wall.Seconds() })
}
func peaks(s []sample) []float64 { return sorted(s, func(s sample) float64 { return float64(s.peak) }) }

func sorted(s []sample, of func(sample) float64) []float64 {
	var out []float64
	for _, x := range s {
		out = append(out, of(x))
	}
	slices.Sort(out)
	return out
}

func median(sorted []float64) float64 {
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

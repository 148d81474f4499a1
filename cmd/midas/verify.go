package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/midas-tiers/midas/cmd/midas/verify"
)

// verifyFlags are the flags of midas verify.
type verifyFlags struct {
	build    buildFlags
	topology string
	config   verify.Config
	metadata []string
	format   string
	show     []string
	timeout  time.Duration
}

func newVerify(a *app) *cobra.Command {
	var f verifyFlags
	cmd := &cobra.Command{
		Use:   "verify [flags] package [arguments] | verify [flags] -f TOPOLOGY.yaml",
		Short: "Run copies of a service and see whether the report names what differs",
		Long: "Verify builds a service as it is written, has copies of it execute the same requests, each from equal state, and names every field\n" +
			"that came to differ, and whether the report of midas analyze calls it contaminated. It exits with status 3 if one is missing there.\n" +
			"Requests are drawn from the service's contract, or come from a file, one line each:\n" +
			"    {\"method\": \"/shop.Orders/Place\", \"request\": {\"sku\": \"a\"}, \"metadata\": {\"authorization\": \"...\"}}\n" +
			"What follows the package goes to the program; {{.Addr}} there stands for a free address. The handlers do all that they do:\n" +
			"let them reach nothing that matters.",
		DisableFlagParsing: true, // the program's own flags are to stay as they are
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := cmd.Flags().Parse(doubleDash(args)); err != nil {
				return cmd.FlagErrorFunc()(cmd, err)
			}
			if help, err := cmd.Flags().GetBool("help"); help || err != nil {
				return cmd.Help()
			}
			return a.verify(cmd.Context(), f, args[len(args)-cmd.Flags().NArg():])
		},
	}
	f.build.add(cmd)
	flags := cmd.Flags()
	flags.SetInterspersed(false)
	flags.StringVarP(&f.topology, "file", "f", "", "topology `file`: verify all of its tiers, in place of a package")
	flags.IntVarP(&f.config.Requests, "n", "n", 200, "requests to draw")
	flags.Uint64Var(&f.config.Seed, "seed", 1, "seed of the drawing")
	flags.IntVar(&f.config.Rounds, "rounds", 3, "how often the requests are repeated from equal state")
	flags.StringVar(&f.config.File, "requests", "", "`file` of requests to send instead")
	flags.StringVar(&f.config.Record, "record", "", "`file` to write the requests to, for -requests")
	flags.StringArrayVar(&f.metadata, "metadata", nil, "`key=value` that every drawn request has; may be repeated")
	flags.StringVar(&f.format, "format", "text", "`format` of the result: text or json")
	flags.StringSliceVar(&f.show, "show", nil, "what else to show: verbose")
	flags.DurationVar(&f.config.Patience, "patience", 10*time.Second, "leave out a method that takes longer to answer")
	flags.DurationVar(&f.timeout, "timeout", 5*time.Minute, "give up after this long")
	return cmd
}

func (a *app) verify(ctx context.Context, f verifyFlags, args []string) error {
	verbose, err := f.check(args)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, f.timeout, fmt.Errorf("no end within %v", f.timeout))
	defer cancel()
	scratch, err := os.MkdirTemp("", "midas-verify-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	c := f.config
	c.Log = a.streams.Err
	if err := a.plain(ctx, f, args, scratch, &c); err != nil {
		return ended(ctx, err)
	}
	r, err := verify.Run(ctx, c)
	if errors.As(err, new(*verify.InputError)) {
		return usageErrorf("%w", err)
	}
	if err != nil {
		return ended(ctx, fmt.Errorf("verify %s: %w", cmp.Or(f.topology, strings.Join(args[:min(1, len(args))], "")), err))
	}
	if f.format == "json" {
		err = r.WriteJSON(a.streams.Out)
	} else {
		err = r.WriteText(a.streams.Out, verbose)
	}
	if err == nil && r.Missed > 0 {
		fmt.Fprintln(a.streams.Err, "midas: the analyzer did not know that what is MISSED can differ between replicas: please report it with the code that writes it")
		return errFindings
	}
	return err
}

// check checks all that can be checked before the build, and returns whether to be verbose.
func (f *verifyFlags) check(args []string) (verbose bool, err error) {
	switch {
	case len(args) == 0 && f.topology == "":
		return false, usageErrorf("verify needs the package of a service, or a topology: -f TOPOLOGY.yaml")
	case len(args) > 0 && f.topology != "":
		return false, usageErrorf("verify: the topology names the packages: unexpected argument %q", args[0])
	case f.format != "text" && f.format != "json":
		return false, usageErrorf("unknown format %q: use text or json", f.format)
	case f.config.Requests < 1:
		return false, usageErrorf("%d requests: want at least 1", f.config.Requests)
	case f.config.Rounds < 1:
		return false, usageErrorf("%d rounds: want at least 1", f.config.Rounds)
	case f.timeout <= 0 || f.config.Patience <= 0:
		return false, usageErrorf("timeout %v and patience %v: must be positive", f.timeout, f.config.Patience)
	}
	for _, s := range f.show {
		if s != "verbose" {
			return false, usageErrorf("cannot show %q: only verbose", s)
		}
		verbose = true
	}
	f.config.Metadata = make(map[string]string)
	for _, m := range f.metadata {
		key, value, ok := strings.Cut(m, "=")
		if !ok || key == "" {
			return false, usageErrorf("metadata %q: want key=value", m)
		}
		f.config.Metadata[key] = value
	}
	for _, name := range []*string{&f.config.File, &f.config.Record} {
		if *name != "" {
			*name = f.build.path(*name)
		}
	}
	return verbose, checkPatterns(args[:min(1, len(args))])
}

// ended is err, or why ctx ended if that is what it comes from.
func ended(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return fmt.Errorf("verify: %w", cause)
	}
	return err
}

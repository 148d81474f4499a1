package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os/exec"

	"github.com/spf13/cobra"

	"github.com/midas-tiers/midas/cmd/midas/compile"
)

func newBuild(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "build [-allow-partial] [-transparent] [go build flags] [packages]",
		Short: "go build with the rewriting in force",
		Long: "Build runs go build on the rewritten program. It takes the flags of go build. The source is not touched.\n" +
			"With -allow-partial it goes on when a handler cannot be treated: that handler is left as it is.\n" +
			"With -transparent it builds what a system without analysis would, for comparison.",
		DisableFlagParsing: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.goCommand(cmd, args, func(rest []string) []string { return rest })
		},
	}
}

func newRun(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "run [-allow-partial] [-transparent] [go run flags] package [arguments]",
		Short: "go run with the rewriting in force",
		Long: "Run runs go run on the rewritten program. It takes the flags of go run; what follows the package goes to the program.\n" +
			"With -allow-partial it goes on when a handler cannot be treated: that handler is left as it is.\n" +
			"With -transparent it builds what a system without analysis would, for comparison.",
		DisableFlagParsing: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.goCommand(cmd, args, func(rest []string) []string { return rest[:min(1, len(rest))] })
		},
	}
}

// goCommand runs the go command's verb of the same name as cmd. patterns picks the packages from what follows the flags.
func (a *app) goCommand(cmd *cobra.Command, args []string, patterns func(rest []string) []string) error {
	g, err := parseGoFlags(args)
	if errors.Is(err, flag.ErrHelp) {
		return cmd.Help()
	}
	if err != nil {
		return usageErrorf("%s: %w", cmd.Name(), err)
	}
	packages := patterns(g.rest)
	if err := checkPatterns(packages); err != nil {
		return err
	}
	p, err := compile.Prepare(cmd.Context(), compile.Config{
		Dir: g.dir, Env: a.env, Flags: g.loading, Patterns: packages, AllowPartial: g.partial, Transparent: g.transparent,
		Log: a.streams.Err,
	})
	if err != nil {
		return hintPartial(err)
	}
	c, err := p.GoCommand(cmd.Context(), cmd.Name(), append(g.flags, g.rest...)...)
	if err != nil {
		return fmt.Errorf("%s: %w", cmd.Name(), err)
	}
	return a.exec(cmd.Context(), c)
}

// exec runs a program that says itself what is wrong.
func (a *app) exec(ctx context.Context, c *exec.Cmd) error {
	c.Stdin, c.Stdout, c.Stderr = a.streams.In, a.streams.Out, a.streams.Err
	err := c.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) || ctx.Err() != nil {
		return errFailed
	}
	return err
}

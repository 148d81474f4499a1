package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/cobra"
)

// Streams are where a command reads and writes.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// app is what every command works with.
type app struct {
	env     []string
	streams Streams
}

// Run is the whole command as a function: args without the program's name. It returns the exit status, and is not meant to be called
// concurrently with the same streams.
func Run(ctx context.Context, env []string, streams Streams, args []string) (code int) {
	a := &app{env, streams}
	defer func() {
		if r := recover(); r != nil {
			fmt.Fprintf(streams.Err, "midas: internal error: %v; please report it (MIDAS_DEBUG=1 shows where)\n", r)
			if slices.Contains(env, "MIDAS_DEBUG=1") {
				streams.Err.Write(debug.Stack())
			}
			code = exitFailure
		}
	}()
	root := newRoot(a)
	if cmd, _, err := root.Find(args); err == nil && !cmd.DisableFlagParsing {
		args = doubleDash(args)
	}
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if line := message(err); line != "" {
		fmt.Fprintln(streams.Err, "midas:", line)
	}
	return exitCode(err)
}

func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:           "midas",
		Short:         "Keep the replicas of a Go gRPC service the same",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageErrorf("unknown command %q: midas help lists them", args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageErrorf("%w (%s -help lists the flags)", err, cmd.CommandPath())
	})
	root.SetIn(a.streams.In)
	root.SetOut(a.streams.Out)
	root.SetErr(a.streams.Err)
	for _, cmd := range commands(a) {
		cmd.Args = usageArgs(cmd.Args)
		root.AddCommand(cmd)
	}
	return root
}

// usageArgs makes a complaint about a command's arguments one of wrong usage.
func usageArgs(check cobra.PositionalArgs) cobra.PositionalArgs {
	if check == nil {
		check = cobra.ArbitraryArgs
	}
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			if status := (*statusError)(nil); errors.As(err, &status) {
				return err
			}
			return usageErrorf("%s: unexpected argument %q", cmd.Name(), args[0])
		}
		return nil
	}
}

// commands lists the commands; each has a file of its own.
func commands(a *app) []*cobra.Command {
	return []*cobra.Command{
		newAnalyze(a), newExplain(a), newRewrite(a), newBuild(a), newRun(a), newUp(a), newReplace(a), newVerify(a), newDictionary(a), newDemo(a),
	}
}

// doubleDash writes long flags as cobra wants them, so that -format works as it does for the go command.
func doubleDash(args []string) []string {
	args = slices.Clone(args)
	for i, arg := range args {
		if arg == "--" {
			break
		}
		name, _, _ := strings.Cut(arg, "=")
		if len(name) > 2 && name[0] == '-' && unicode.IsLetter(rune(name[1])) {
			args[i] = "-" + arg
		}
	}
	return args
}

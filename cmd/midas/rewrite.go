package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/midas-tiers/midas/cmd/midas/compile"
)

// rewriteFlags are the flags of midas rewrite.
type rewriteFlags struct {
	build       buildFlags
	out         string
	partial     bool
	transparent bool
}

func newRewrite(a *app) *cobra.Command {
	var f rewriteFlags
	cmd := &cobra.Command{
		Use:   "rewrite -o dir [flags] [packages]",
		Short: "Write the rewritten program as a tree to read and build",
		Long: "Rewrite writes the modules of the packages, rewritten, with what they link, to a folder in which go build works.\n" +
			"The source is not touched. The folder is replaced at once or not at all.",
		RunE: func(cmd *cobra.Command, patterns []string) error { return a.rewrite(cmd.Context(), f, patterns) },
	}
	f.build.add(cmd)
	cmd.Flags().StringVarP(&f.out, "out", "o", "", "`folder` to write: new, empty, or written by midas")
	cmd.Flags().BoolVar(&f.partial, "allow-partial", false, "go on when a handler cannot be treated: it is left as it is")
	cmd.Flags().BoolVar(&f.transparent, "transparent", false, "write what a system without analysis would, for comparison")
	return cmd
}

func (a *app) rewrite(ctx context.Context, f rewriteFlags, patterns []string) error {
	if f.out == "" {
		return usageErrorf("rewrite: no output folder: name one with -o")
	}
	if err := checkPatterns(patterns); err != nil {
		return err
	}
	p, err := compile.Prepare(ctx, compile.Config{
		Dir: f.build.dir, Env: a.env, Flags: f.build.flags(), Patterns: patterns, AllowPartial: f.partial, Transparent: f.transparent,
		Log: a.streams.Err,
	})
	if err != nil {
		return hintPartial(err)
	}
	if err := p.Tree(ctx, f.build.path(f.out)); err != nil {
		return fmt.Errorf("rewrite: %w", err)
	}
	return nil
}

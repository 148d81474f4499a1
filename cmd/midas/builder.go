package main

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/midas-tiers/midas/cmd/midas/compile"
)

// build is the up.Builder of this program: what midas build does, once for all packages.
func (a *app) build(ctx context.Context, dir string, outs map[string]string) error {
	return a.buildAll(ctx, compile.Config{Dir: dir}, outs)
}

// buildTransparent is build with -transparent.
func (a *app) buildTransparent(ctx context.Context, dir string, outs map[string]string) error {
	return a.buildAll(ctx, compile.Config{Dir: dir, Transparent: true}, outs)
}

func (a *app) buildAll(ctx context.Context, c compile.Config, outs map[string]string) error {
	c.Env, c.Patterns, c.Log = a.env, slices.Sorted(maps.Keys(outs)), a.streams.Err
	p, err := compile.Prepare(ctx, c)
	if err != nil {
		return err
	}
	for pkg, out := range outs {
		cmd, err := p.GoCommand(ctx, "build", "-o", out, pkg)
		if err != nil {
			return err
		}
		cmd.Stdout, cmd.Stderr = a.streams.Err, a.streams.Err
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("go build %s: %w", pkg, err)
		}
	}
	return nil
}

package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
)

func main() {
	rounds := flag.Int("rounds", 5, "measured `rounds`")
	lines := flag.Int("lines", 1_000_000, "largest generated module, in `lines`; 0 leaves growth out")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *rounds, *lines); err != nil {
		fmt.Fprintln(os.Stderr, "bench/analysis:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, rounds, lines int) error {
	dir, err := os.MkdirTemp("", "midas-bench-analysis-")
	if err != nil {
		return fmt.Errorf("make a folder: %w", err)
	}
	defer os.RemoveAll(dir)
	t, err := newTools(ctx, dir)
	if err != nil {
		return err
	}
	peers, err := natsArms(ctx, t, filepath.Join(dir, "nats"))
	if err != nil {
		return err
	}
	if err := takeTurns(ctx, os.Stdout, "nats-server/v2/server "+t.subject.Version, peers, rounds); err != nil {
		return err
	}
	if err := takeTurns(ctx, os.Stdout, "examples/threetier", t.exampleArms(), rounds); err != nil {
		return err
	}
	return grow(ctx, os.Stdout, t, filepath.Join(dir, "grown"), lines)
}

package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/midas-tiers/midas/cmd/midas/up"
)

// ErrFailed says that a technique did not do what it must. Config.Stderr has been told what.
var ErrFailed = errors.New("the demo failed")

// Config of Run. All fields but Seed are required.
type Config struct {
	Techniques []string
	Clients    int
	Operations int    // acknowledged ones, for each technique; at least
	Seed       uint64 // of what the clients choose
	Build      up.Builder
	Stdout     io.Writer // the table
	Stderr     io.Writer // progress
}

// Validate returns the first fault.
func (c Config) Validate() error {
	if c.Clients < 1 || c.Clients > 99 {
		return fmt.Errorf("%d clients: want 1 to 99", c.Clients)
	}
	if least := 10 * (2*len(victims) + 1); c.Operations < least {
		return fmt.Errorf("%d operations: want at least %d", c.Operations, least)
	}
	if len(c.Techniques) == 0 {
		return errors.New("no techniques")
	}
	return nil
}

// Run does everything in a temporary folder and leaves nothing behind. The error wraps ErrFailed when a technique failed.
func Run(ctx context.Context, c Config) error {
	if err := c.Validate(); err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "midas-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	fmt.Fprintln(c.Stderr, "midas: analysing, rewriting and building the shop")
	s, err := buildShop(ctx, filepath.Join(work, "shop"), c.Build)
	if err != nil {
		return err
	}
	var rows []row
	var failed bool
	for _, technique := range c.Techniques {
		t := trial{Config: c, technique: technique, source: s, data: filepath.Join(work, technique), began: time.Now()}
		r, err := t.run(ctx)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			failed = true
			for line := range strings.Lines(err.Error()) {
				fmt.Fprintf(c.Stderr, "midas: %s failed: %s\n", technique, strings.TrimSpace(line))
			}
		}
		rows = append(rows, r)
	}
	if err := printTable(c.Stdout, rows); err != nil {
		return err
	}
	if failed {
		return ErrFailed
	}
	return nil
}

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

// ErrFailed says that an arm did not do what it must. Config.Stderr has been told what.
var ErrFailed = errors.New("the demo failed")

// Config of Run. All fields but Seed are required.
type Config struct {
	Arms       []Arm
	Clients    int
	Operations int    // acknowledged ones, for each arm; at least
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
	if len(c.Arms) == 0 {
		return errors.New("no techniques, or no styles for them")
	}
	return nil
}

// Run does everything in a temporary folder and leaves nothing behind. The error wraps ErrFailed when an arm failed.
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
	for i, arm := range c.Arms {
		t := trial{Config: c, arm: arm, source: s, data: filepath.Join(work, fmt.Sprint(i)), began: time.Now()}
		r, err := t.run(ctx)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			failed = true
			for line := range strings.Lines(err.Error()) {
				fmt.Fprintf(c.Stderr, "midas: %s failed: %s\n", arm, strings.TrimSpace(line))
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

package slice

import (
	"context"
	"errors"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

func parsed(t *testing.T, file string) (*txtar.Archive, []string) {
	t.Helper()
	ar, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return ar, strings.Fields(string(ar.Comment))
}

// TestRunStops finds a Run that goes on after its context has ended.
func TestRunStops(t *testing.T) {
	ar, args := parsed(t, "testdata/basic.txtar")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Run(ctx, load(t, extract(t, ar), args)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// TestRunAgain finds results that depend on anything but the program, over many runs because functions are built in parallel.
func TestRunAgain(t *testing.T) {
	ar, args := parsed(t, "testdata/memory.txtar")
	cfg := load(t, extract(t, ar), args)
	first := ""
	for range 20 {
		res, err := Run(context.Background(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		got := listing(cfg.Fset, res)
		if first == "" {
			first = got
		}
		if got != first {
			t.Fatalf("first\n%s\nthen\n%s", first, got)
		}
	}
}

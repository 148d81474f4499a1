package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func command(in string, args ...string) (code int, out, errs string) {
	var o, e strings.Builder
	code = Run(context.Background(), Streams{strings.NewReader(in), &o, &e}, args)
	return code, o.String(), e.String()
}

func TestCommand(t *testing.T) {
	for _, tt := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"-list"}, exitClean, "chain4"},
		{[]string{"-scenario", "chain2", "-seeds", "20", "-start", "5"}, exitClean, "seeds 5 to 24"},
		{[]string{"-scenario", "chain2", "-seeds", "20", "-break", "fence"}, exitViolation, "events suffice"},
		{[]string{"-break", "fan-offers", "-seeds", "50"}, exitViolation, "with fan-offers broken, after"},
		{[]string{"-break", "lead-anew"}, exitClean, "lead-anew broken: LINEAR"},
		{[]string{"-scenario", "no-fence"}, exitClean, "rule kept: clean"},
		{[]string{"-scenario", "chain2", "-duration", "50ms"}, exitClean, "fresh seeds"},
		{[]string{"-scenario", "nothing"}, exitUsage, `scenario "nothing": not known`},
		{[]string{"-scenario", "chain2", "-break", "nothing"}, exitUsage, `nothing called "nothing" can be broken: use all or one of conflict-wait, `},
		{[]string{"-seeds", "0"}, exitUsage, "-seeds 0: nothing to run"},
		{[]string{"-scenario", "all", "-debug"}, exitUsage, "-debug steps through one scenario: name it with -scenario"},
		{[]string{"-flag"}, exitUsage, "unknown flag"},
	} {
		code, out, errs := command("", tt.args...)
		if code != tt.code || !strings.Contains(out+errs, tt.want) {
			t.Errorf("%v: status %d, want %d and %q in\n%s%s", tt.args, code, tt.code, tt.want, out, errs)
		}
	}
}

// An interrupt is no wrong usage.
func TestInterrupt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs strings.Builder
	code := Run(ctx, Streams{strings.NewReader(""), &out, &errs}, []string{"-scenario", "chain2"})
	if code != exitStopped || errs.String() != "sim: interrupted\n" {
		t.Errorf("status %d, want %d, and %q on standard error", code, exitStopped, errs.String())
	}
}

// TestStep steps through a regression, forward and back.
func TestStep(t *testing.T) {
	code, out, errs := command("n\nn\nn\np\ng 99\nhelp\nq\n", "-scenario", "lead-again", "-debug", "-break", "lead-anew")
	if code != exitClean {
		t.Fatalf("status %d: %s", code, errs)
	}
	golden := filepath.Join("testdata", "step.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(out), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), out); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
}

// TestSeedAgain: what a sweep prints to run a failing seed again fails the same way, with one worker, and shrinks to the same events.
func TestSeedAgain(t *testing.T) {
	_, first, _ := command("", "-scenario", "circle", "-seeds", "50", "-break", "drain-family")
	_, rest, ok := strings.Cut(first, "again: go run ./bench/sim ")
	line, events, _ := strings.Cut(rest, "\n")
	_, second, _ := command("", append(strings.Fields(line), "-workers", "1")...)
	_, rest, _ = strings.Cut(second, "again: ")
	_, again, _ := strings.Cut(rest, "\n")
	if !ok || events == "" || events != again {
		t.Errorf("first %q, again %q", events, again)
	}
}

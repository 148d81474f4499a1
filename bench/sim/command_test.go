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
		{[]string{"-scenario", "no-fence"}, exitClean, "rule kept: clean"},
		{[]string{"-scenario", "chain2", "-duration", "50ms"}, exitClean, "fresh seeds"},
		{[]string{"-scenario", "nothing"}, exitUsage, `scenario "nothing": not known`},
		{[]string{"-scenario", "chain2", "-break", "nothing"}, exitUsage, `nothing called "nothing" can be broken`},
		{[]string{"-flag"}, exitUsage, "unknown flag"},
	} {
		code, out, errs := command("", tt.args...)
		if code != tt.code || !strings.Contains(out+errs, tt.want) {
			t.Errorf("%v: status %d, want %d and %q in\n%s%s", tt.args, code, tt.code, tt.want, out, errs)
		}
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

// TestSeedAgain: the seed that a sweep prints fails again with one worker, the same way.
func TestSeedAgain(t *testing.T) {
	_, first, _ := command("", "-scenario", "circle", "-seeds", "50", "-break", "drain-family")
	_, violation, ok := strings.Cut(first, "VIOLATION ")
	seed := ""
	if _, rest, found := strings.Cut(violation, "-start "); ok && found {
		seed, _, _ = strings.Cut(rest, " ")
	}
	_, second, _ := command("", "-scenario", "circle", "-start", seed, "-seeds", "1", "-workers", "1", "-break", "drain-family")
	_, again, _ := strings.Cut(second, "VIOLATION ")
	if violation == "" || violation != again {
		t.Errorf("first %q, again %q", violation, again)
	}
}

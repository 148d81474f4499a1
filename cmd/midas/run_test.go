package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// broken is a stream of which the first write shows a fault of ours.
type broken struct{}

func (broken) Write([]byte) (int, error) { panic("out of ideas") }

func TestPanicBecomesOneLine(t *testing.T) {
	var stderr bytes.Buffer
	code := Run(t.Context(), nil, Streams{In: strings.NewReader(""), Out: broken{}, Err: &stderr}, []string{"help"})
	const want = "midas: internal error: out of ideas; please report it (MIDAS_DEBUG=1 shows where)\n"
	if code != exitFailure || stderr.String() != want {
		t.Errorf("status %d, message %q; want %d, %q", code, stderr.String(), exitFailure, want)
	}
}

func TestParseGoFlags(t *testing.T) {
	got, err := parseGoFlags(strings.Fields("-C sub -race -tags a,b --ldflags=-s -buildvcs=false -v -allow-partial -transparent ./cmd -o hello"))
	if err != nil {
		t.Fatal(err)
	}
	want := &goFlags{
		dir:         "sub",
		partial:     true,
		transparent: true,
		loading:     []string{"-race=true", "-tags=a,b"},
		flags:       []string{"-race=true", "-tags=a,b", "-ldflags=-s", "-buildvcs=false", "-v=true"},
		rest:        []string{"./cmd", "-o", "hello"},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(goFlags{})); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestDoubleDash(t *testing.T) {
	args := []string{"analyze", "-f", "x.yaml", "-format=json", "-C", "dir", "--tags", "a", "-timeout", "-1s", "--", "-name"}
	want := []string{"analyze", "-f", "x.yaml", "--format=json", "-C", "dir", "--tags", "a", "--timeout", "-1s", "--", "-name"}
	if diff := cmp.Diff(want, doubleDash(args)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

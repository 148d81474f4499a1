package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/midas-tiers/midas/analysis/report"
)

// TestTopologyPackages: without packages on the command line those of the topology's tiers are analysed, wherever the topology lies.
func TestTopologyPackages(t *testing.T) {
	want := []string{"front", "ordering", "orders", "shoppb", "stock", "storefront", "warehouse"}
	for _, args := range [][]string{
		{"analyze", "-format", "json", "-C", "../../examples/threetier", "-f", "topology.yaml"},
		{"analyze", "-format", "json", "-C", "../..", "-f", "examples/threetier/topology.yaml"},
	} {
		var stdout, stderr bytes.Buffer
		if code := Run(t.Context(), os.Environ(), Streams{Out: &stdout, Err: &stderr}, args); code != exitFindings {
			t.Fatalf("%v: status %d: %s", args, code, stderr.String())
		}
		r, err := report.Read(strings.NewReader(stdout.String()))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range r.Packages {
			got = append(got, filepath.Base(p))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%v: packages (-want +got):\n%s", args, diff)
		}
		if len(r.Pairs) != 2 {
			t.Errorf("%v: %d pairs, want 2", args, len(r.Pairs))
		}
	}
}

package demo

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/midas-tiers/midas/cmd/midas/demo/oracle"
)

// row is what one arm did.
type row struct {
	arm          Arm
	operations   int
	acknowledged int
	lost, twice  int
	p50, p99     time.Duration
	piggybacked  float64 // bytes per operation that crossed between tiers or replicas because of Midas
	differing    []difference
	unfinished   bool // the trial broke off: what follows from the replicas' state is not known
}

// record fills in what the clients saw.
func (r *row) record(rec oracle.Record) {
	sorted := latencies(rec)
	r.operations, r.acknowledged = len(rec), len(sorted)
	r.p50, r.p99 = quantile(sorted, 0.50), quantile(sorted, 0.99)
}

// shown is how many places a row has room for.
const shown = 2

func printTable(w io.Writer, rows []row) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "technique\tstyle\toperations\tacknowledged\tlost\tapplied twice\tp50 ms\tp99 ms\tpiggybacked B/op\treplicas")
	for _, r := range rows {
		fmt.Fprintf(t, "%s\t%s\t%d\t%d\t%d\t%d\t%.1f\t%.1f\t%.0f\t%s\n", r.arm.Technique, cmp.Or(r.arm.Style, "-"), r.operations, r.acknowledged, r.lost, r.twice,
			milliseconds(r.p50), milliseconds(r.p99), r.piggybacked, r.replicas())
	}
	return t.Flush()
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// replicas says in a few words whether the replicas are equal.
func (r row) replicas() string {
	if r.unfinished {
		return "unknown"
	}
	if len(r.differing) == 0 {
		return "equal"
	}
	return "differ at " + few(r.differing, shown)
}

// few lists the first n things and says how many more there are.
func few[T any](things []T, n int) string {
	var text []string
	for _, t := range things[:min(n, len(things))] {
		text = append(text, fmt.Sprint(t))
	}
	if more := len(things) - n; more > 0 {
		text = append(text, fmt.Sprintf("%d more", more))
	}
	return strings.Join(text, ", ")
}

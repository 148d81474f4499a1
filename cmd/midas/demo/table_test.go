package demo

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/midas-tiers/midas/cmd/midas/demo/oracle"
	"github.com/midas-tiers/midas/compensate"
)

func TestPrintTable(t *testing.T) {
	var out strings.Builder
	err := printTable(&out, []row{
		{arm: Arm{"", "vanilla"}, operations: 2003, acknowledged: 2001, lost: 3, twice: 1, p50: 12340 * time.Microsecond, p99: time.Second,
			differing: []difference{{"a: x.S.m[*]", 7}, {"a: x.S.n", 1}, {"b: y.T.o", 1}}},
		{arm: Arm{"leader", "full"}, operations: 2000, acknowledged: 2000, piggybacked: 123.4},
		{arm: Arm{"active", "reexecute"}, operations: 17, acknowledged: 16, unfinished: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := `
technique  style   operations  acknowledged  lost  applied twice  p50 ms  p99 ms  piggybacked B/op  replicas
vanilla    -       2003        2001          3     1              12.3    1000.0  0                 differ at a: x.S.m[*] (7), a: x.S.n (1), 1 more
full       leader  2000        2000          0     0              0.0     0.0     123               equal
reexecute  active  17          16            0     0              0.0     0.0     0                 unknown
`
	if diff := cmp.Diff(strings.TrimPrefix(want, "\n"), out.String()); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
}

func TestQuantile(t *testing.T) {
	var hundred []time.Duration
	for i := range time.Duration(100) {
		hundred = append(hundred, i+1)
	}
	for _, c := range []struct {
		sorted []time.Duration
		q      float64
		want   time.Duration
	}{
		{hundred, 0.50, 50}, {hundred, 0.99, 99}, {hundred, 1, 100}, {hundred[:1], 0.99, 1}, {hundred[:3], 0.50, 2}, {nil, 0.5, 0},
	} {
		if got := quantile(c.sorted, c.q); got != c.want {
			t.Errorf("quantile %v of %d = %d, want %d", c.q, len(c.sorted), got, c.want)
		}
	}
}

func TestDiffering(t *testing.T) {
	leaves := func(v string) []compensate.Leaf {
		return []compensate.Leaf{
			{Path: `s.T.m["a]\"b"].x`, Value: v}, {Path: `s.T.m["c"].x`, Value: v}, {Path: "s.T.l[3]", Value: v}, {Path: "s.T.same", Value: "1"},
		}
	}
	one, two := group{{Digest: [32]byte{1}, Leaves: leaves("1")}}, group{{Digest: [32]byte{2}, Leaves: leaves("2")}}
	got := differing(map[string]group{"a": append(one, one[0], two[0]), "b": append(two, two[0])}, []string{"a", "b"})
	want := []difference{{"a: s.T.l[*]", 1}, {"a: s.T.m[*].x", 2}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(difference{})); diff != "" {
		t.Errorf("differing (-want +got):\n%s", diff)
	}
	silent := group{{Digest: [32]byte{1}}, {Digest: [32]byte{2}}}
	got = differing(map[string]group{"a": silent}, []string{"a"})
	want = []difference{{"a: digest of replica 2", 1}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(difference{})); diff != "" {
		t.Errorf("differing with equal dumps (-want +got):\n%s", diff)
	}
}

func TestVerdict(t *testing.T) {
	apart := []difference{{"a: x.S.n", 1}}
	for _, c := range []struct {
		name, technique string
		e               evidence
		want            string
	}{
		{"converged", "full", evidence{}, ""},
		{"vanilla diverged", "vanilla", evidence{differing: apart, tally: oracle.Tally{Lost: []string{"buy 1"}}}, ""},
		{"vanilla did not diverge", "vanilla", evidence{}, "the replicas are equal without compensation, so the load proves nothing"},
		{"diverged", "contaminated", evidence{differing: apart}, "replicas differ: a: x.S.n (1)"},
		{"lost", "full", evidence{tally: oracle.Tally{Lost: []string{"1", "2", "3", "4"}}}, "acknowledged and lost: 1, 2, 3, 1 more"},
		{"twice", "full", evidence{tally: oracle.Tally{Twice: []string{"1"}}}, "applied twice: 1"},
		{"wrong", "full", evidence{tally: oracle.Tally{Wrong: []string{"1"}}}, "does not add up: 1"},
		{"not linearizable", "full", evidence{history: errors.New("history of x")}, "history of x"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			if err := verdict(c.technique, c.e); err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("verdict = %q, want %q", got, c.want)
			}
		})
	}
}

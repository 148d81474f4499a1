package bench

import (
	"fmt"
	"testing"

	"google.golang.org/grpc"

	"github.com/midas-tiers/midas/compensate"
	"github.com/midas-tiers/midas/tiers"
)

// arm is a way to replicate the service.
type arm struct{ style, technique string }

func (a arm) String() string {
	if a.technique == string(compensate.Vanilla) {
		return a.technique
	}
	return a.technique + "/" + a.style
}

// arms are those that are measured. Vanilla is the baseline without compensation, for both styles.
var arms = []arm{
	{"active", "vanilla"},
	{"leader", "contaminated"}, {"active", "contaminated"},
	{"leader", "reexecute"}, {"active", "reexecute"},
	{"leader", "full"}, {"active", "full"},
	{"leader", "transparent"},
}

// BenchmarkTier compares an operation through a tier of three replicas with one through a tier under vanilla; and under vanilla with a
// call of the same handler, without Midas, in one process. Requests go to the leader of the tier's log, or to every replica in turn.
func BenchmarkTier(b *testing.B) {
	for _, log := range []string{"memory", "disk"} {
		for _, commit := range []string{"safe", "fast"} {
			for _, a := range arms {
				b.Run(fmt.Sprintf("%s/%s/%s", log, commit, a), func(b *testing.B) {
					benchmarkTier(b, tiers.Place{Style: a.style, Technique: a.technique, Commit: commit, Log: log})
				})
			}
		}
	}
}

// ways are where clients send to.
type ways struct{ leader, every *grpc.ClientConn }

func (t *tier) ways(b *testing.B) ways {
	every := t.dial(b, t.members...)
	ask(b, every) // so that there is a leader
	return ways{t.dial(b, t.members[t.rest(b)[0].Leader-1]), every}
}

func benchmarkTier(b *testing.B, p tiers.Place) {
	tier := startTier(b, p)
	subject := tier.ways(b)
	name, base := "vanilla", ways{}
	if p.Technique == name {
		conn := startAlone(b)
		name, base = "grpc", ways{conn, conn}
	} else {
		baseline := p
		baseline.Style, baseline.Technique = "active", name
		base = startTier(b, baseline).ways(b)
	}
	b.Run("leader", func(b *testing.B) { tier.measure(b, p, name, base.leader, subject.leader) })
	b.Run("any", func(b *testing.B) { tier.measure(b, p, name, base.every, subject.every) })
}

func (t *tier) measure(b *testing.B, p tiers.Place, baseline string, base, subject *grpc.ClientConn) {
	for range 20 { // until connections stand and caches are warm
		ask(b, base)
		ask(b, subject)
	}
	before := t.rest(b)[0].Stats
	turns{baseline: baseline, runs: 1}.measure(b, func() { ask(b, base) }, func() { ask(b, subject) })
	after := t.rest(b)[0].Stats
	bytes, ops := after.PiggybackedBytes-before.PiggybackedBytes, after.Operations-before.Operations
	b.ReportMetric(float64(bytes)/float64(ops), "piggyback-B/op")
	t.check(b, p.Technique)
}

// check fails if the replicas are not as the technique promises: what does not converge need not be measured.
func (t *tier) check(tb testing.TB, technique string) {
	tb.Helper()
	statuses := t.rest(tb)
	for _, s := range statuses[1:] {
		equal := s.Digest == statuses[0].Digest
		if diverge := technique == string(compensate.Vanilla); equal == diverge {
			tb.Errorf("replicas 1 and %d under %s: states equal is %v", s.Replica, technique, equal)
		}
		if s.Stats.Operations != statuses[0].Stats.Operations {
			tb.Errorf("replica %d ran %d operations, replica 1 ran %d", s.Replica, s.Stats.Operations, statuses[0].Stats.Operations)
		}
	}
}

// What is measured must also work.
func TestTierConverges(t *testing.T) {
	for _, a := range arms {
		t.Run(a.String(), func(t *testing.T) {
			tier := startTier(t, tiers.Place{Style: a.style, Technique: a.technique, Log: "memory"})
			conn := tier.dial(t, tier.members...)
			for range 5 {
				ask(t, conn)
			}
			tier.check(t, a.technique)
		})
	}
}

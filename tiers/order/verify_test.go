package order

import (
	"testing"
	"time"
)

// verify waits for the verdict.
func verify(t *testing.T, l Log) bool {
	t.Helper()
	verdict := make(chan bool, 1)
	l.Verify(func(leads bool) { verdict <- leads })
	select {
	case leads := <-verdict:
		return leads
	case <-time.After(5 * time.Second):
		t.Fatal("Verify does not answer")
		return false
	}
}

func TestVerifyAndLease(t *testing.T) {
	g := newGroup(t, "")
	leader, l := g.lead()
	for range 10 {
		if !verify(t, l) {
			t.Error("the leader is not verified")
		}
	}
	if !l.Lease() {
		t.Error("the leader has no lease right after it was verified")
	}
	for r, l := range g.logs {
		if r != leader && (verify(t, l) || l.Lease()) {
			t.Errorf("replica %d, a follower, is taken for the leader", r)
		}
	}
	for r := range g.logs {
		if r != leader {
			g.stop(r)
		}
	}
	if verify(t, l) {
		t.Error("a leader without followers is verified")
	}
	if l.Lease() {
		t.Error("a leader that stepped down has a lease")
	}
	g.stop(leader)
	if verify(t, l) || l.Lease() || l.Append(nil) {
		t.Error("a closed log is taken for the leader's")
	}
}

func TestVerifyAlone(t *testing.T) {
	l, err := openAlone(t, "", &Floor{})
	if err != nil {
		t.Fatal(err)
	}
	g := &group{t: t, logs: map[int]Log{1: l}}
	g.lead()
	if !verify(t, l) || !l.Lease() {
		t.Error("a replica alone in its group is not certain to lead")
	}
	g.stop(1)
}

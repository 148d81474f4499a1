package core_test

import (
	"testing"

	"github.com/midas-tiers/midas/tiers/core"
)

// A request that comes between two leaders is proposed as soon as the next one is known: its caller repeats it only later and later.
func TestRequestBetweenLeaders(t *testing.T) {
	c, err := core.New(core.Config{
		Tier: "b", Replica: 1, Incarnation: 1,
		Footprint:      func(*core.Entry, string) core.Footprint { return core.Footprint{} },
		Plan:           func(*core.Entry) (string, bool) { return "reexecute", false },
		OffersRequests: func(string) bool { return false },
	})
	if err != nil {
		t.Fatal(err)
	}
	c.Leader(2)
	c.Leader(0)
	op := core.OpID("c/1").Nested("1")
	if outs := c.Receive(&core.Msg{Kind: core.Request, FromTier: "a", FromReplica: 1, Op: op, Method: "m"}); len(outs) > 0 {
		t.Fatalf("nobody leads, and the replica says %v", outs)
	}
	var proposed []core.OpID
	for _, o := range c.Leader(3) {
		if s, ok := o.(core.Send); ok && s.Replica == 3 && s.Msg.Kind == core.Proposal {
			proposed = append(proposed, s.Msg.Op)
		}
	}
	if len(proposed) != 1 || proposed[0] != op {
		t.Errorf("the next leader is asked for %v, want %s", proposed, op)
	}
}

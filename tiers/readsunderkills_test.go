package tiers

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/midas-tiers/midas/tiers/wire"
)

// The same over real logs, whose leaders are stopped.
func TestReadsAreLinearizableUnderKills(t *testing.T) {
	for _, lease := range []bool{false, true} {
		t.Run(fmt.Sprintf("lease=%v", lease), func(t *testing.T) {
			c := newClusterOf(t, shelf, styles[0])
			c.place.Lease = lease
			c.startAll()
			w := c.watchCounter(4)
			for range 2 {
				w.more(60)
				leader := c.leader("shelf")
				c.stop(leader.String())
				w.more(60)
				c.start(leader.Tier, leader.Replica)
			}
			w.more(60)
			history := w.end()
			if porcupine.CheckOperationsTimeout(counter, history, 20*time.Second) != porcupine.Ok {
				t.Error("the history is not linearizable")
			}
			c.wantEqual()
		})
	}
}

// watched are clients that count and read, and remember what they saw.
type watched struct {
	load
	mu      sync.Mutex
	history []porcupine.Operation
}

func (c *cluster) watchCounter(clients int) *watched {
	w := &watched{load: load{t: c.t, stop: make(chan struct{})}}
	began := time.Now()
	for id := range clients {
		conn := c.client()
		w.wait.Go(func() {
			for i := id; ; i++ {
				select {
				case <-w.stop:
					return
				default:
				}
				method, call := []string{countMethod, getMethod}[i%2], time.Since(began)
				var got number
				if err := conn.Invoke(context.Background(), method, &number{Value: 1}, &got); err != nil {
					c.t.Error(err)
					return
				}
				w.mu.Lock()
				w.history = append(w.history, porcupine.Operation{
					ClientId: id, Input: method, Call: int64(call), Output: got.Value, Return: int64(time.Since(began)),
				})
				w.mu.Unlock()
				w.acknowledged.Add(1)
			}
		})
	}
	return w
}

func (w *watched) end() []porcupine.Operation {
	w.load.end()
	return w.history
}

// leader is the replica that leads a tier.
func (c *cluster) leader(tier string) wire.ID {
	c.t.Helper()
	for range 200 {
		for _, m := range c.place.Tiers[tier] {
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			s, err := Inspect(ctx, m.Peer, false)
			cancel()
			if err == nil && s.Leader == m.ID {
				return wire.ID{Tier: tier, Replica: m.ID}
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	c.t.Fatalf("nobody leads %s", tier)
	return wire.ID{}
}

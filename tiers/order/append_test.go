package order

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// lead waits for a leader that believes so itself.
func (g *group) lead() (int, Log) {
	g.t.Helper()
	var leader int
	g.until("a leader", func() bool {
		for r, l := range g.logs {
			if l.Leader() == r {
				leader = r
				return true
			}
		}
		return false
	})
	return leader, g.logs[leader]
}

func TestAppendKeepsOrder(t *testing.T) {
	for name, dir := range map[string]string{"memory": "", "disk": t.TempDir()} {
		t.Run(name, func(t *testing.T) {
			g := newGroup(t, dir)
			_, leader := g.lead()
			var want []string
			for i := range 3000 {
				text := fmt.Sprint(i)
				want = append(want, text)
				if !leader.Append([]byte(text)) {
					t.Fatalf("the leader refuses entry %d", i)
				}
			}
			for r, l := range g.logs {
				g.until(fmt.Sprintf("all entries at replica %d", r), func() bool { return len(read(l)) >= len(want) })
				if !slices.Equal(read(l), want) {
					t.Errorf("replica %d has the entries in another order", r)
				}
			}
		})
	}
}

func TestOnlyTheLeaderAppends(t *testing.T) {
	g := newGroup(t, "")
	leader, _ := g.lead()
	for r, l := range g.logs {
		if took := l.Append([]byte("x")); took != (r == leader) {
			t.Errorf("replica %d: Append returns %v, leader is %d", r, took, leader)
		}
	}
}

func TestQueueIsBounded(t *testing.T) {
	q := newQueue()
	large := make([]byte, maxQueued)
	if !q.put(large) {
		t.Error("an empty queue refuses an entry")
	}
	if q.put(nil) {
		t.Error("a full queue takes an entry")
	}
	if got := q.take(); len(got) != 1 || !q.put(large) {
		t.Errorf("took %d entries, want 1 and room for another", len(got))
	}
}

// Whoever waits at Ready learns of a new leader.
func TestReadyTellsOfLeaders(t *testing.T) {
	g := newGroup(t, "")
	leader, _ := g.lead()
	told := make(chan int)
	for r, l := range g.logs {
		if r == leader {
			continue
		}
		g.until("every replica knows the leader", func() bool { return l.Leader() == leader })
		go func() {
			for l.Leader() == leader {
				<-l.Ready()
			}
			told <- r
		}()
	}
	g.stop(leader)
	for range g.logs {
		select {
		case <-told:
		case <-time.After(5 * time.Second):
			t.Fatal("Ready does not tell that the leader is gone")
		}
	}
}

package tiers

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/midas-tiers/midas/tiers/core"
)

// crowd has many clients, each younger than the one before, ask a tier that remembers few.
func crowd(s *system, clients int) {
	for i := range clients {
		s.call(s.all[i%3], fmt.Sprintf("shelf:c@%d/1", 100+i), countMethod, 1)
	}
	s.settle()
}

func (s *system) ask(op core.OpID, method string) answer {
	s.t.Helper()
	w := make(waiter, 1)
	request, err := marshal(&number{Value: 1})
	if err != nil {
		s.t.Fatal(err)
	}
	s.nodes[s.all[1]].admit(&core.ClientRequest{Op: op, Method: method, Request: request}, w)
	for range patience {
		select {
		case a := <-w:
			return a
		default:
			s.tick(1)
		}
	}
	s.t.Fatalf("operation %s gets no answer", op)
	return answer{}
}

// A tier remembers so many clients. What one that it has forgotten asks is refused, because it may have run; the others are answered.
func TestForgottenClientsAreRefused(t *testing.T) {
	eachStyle(t, func(t *testing.T, a arm) {
		s := newShelf(t, a, func(p *Place) { p.Clients = 8 })
		crowd(s, 40)
		for _, n := range s.nodes {
			if got := n.core.Stats().Clients; got > 8 {
				t.Errorf("replica %d remembers %d clients, want 8 at most", n.place.Replica, got)
			}
		}
		old := s.ask("shelf:c@100/1", countMethod)
		if !old.Refused || old.Floor < 100 {
			t.Fatalf("a retry of the oldest client: %+v, want it refused with a floor", old)
		}
		if err := old.refusal(); status.Code(err) != codes.Aborted || !strings.Contains(err.Error(), "too old") {
			t.Errorf("the client hears %v", err)
		}
		if young := s.ask("shelf:c@139/1", countMethod); young.Refused {
			t.Error("a retry of the youngest client is refused")
		}
		s.settle()
		for _, id := range s.all {
			if got := s.impls[id].(*shelfService).Cells[1]; got != 40 {
				t.Errorf("%s counts %d, want 40: nothing runs twice", id, got)
			}
		}
	})
}

// An edge, and a client with the interceptor, take new names when theirs are too old; a request that may have run before does not.
func TestSessionsAreRenewed(t *testing.T) {
	c := newCluster(t, styles[0])
	c.place.Clients = 8
	c.startAll()
	conn, plain := c.client(), c.dial()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	call := func(ctx context.Context, conn *grpc.ClientConn, what string) error {
		t.Helper()
		err := conn.Invoke(ctx, pureMethod, &number{}, &number{}, grpc.WaitForReady(true))
		if err != nil && what != "" {
			t.Errorf("%s: %v", what, err)
		}
		return err
	}
	call(ctx, conn, "a client")
	call(ctx, plain, "a client without a name")
	future := time.Now().Add(time.Hour).Unix()
	for i := range int64(30) {
		named := metadata.AppendToOutgoingContext(ctx, metaOpID, fmt.Sprintf("crowd@%d/1", future+i))
		call(named, plain, "a client of the crowd")
	}
	call(ctx, conn, "a client whose name is forgotten")
	for range 3 { // at every edge
		call(ctx, plain, "a client without a name, at an edge whose name is forgotten")
	}
	named := metadata.AppendToOutgoingContext(ctx, metaOpID, "crowd@1/1")
	if err := call(named, plain, ""); status.Code(err) != codes.Aborted || !strings.Contains(err.Error(), "whether it ran is not known") {
		t.Errorf("a client that is too old: got %v, want ABORTED", err)
	}
	if s := c.quiet("tier2")[0]; s.Stats.Core.Clients > 12 { // the new names are older than those of the crowd, and push nobody out
		t.Errorf("the tier remembers %d clients, want 12 at most", s.Stats.Core.Clients)
	}
	for key, m := range c.up {
		if foo, ok := m.impl.(*fooService); ok && foo.Pures != 36 {
			t.Errorf("%s counts %d operations, want 36", key, foo.Pures)
		}
	}
}

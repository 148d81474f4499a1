package tiers

import (
	"context"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/midas-tiers/midas/compensate"
)

func TestKilledReplicasReturnUnderLoad(t *testing.T) {
	for _, a := range append(styles, arm{styleLeader, compensate.Auto}, arm{styleActive, compensate.Contaminated}) {
		t.Run(a.String(), func(t *testing.T) {
			c := newCluster(t, a)
			c.startAll()
			l := c.load(8)
			l.more(30)
			c.stop("tier2/1")
			c.stop("tier3/2")
			l.more(30)
			c.start("tier2", 1)
			c.start("tier3", 2)
			l.more(30)
			n := l.end()
			c.wantEqual()
			c.wantCounts(n)
		})
	}
}

// Images are taken while clients are at work, and a replica that was away starts from one.
func TestBarrierUnderLoad(t *testing.T) {
	eachStyle(t, func(t *testing.T, a arm) {
		c := newCluster(t, a)
		c.startAll()
		l := c.load(8)
		l.more(20)
		for key, p := range c.up {
			n := p.replica.node
			if !n.post(context.Background(), n.askForBarrier) {
				t.Fatalf("%s has ended", key)
			}
		}
		l.more(20)
		c.stop("tier2/3")
		c.start("tier2", 3)
		l.more(20)
		n := l.end()
		c.wantEqual()
		c.wantCounts(n)
		for _, tier := range []string{"tier2", "tier3"} {
			for _, s := range c.quiet(tier) {
				if s.Image == 0 {
					t.Errorf("%s/%d has no image", tier, s.Replica)
				}
			}
		}
	})
}

func TestEdgeCarriesMetadataAndStatus(t *testing.T) {
	c := newCluster(t, arm{styleLeader, compensate.Reexecute})
	c.startAll()
	conn := c.dial()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	ctx = metadata.AppendToOutgoingContext(ctx, "colour", "red")
	var header, trailer metadata.MD
	var out number
	err := conn.Invoke(ctx, pureMethod, &number{}, &out, grpc.WaitForReady(true), grpc.Header(&header), grpc.Trailer(&trailer))
	if err != nil || out.Value != 1 {
		t.Fatalf("got %v and error %v, want 1", out.Value, err)
	}
	if got := header.Get("seen"); len(got) != 1 || got[0] != "red" {
		t.Errorf("header seen is %v, want red: the interceptor did not run with the request's metadata", got)
	}
	if got := trailer.Get("end"); len(got) != 1 {
		t.Errorf("trailer end is %v, want yes", got)
	}
	if err := conn.Invoke(ctx, badMethod, &number{Value: 1}, &out); status.Code(err) != codes.Internal {
		t.Errorf("got %v, want INTERNAL", err)
	}
	ctx = metadata.AppendToOutgoingContext(ctx, metaOpID, "no number")
	if err := conn.Invoke(ctx, pureMethod, &number{}, &out); status.Code(err) != codes.InvalidArgument {
		t.Errorf("got %v, want INVALID_ARGUMENT", err)
	}
}

// A call that no handler makes goes to the callee's replicas as a client's does.
func TestCallOutsideOperation(t *testing.T) {
	c := newCluster(t, arm{styleLeader, compensate.Reexecute})
	c.startAll()
	foo := c.up["tier2/2"].impl.(*fooService)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := foo.bar.Invoke(ctx, barMethod, &number{Value: 1}, &number{}, grpc.WaitForReady(true)); err != nil {
		t.Fatal(err)
	}
	c.wantEqual()
	for _, s := range c.quiet("tier3") {
		if s.Stats.Operations != 1 {
			t.Errorf("%s/%d ran %d operations, want 1", s.Tier, s.Replica, s.Stats.Operations)
		}
	}
}

func TestMemoryReplicaMayNotReturn(t *testing.T) {
	c := newCluster(t, arm{styleLeader, compensate.Contaminated})
	c.place.Log = "memory"
	c.startAll()
	l := c.load(2)
	l.more(5)
	c.stop("tier2/2")
	l.more(5) // the group goes on without it
	p := c.start("tier2", 2)
	delete(c.up, "tier2/2")
	select {
	case err := <-p.ended:
		if err == nil || !strings.Contains(err.Error(), "replica tier2/2: refused by its group: it took part before and has lost its log") {
			t.Errorf("got %v", err)
		}
	case <-time.After(10 * time.Second):
		p.server.Stop()
		t.Error("the replica serves")
	}
	l.end()
}

func TestServeRefusesClearly(t *testing.T) {
	c := newCluster(t, arm{styleLeader, compensate.Reexecute})
	fail := func(what, want string) {
		t.Helper()
		p := c.start("tier2", 2)
		delete(c.up, "tier2/2")
		select {
		case err := <-p.ended:
			if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%s: got %v, want one line with %q", what, err, want)
			}
		case <-time.After(5 * time.Second):
			p.server.Stop()
			t.Fatalf("%s: the replica serves", what)
		}
	}
	other := c.place
	other.Tier, other.Replica = "tier3", 1
	f, _ := reopen(t, filepath.Join(c.dir, "tier2-2"), &other)
	fail("data folder in use", "is in use by another process")
	f.close()
	fail("data folder of another tier", `belongs to replica 1 of 3 of tier "tier3", not to replica 2 of 3 of tier "tier2"`)
	lis, err := net.Listen("tcp", c.place.Tiers["tier2"][1].Peer)
	if err != nil {
		t.Fatal(err)
	}
	defer lis.Close()
	fail("port in use", "address already in use")
}

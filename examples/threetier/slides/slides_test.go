package slides_test

import (
	"context"
	"net"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"

	"github.com/midas-tiers/midas/examples/threetier/slides/slidespb"
	"github.com/midas-tiers/midas/examples/threetier/slides/tier2"
	"github.com/midas-tiers/midas/examples/threetier/slides/tier3"
)

// serve starts a server in this process and returns a connection to it.
func serve(t *testing.T, register func(grpc.ServiceRegistrar)) *grpc.ClientConn {
	t.Helper()
	lis := bufconn.Listen(1 << 16)
	s := grpc.NewServer()
	register(s)
	go s.Serve(lis)
	t.Cleanup(s.Stop)
	conn, err := grpc.NewClient("passthrough:bufconn",
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return lis.DialContext(ctx) }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func TestFoo(t *testing.T) {
	ctx := t.Context()
	bar := slidespb.NewTier3Client(serve(t, func(r grpc.ServiceRegistrar) { slidespb.RegisterTier3Server(r, tier3.NewServer()) }))
	foo := slidespb.NewTier2Client(serve(t, func(r grpc.ServiceRegistrar) { slidespb.RegisterTier2Server(r, tier2.NewServer(bar)) }))
	for range 3 {
		if _, err := foo.Foo(ctx, &slidespb.FooRequest{}); err != nil {
			t.Fatal(err)
		}
	}
	two, err := foo.Inspect(ctx, &slidespb.InspectRequest{})
	if err != nil {
		t.Fatal(err)
	}
	three, err := bar.Inspect(ctx, &slidespb.InspectRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if two.GetB() != two.GetA()+5 || two.GetC() == 0 || two.GetD() != two.GetC()*60 || two.GetCalls() != 3 {
		t.Errorf("tier 2 = %v", two)
	}
	if three.GetF() != two.GetA()+5 || three.GetCalls() != 3 {
		t.Errorf("tier 3 = %v where tier 2 = %v", three, two)
	}
}

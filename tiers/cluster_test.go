package tiers

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	"github.com/midas-tiers/midas/compensate"
)

// cluster is a system on loopback: real raft, TCP and gRPC. Clients come to its first tier.
type cluster struct {
	t        *testing.T
	programs []program
	place    Place
	dir      string
	up       map[string]*member
}

// member stands for one operating-system process.
type member struct {
	replica *replica
	server  *grpc.Server
	impl    service
	ended   chan error
}

// newCluster is that of the slides' example.
func newCluster(t *testing.T, a arm) *cluster { return newClusterOf(t, slides, a) }

func newClusterOf(t *testing.T, programs []program, a arm) *cluster {
	c := &cluster{t: t, programs: programs, dir: t.TempDir(), up: make(map[string]*member), place: placeOf(programs, a)}
	for _, p := range programs {
		for _, id := range replicas(p.tier) {
			c.place.Tiers[p.tier] = append(c.place.Tiers[p.tier], Member{ID: id.Replica, Addr: freeAddr(t), Peer: freeAddr(t)})
		}
	}
	t.Cleanup(func() {
		for key := range c.up {
			c.stop(key)
		}
		wantNoGoroutines(t)
	})
	return c
}

// wantNoGoroutines checks that nothing of a replica runs once all have stopped. Operations that were parked stay so for good.
func wantNoGoroutines(t *testing.T) {
	t.Helper()
	var left []string
	for range 100 {
		stacks := make([]byte, 1<<20)
		stacks = stacks[:runtime.Stack(stacks, true)]
		left = nil
		for _, g := range strings.Split(string(stacks), "\n\n") {
			for _, what := range []string{"tiers.(*node).loop", "tiers/wire.", "tiers/order.", "hashicorp/raft"} {
				if strings.Contains(g, what) {
					left = append(left, g)
					break
				}
			}
		}
		if len(left) == 0 {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Errorf("%d goroutines go on after the replicas have stopped, such as:\n%s", len(left), left[0])
}

// lastPort makes freeAddr give no port twice; it starts anywhere, so that test processes do not meet.
var lastPort atomic.Uint32

func init() { lastPort.Store(rand.Uint32N(10000)) }

// freeAddr returns an address that nobody listens on. Its port is below those that systems give to outgoing connections: one of these
// could take it before the replica does.
func freeAddr(t *testing.T) string {
	t.Helper()
	for range 100 {
		addr := fmt.Sprintf("127.0.0.1:%d", 20000+lastPort.Add(1)%10000)
		if lis, err := net.Listen("tcp", addr); err == nil {
			lis.Close()
			return addr
		}
	}
	t.Fatal("no port is free")
	return ""
}

func (c *cluster) startAll() {
	for _, p := range c.programs {
		for _, id := range replicas(p.tier) {
			c.start(id.Tier, id.Replica)
		}
	}
}

func (c *cluster) start(tier string, number int) *member {
	c.t.Helper()
	place := c.place
	place.Tier, place.Replica = tier, number
	place.Data = c.folder(tier, number)
	return c.startAt(place)
}

func (c *cluster) folder(tier string, number int) string {
	return filepath.Join(c.dir, fmt.Sprintf("%s-%d", tier, number))
}

// startAt starts the replica of a place.
func (c *cluster) startAt(place Place) *member {
	c.t.Helper()
	tier, number := place.Tier, place.Replica
	p := &member{replica: newReplica(&place), ended: make(chan error, 1)}
	p.server = grpc.NewServer(grpc.UnaryInterceptor(echoHeader))
	reg := registrar{server: p.server, replica: p.replica}
	for _, pr := range c.programs {
		if pr.tier == tier {
			var desc *grpc.ServiceDesc
			desc, p.impl = pr.build(&place)
			reg.RegisterService(desc, p.impl)
		}
	}
	lis, err := net.Listen("tcp", place.Tiers[tier][number-1].Addr)
	if err != nil {
		c.t.Fatal(err)
	}
	go func() { p.ended <- p.replica.serve(p.server, lis) }()
	c.up[fmt.Sprintf("%s/%d", tier, number)] = p
	return p
}

// echoHeader is a user's interceptor: it sees the request's metadata and sets a header and trailer.
func echoHeader(ctx context.Context, in any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	md, _ := metadata.FromIncomingContext(ctx)
	grpc.SetHeader(ctx, metadata.Pairs("seen", strings.Join(md.Get("colour"), ",")))
	grpc.SetTrailer(ctx, metadata.Pairs("end", "yes"))
	return next(ctx, in)
}

func (c *cluster) stop(key string) {
	p := c.up[key]
	delete(c.up, key)
	p.server.Stop()
	select {
	case <-p.ended:
	case <-time.After(10 * time.Second):
		c.t.Errorf("replica %s does not stop", key)
	}
}

func (c *cluster) dial(opts ...grpc.DialOption) *grpc.ClientConn {
	var addrs []string
	for _, m := range c.place.Tiers[c.programs[0].tier] {
		addrs = append(addrs, m.Addr)
	}
	target, more := Failover(addrs...)
	conn, err := grpc.NewClient(target, append(append(opts, more...), grpc.WithTransportCredentials(insecure.NewCredentials()))...)
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { conn.Close() })
	return conn
}

func (c *cluster) client() *grpc.ClientConn {
	return c.dial(grpc.WithUnaryInterceptor(ClientInterceptor(ClientConfig{})))
}

// load is a number of clients that call Foo until they are stopped.
type load struct {
	t            *testing.T
	acknowledged atomic.Int64
	stop         chan struct{}
	wait         sync.WaitGroup
}

func (c *cluster) load(clients int) *load {
	l := &load{t: c.t, stop: make(chan struct{})}
	for range clients {
		conn := c.client()
		l.wait.Go(func() {
			for {
				select {
				case <-l.stop:
					return
				default:
				}
				if err := conn.Invoke(context.Background(), fooMethod, &number{}, &number{}); err != nil {
					c.t.Error(err)
					return
				}
				l.acknowledged.Add(1)
			}
		})
	}
	return l
}

// more waits until n more operations are acknowledged.
func (l *load) more(n int64) {
	l.t.Helper()
	want := l.acknowledged.Load() + n
	for range 3000 {
		if l.acknowledged.Load() >= want {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	l.t.Errorf("%d operations acknowledged, want %d: no progress", l.acknowledged.Load(), want)
}

func (l *load) end() int {
	close(l.stop)
	l.wait.Wait()
	return int(l.acknowledged.Load())
}

// quiet waits until every replica of the tier is at rest at one index and returns their statuses.
func (c *cluster) quiet(tier string) []Status {
	c.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	var last []Status
	var failed error
	for time.Now().Before(deadline) {
		last, failed = c.statuses(tier)
		if failed == nil && last[0].Applied == last[1].Applied && last[1].Applied == last[2].Applied {
			return last
		}
		time.Sleep(50 * time.Millisecond)
	}
	c.t.Fatalf("%s does not come to rest: %+v, %v", tier, last, failed)
	return nil
}

func (c *cluster) statuses(tier string) ([]Status, error) {
	var out []Status
	for _, m := range c.place.Tiers[tier] {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		s, err := Inspect(ctx, m.Peer, true)
		cancel()
		if err != nil {
			return nil, err
		}
		out = append(out, s)
		if !s.Quiet {
			return out, errors.New("not quiet")
		}
	}
	return out, nil
}

func (c *cluster) wantEqual() {
	c.t.Helper()
	for _, p := range c.programs {
		tier := p.tier
		s := c.quiet(tier)
		for _, other := range s[1:] {
			if d := compensate.Diff(s[0].Leaves, other.Leaves); len(d) > 0 || s[0].Digest != other.Digest {
				c.t.Errorf("%s/%d differs: %v", tier, other.Replica, d)
			}
		}
	}
}

func (c *cluster) wantCounts(ops int) {
	c.t.Helper()
	for key, p := range c.up {
		if begun, ended := p.impl.counts(); begun != ops || ended != ops {
			c.t.Errorf("%s began %d and ended %d operations, %d were acknowledged", key, begun, ended, ops)
		}
	}
}

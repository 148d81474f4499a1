package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/midas-tiers/midas/tiers"
)

// serveVariable makes the test binary the service, as a rewritten program is one, on the address it holds.
const serveVariable = "BENCH_SERVE"

func TestMain(m *testing.M) {
	if addr := os.Getenv(serveVariable); addr != "" {
		fmt.Fprintln(os.Stderr, serve(addr))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// serve is the main function of the rewritten program.
func serve(addr string) error {
	lis, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	s := tiers.NewServer()
	tiers.Registrar(s).RegisterService(&ledgerDesc, newLedger())
	return tiers.Serve(s, lis)
}

// start starts the service as a process; place is "" for one without Midas.
func start(tb testing.TB, addr, place string) {
	tb.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), serveVariable+"="+addr, tiers.PlaceVariable+"="+place)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		if tb.Failed() {
			tb.Log(stderr.String())
		}
	})
}

// tier is a tier of three replicas of the service.
type tier struct{ members []tiers.Member }

func startTier(tb testing.TB, p tiers.Place) *tier {
	tb.Helper()
	t := &tier{}
	for id := 1; id <= 3; id++ {
		t.members = append(t.members, tiers.Member{ID: id, Addr: freeAddr(tb), Peer: freeAddr(tb)})
	}
	dir := tb.TempDir()
	p.Version, p.Tier, p.Tiers = 2, "ledger", map[string][]tiers.Member{"ledger": t.members}
	for _, m := range t.members {
		p.Replica, p.Data = m.ID, filepath.Join(dir, fmt.Sprint(m.ID))
		place, err := json.Marshal(p)
		if err != nil {
			tb.Fatal(err)
		}
		start(tb, m.Addr, string(place))
	}
	return t
}

// dial returns a client that sends each operation to the next of the members.
func (t *tier) dial(tb testing.TB, members ...tiers.Member) *grpc.ClientConn {
	tb.Helper()
	var addrs []string
	for _, m := range members {
		addrs = append(addrs, m.Addr)
	}
	target, opts := tiers.Failover(addrs...)
	return dial(tb, target, append(opts, grpc.WithUnaryInterceptor(tiers.ClientInterceptor(tiers.ClientConfig{})))...)
}

// startAlone starts the service without Midas and returns a client of it.
func startAlone(tb testing.TB) *grpc.ClientConn {
	tb.Helper()
	addr := freeAddr(tb)
	start(tb, addr, "")
	return dial(tb, addr)
}

func dial(tb testing.TB, target string, opts ...grpc.DialOption) *grpc.ClientConn {
	tb.Helper()
	conn, err := grpc.NewClient(target, append(opts, grpc.WithTransportCredentials(insecure.NewCredentials()))...)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { conn.Close() })
	return conn
}

// ask sends one operation, and waits for a service that is still starting.
func ask(tb testing.TB, conn *grpc.ClientConn) {
	if err := conn.Invoke(context.Background(), payMethod, pay, &number{}, grpc.WaitForReady(true)); err != nil {
		tb.Fatal(err)
	}
}

// rest waits until every replica is quiet at one log index and returns what they say of themselves.
func (t *tier) rest(tb testing.TB) []tiers.Status {
	tb.Helper()
	var last []tiers.Status
	for range 200 {
		last = nil
		quiet := true
		for _, m := range t.members {
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
			s, err := tiers.Inspect(ctx, m.Peer, false)
			cancel()
			quiet = quiet && err == nil && s.Quiet
			last = append(last, s)
		}
		if quiet && last[0].Applied == last[1].Applied && last[1].Applied == last[2].Applied {
			return last
		}
		time.Sleep(50 * time.Millisecond)
	}
	tb.Fatalf("the tier does not come to rest: %+v", last)
	return nil
}

// lastPort makes freeAddr give no port twice; it starts anywhere, so that test processes do not meet.
var lastPort atomic.Uint32

func init() { lastPort.Store(rand.Uint32N(10000)) }

// freeAddr returns an address that nobody listens on. Its port is below those that systems give to outgoing connections: one of these
// could take it before the process does.
func freeAddr(tb testing.TB) string {
	tb.Helper()
	for range 100 {
		addr := fmt.Sprintf("127.0.0.1:%d", 20000+lastPort.Add(1)%10000)
		if lis, err := net.Listen("tcp", addr); err == nil {
			lis.Close()
			return addr
		}
	}
	tb.Fatal("no port is free")
	return ""
}

package tiers

import (
	"context"
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
)

// serveVariable makes the test binary a server, as a rewritten program is one, on the address it holds.
const serveVariable = "TIERS_TEST_SERVE"

func TestMain(m *testing.M) {
	if addr := os.Getenv(serveVariable); addr != "" {
		serveFoo(addr)
		return
	}
	os.Exit(m.Run())
}

// serveFoo is the main function of a rewritten program.
func serveFoo(addr string) {
	lis, err := net.Listen("tcp", addr)
	if err != nil {
		panic(err)
	}
	conn, err := NewClient("passthrough:///nowhere", grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		os.Stderr.WriteString(err.Error() + "\n")
		os.Exit(1)
	}
	s := NewServer()
	Registrar(s).RegisterService(&fooDesc, &fooService{bar: conn})
	if err := Serve(s, lis); err != nil {
		os.Stderr.WriteString(err.Error() + "\n")
		os.Exit(1)
	}
}

func startServer(t *testing.T, addr, place string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), serveVariable+"="+addr, PlaceVariable+"="+place)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		if t.Failed() {
			t.Log(stderr.String())
		}
	})
	return cmd
}

func callAt(t *testing.T, addr, method string, opts ...grpc.DialOption) (int64, error) {
	t.Helper()
	conn, err := grpc.NewClient(addr, append(opts, grpc.WithTransportCredentials(insecure.NewCredentials()))...)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	var out number
	err = conn.Invoke(ctx, method, &number{}, &out, grpc.WaitForReady(true))
	return out.Value, err
}

func TestProcessIsKilledAndReturns(t *testing.T) { eachArm(t, testProcess) }

func testProcess(t *testing.T, a arm) {
	t.Parallel()
	addr, peer := freeAddr(t), freeAddr(t)
	place, err := json.Marshal(Place{
		Version: 2, Tier: "tier2", Replica: 1, Style: a.style, Technique: string(a.technique), Data: t.TempDir(),
		Tiers: map[string][]Member{"tier2": {{ID: 1, Addr: addr, Peer: peer}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for life := int64(0); life < 2; life++ {
		cmd := startServer(t, addr, string(place))
		for i := int64(1); i <= 3; i++ {
			got, err := callAt(t, addr, pureMethod, grpc.WithUnaryInterceptor(ClientInterceptor(ClientConfig{})))
			if err != nil || got != 3*life+i {
				t.Fatalf("life %d, call %d: got %d and error %v, want %d", life, i, got, err, 3*life+i)
			}
		}
		_, err := callAt(t, addr, fooMethod)
		if status.Code(err) != codes.FailedPrecondition || !strings.Contains(err.Error(), "passthrough:///nowhere") {
			t.Errorf("a call to what is no tier: got %v, want FAILED_PRECONDITION naming the target", err)
		}
		s, err := Inspect(context.Background(), peer, true)
		if err != nil || s.Incarnation != uint64(life)+1 || len(s.Leaves) == 0 {
			t.Errorf("status %+v and error %v, want incarnation %d and leaves", s, err, life+1)
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		cmd.Wait()
	}
}

func TestWithoutPlaceIsGRPC(t *testing.T) {
	addr := freeAddr(t)
	startServer(t, addr, "")
	for want := int64(1); want <= 2; want++ {
		if got, err := callAt(t, addr, pureMethod); err != nil || got != want {
			t.Fatalf("got %d and error %v, want %d", got, err, want)
		}
	}
	_, err := callAt(t, addr, fooMethod) // dials: the connection is grpc's own
	if code := status.Code(err); code != codes.Unavailable && code != codes.DeadlineExceeded {
		t.Errorf("got %v, want what grpc says of an address that nobody has", err)
	}
}

func TestBadPlaceIsOneLine(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), serveVariable+"="+freeAddr(t), PlaceVariable+`={"version":2,"tier":"a","technique":"magic"}`)
	out, err := cmd.CombinedOutput()
	if err == nil || strings.Count(string(out), "\n") != 1 || !strings.Contains(string(out), PlaceVariable) {
		t.Errorf("got %q and error %v, want one line and a failure", out, err)
	}
}

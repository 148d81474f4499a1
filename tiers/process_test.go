package tiers

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
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

// A replica is killed and its disk is gone; the one that takes its place is killed again and again before it has a vote. At the end the two
// that stayed are not needed both any more.
func TestReplacementIsKilled(t *testing.T) {
	t.Parallel()
	p := Place{Version: 2, Tier: "tier2", Technique: "reexecute", Tiers: make(map[string][]Member)}
	var members []Member
	for id := 1; id <= 3; id++ {
		members = append(members, Member{ID: id, Addr: freeAddr(t), Peer: freeAddr(t)})
	}
	p.Tiers["tier2"] = members
	dir := t.TempDir()
	launch := func(id int, replace bool) *exec.Cmd {
		p := p
		p.Replica, p.Replace, p.Data = id, replace, filepath.Join(dir, fmt.Sprint(id))
		return startServer(t, members[id-1].Addr, string(must(json.Marshal(p))))
	}
	kill := func(cmd *exec.Cmd) {
		cmd.Process.Kill()
		cmd.Wait()
	}
	up := map[int]*exec.Cmd{1: launch(1, false), 2: launch(2, false), 3: launch(3, false)}
	count := int64(0)
	call := func(at int) {
		t.Helper()
		count++
		got, err := callAt(t, members[at-1].Addr, pureMethod, grpc.WithUnaryInterceptor(ClientInterceptor(ClientConfig{})))
		if err != nil || got != count {
			t.Fatalf("call %d: got %d and error %v", count, got, err)
		}
	}
	call(1)
	kill(up[2])
	if err := os.RemoveAll(filepath.Join(dir, "2")); err != nil {
		t.Fatal(err)
	}
	call(3)
	for i := range 6 {
		cmd := launch(2, i == 0) // its folder remembers the word, if it came so far
		time.Sleep(time.Duration(100+150*i) * time.Millisecond)
		kill(cmd)
		call(1)
	}
	launch(2, true)
	wantVote(t, members[1].Peer)
	kill(up[3])
	call(1)
	call(2)
}

func wantVote(t *testing.T, peer string) {
	t.Helper()
	for range 400 {
		if s, err := Inspect(t.Context(), peer, false); err == nil && s.Joined && !s.Replaces {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatal("the replica gets no vote")
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

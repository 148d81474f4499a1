package up

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"google.golang.org/grpc"

	midasrt "github.com/midas-tiers/midas/runtime"
	"github.com/midas-tiers/midas/tiers"
)

// TestMain lets the test binary play a replica.
func TestMain(m *testing.M) {
	if addr := os.Getenv("UP_TEST_ADDR"); addr != "" {
		serve(addr)
		return
	}
	os.Exit(m.Run())
}

// serve is a replica, or a server that midas has not built.
func serve(addr string) {
	place, err := tiers.ParsePlace(os.Getenv(tiers.PlaceVariable))
	if err != nil {
		panic(err)
	}
	lis, err := net.Listen("tcp", addr)
	if err != nil {
		panic(err)
	}
	dir, _ := os.Getwd()
	fmt.Printf("replica %d of %s, pid %d, in %s, args %s\n", place.Replica, place.Tier, os.Getpid(), filepath.Base(dir), os.Args[1:])
	if os.Getenv("UP_TEST_PLAIN") != "" {
		panic(grpc.NewServer().Serve(lis))
	}
	midasrt.Table(midasrt.Method{Name: "/up.Test/Nothing"})
	s := tiers.NewServer()
	tiers.Registrar(s).RegisterService(&grpc.ServiceDesc{ServiceName: "up.Test", HandlerType: (*any)(nil), Methods: []grpc.MethodDesc{{MethodName: "Nothing"}}}, &struct{}{})
	panic(tiers.Serve(s, lis))
}

// stage is a topology of three replicas that this test binary plays.
const stage = `
version: 1
tiers:
  shop:
    binary: %s
    dir: work-{{.Replica}}
    args: [-n, "{{.Replica}}"]
    env: {UP_TEST_ADDR: "{{.Addr}}"}
    replicas: [{addr: 127.0.0.1:0, peer: 127.0.0.1:0}, {addr: 127.0.0.1:0, peer: 127.0.0.1:0}, {addr: 127.0.0.1:0, peer: 127.0.0.1:0}]
`

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "topology.yaml")
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// running is a Run under way.
type running struct {
	stdout, stderr safeBuffer
	stop           context.CancelFunc
	result         chan error
}

func begin(t *testing.T, text string) *running {
	t.Helper()
	r := launch(t, Config{Topology: write(t, text)})
	r.until(t, "all 3 replicas serve")
	return r
}

func launch(t *testing.T, c Config) *running {
	ctx, stop := context.WithCancel(t.Context())
	r := &running{stop: stop, result: make(chan error, 1)}
	c.Stdout, c.Stderr = &r.stdout, &r.stderr
	go func() { r.result <- Run(ctx, c) }()
	return r
}

func (r *running) end(t *testing.T) {
	t.Helper()
	r.stop()
	if err := <-r.result; err != nil {
		t.Errorf("Run = %v", err)
	}
}

// until waits for text on stderr.
func (r *running) until(t *testing.T, text string) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !strings.Contains(r.stderr.String(), text); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("no %q\nstderr:\n%s\nstdout:\n%s", text, r.stderr.String(), r.stdout.String())
		}
	}
}

// pid of the named replica.
func (r *running) pid(t *testing.T, name string) int {
	t.Helper()
	for line := range strings.Lines(r.stdout.String()) {
		var tier string
		var replica, pid int
		if text, ok := strings.CutPrefix(line, name+" | "); ok {
			if _, err := fmt.Sscanf(text, "replica %d of %s pid %d,", &replica, &tier, &pid); err != nil {
				t.Fatalf("%q: %v", line, err)
			}
			return pid
		}
	}
	t.Fatalf("%s has printed nothing:\n%s", name, r.stdout.String())
	return 0
}

func alive(pid int) bool { return syscall.Kill(pid, 0) == nil }

func TestRunStopsCleanly(t *testing.T) {
	r := begin(t, fmt.Sprintf(stage, os.Args[0]))
	var pids []int
	for i := range 3 {
		name := fmt.Sprintf("shop/%d", i+1)
		pids = append(pids, r.pid(t, name))
		want := fmt.Sprintf("in work-%d, args [-n %d]\n", i+1, i+1)
		if !strings.Contains(r.stdout.String(), want) {
			t.Errorf("%s did not print %q:\n%s", name, want, r.stdout.String())
		}
	}
	r.stop()
	if err := <-r.result; err != nil {
		t.Errorf("Run = %v", err)
	}
	for _, pid := range pids {
		if alive(pid) {
			t.Errorf("process %d is left", pid)
		}
	}
	if strings.Contains(r.stderr.String(), "exited") {
		t.Errorf("stderr names exits that were asked for:\n%s", r.stderr.String())
	}
}

func TestRunNamesExits(t *testing.T) {
	r := begin(t, fmt.Sprintf(stage, os.Args[0]))
	syscall.Kill(r.pid(t, "shop/2"), syscall.SIGKILL)
	r.until(t, "midas: shop/2 exited: signal: killed; it is not started again\n")
	if !alive(r.pid(t, "shop/1")) {
		t.Error("shop/1 went with shop/2")
	}
	syscall.Kill(r.pid(t, "shop/1"), syscall.SIGKILL)
	syscall.Kill(r.pid(t, "shop/3"), syscall.SIGKILL)
	if err := <-r.result; err == nil || err.Error() != "no replica is left" {
		t.Errorf("Run = %v, want no replica is left", err)
	}
}

func TestRunRefuses(t *testing.T) {
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer lis.Close()
	good := fmt.Sprintf(stage, os.Args[0])
	file := write(t, "a file")
	for _, c := range []struct {
		name, text string
		topology   bool // the fault is the topology's
		want       string
	}{
		{"duplicate address", strings.ReplaceAll(good, "addr: 127.0.0.1:0", "addr: 127.0.0.1:7999"), true, "already used by"},
		{"unknown technique", "technique: magic\n" + good, true, `unknown technique "magic"`},
		{"even", strings.Replace(good, "[{addr: 127.0.0.1:0, peer: 127.0.0.1:0}, ", "[", 1), true, "must be odd"},
		{"template", strings.Replace(good, "{{.Replica}}", "{{.Nonsense}}", 1), true, `Nonsense`},
		{"unknown tier in a template", strings.Replace(good, `"{{.Replica}}"`, `'{{addr "stock" 1}}'`, 1), true, `no tier "stock"`},
		{"replica out of range", strings.Replace(good, `"{{.Replica}}"`, `'{{peer "shop" 4}}'`, 1), true, "no replica 4 of tier shop, which has 3"},
		{"port in use", strings.Replace(good, "127.0.0.1:0", lis.Addr().String(), 1), false,
			"shop/1: address " + lis.Addr().String() + " is in use"},
		{"no binary", fmt.Sprintf(stage, "nowhere"), false, "nowhere"},
		{"build fails", strings.Replace(good, "binary: "+os.Args[0], "package: ./nowhere", 1), false, "build ./nowhere: does not build"},
		{"data folder", strings.Replace(good, "version: 1\n", "version: 1\ndata: "+file+"/data\n", 1), false, "data folder: mkdir " + file},
		{"replica fails", strings.Replace(good, `"{{.Addr}}"`, "nowhere", 1), false, "exited: exit status 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var stdout, stderr safeBuffer
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			err := Run(ctx, Config{Topology: write(t, c.text), Stdout: &stdout, Stderr: &stderr,
				Build: func(context.Context, string, map[string]string) error { return errors.New("does not build") }})
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Fatalf("Run = %v, want one line with %q", err, c.want)
			}
			if got := errors.As(err, new(*TopologyError)); got != c.topology {
				t.Errorf("Run = %v: fault of the topology is %v, want %v", err, got, c.topology)
			}
			if started := strings.Contains(stdout.String(), "replica"); started {
				t.Errorf("something was started:\n%s", stdout.String())
			}
		})
	}
}

// TestRunNamesWhatIsNoReplica: a program that midas has not built serves, but replicates nothing.
func TestRunNamesWhatIsNoReplica(t *testing.T) {
	text := strings.Replace(fmt.Sprintf(stage, os.Args[0]), "env: {", `env: {UP_TEST_PLAIN: "{{if eq .Replica 2}}yes{{end}}", `, 1)
	var stdout, stderr safeBuffer
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	err := Run(ctx, Config{Topology: write(t, text), Stdout: &stdout, Stderr: &stderr})
	if err == nil || !strings.HasPrefix(err.Error(), "shop/2 is not a Midas replica: ") ||
		!strings.HasSuffix(err.Error(), "; build its program with midas build") || strings.Contains(err.Error(), "\n") {
		t.Errorf("Run = %v, want one line that names shop/2 and what to do", err)
	}
	if strings.Contains(stderr.String(), "serve") {
		t.Errorf("stderr says that all is well:\n%s", stderr.String())
	}
	r := &running{}
	r.stdout.Write([]byte(stdout.String()))
	for i := range 3 {
		if pid := r.pid(t, fmt.Sprintf("shop/%d", i+1)); alive(pid) {
			t.Errorf("process %d is left", pid)
		}
	}
}

type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

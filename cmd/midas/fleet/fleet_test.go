package fleet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// TestMain lets the test binary play the processes of a fleet.
func TestMain(m *testing.M) {
	if role := os.Getenv("FLEET_TEST_ROLE"); role != "" {
		play(role)
		return
	}
	os.Exit(m.Run())
}

func play(role string) {
	switch role {
	case "fail":
		fmt.Println("about to fail")
		os.Exit(3)
	case "parent": // a fleet of its own, whose process must not survive it
		f := New(Config{Log: NewLog(os.Stdout, 0, false)})
		if err := f.Start(Command{Name: "child", Path: os.Args[0], Env: []string{"FLEET_TEST_ROLE=serve"}, Addr: os.Getenv("FLEET_TEST_ADDR")}); err != nil {
			panic(err)
		}
		if err := f.Serving(context.Background()); err != nil {
			panic(err)
		}
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
	case "stubborn":
		signal.Ignore(syscall.SIGTERM)
		serve()
	case "listen": // listens, and never serves
		if _, err := net.Listen("tcp", os.Getenv("FLEET_TEST_ADDR")); err != nil {
			panic(err)
		}
		time.Sleep(time.Hour)
	case "serve":
		serve()
	}
}

// serve answers every connection with one byte, as an HTTP/2 server would speak first.
func serve() {
	lis, err := net.Listen("tcp", os.Getenv("FLEET_TEST_ADDR"))
	if err != nil {
		panic(err)
	}
	fmt.Println("serving")
	for {
		conn, err := lis.Accept()
		if err != nil {
			panic(err)
		}
		conn.Write([]byte{0})
		conn.Close()
	}
}

// command is one that plays the role.
func command(t *testing.T, name, role string) Command {
	t.Helper()
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer lis.Close()
	addr := lis.Addr().String()
	return Command{
		Name: name, Path: os.Args[0], Addr: addr,
		Env: []string{"FLEET_TEST_ROLE=" + role, "FLEET_TEST_ADDR=" + addr},
	}
}

func deadline(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

func TestKillAndRestart(t *testing.T) {
	var out safeBuffer
	f := New(Config{Log: NewLog(&out, 3, false), OnExit: func(e Exit) { t.Errorf("told of an exit that was asked for: %v", e) }})
	t.Cleanup(f.Stop)
	a, b := command(t, "a/1", "serve"), command(t, "a/2", "serve")
	for _, c := range []Command{a, b} {
		if err := f.Start(c); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Serving(deadline(t, 20*time.Second)); err != nil {
		t.Fatal(err)
	}
	if err := f.Start(a); err == nil {
		t.Error("a running process was started again")
	}
	if err := f.Kill("a/1"); err != nil {
		t.Fatal(err)
	}
	if greets(t.Context(), a.Addr) {
		t.Error("a/1 serves after it was killed")
	}
	if !greets(t.Context(), b.Addr) {
		t.Error("a/2 went with a/1")
	}
	if err := f.Restart("a/1"); err != nil {
		t.Fatal(err)
	}
	if err := f.Serving(deadline(t, 20*time.Second)); err != nil {
		t.Fatal(err)
	}
	f.Stop()
	if greets(t.Context(), a.Addr) || greets(t.Context(), b.Addr) {
		t.Error("a process serves after Stop")
	}
	if err := f.Restart("a/1"); err == nil {
		t.Error("restarted after Stop")
	}
	if got := strings.Count(out.String(), "a/1 | serving\n"); got != 2 {
		t.Errorf("%d lines of a/1, want 2:\n%s", got, out.String())
	}
}

// TestKillWaits: what was killed can be started again at once.
func TestKillWaits(t *testing.T) {
	f := New(Config{})
	t.Cleanup(f.Stop)
	if err := f.Start(command(t, "a/1", "serve")); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if err := f.Kill("a/1"); err != nil {
			t.Fatal(err)
		}
		if err := f.Restart("a/1"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestExitIsTold(t *testing.T) {
	exits := make(chan Exit, 1)
	f := New(Config{OnExit: func(e Exit) { exits <- e }})
	t.Cleanup(f.Stop)
	if err := f.Start(command(t, "orders/2", "fail")); err != nil {
		t.Fatal(err)
	}
	const want = "orders/2 exited: exit status 3"
	err := f.Serving(deadline(t, 20*time.Second))
	if err == nil || err.Error() != want {
		t.Errorf("Serving = %v, want %s", err, want)
	}
	if got := <-exits; got.Error() != want {
		t.Errorf("told %v, want %s", got, want)
	}
}

func TestListeningIsNotServing(t *testing.T) {
	f := New(Config{})
	t.Cleanup(f.Stop)
	c := command(t, "a/1", "listen")
	if err := f.Start(c); err != nil {
		t.Fatal(err)
	}
	for {
		conn, err := net.Dial("tcp", c.Addr)
		if err == nil {
			conn.Close()
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if err := f.Serving(deadline(t, 100*time.Millisecond)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Serving = %v, want %v", err, context.DeadlineExceeded)
	}
}

func TestStopKillsTheStubborn(t *testing.T) {
	f := New(Config{Grace: 50 * time.Millisecond})
	c := command(t, "a/1", "stubborn")
	if err := f.Start(c); err != nil {
		t.Fatal(err)
	}
	if err := f.Serving(deadline(t, 20*time.Second)); err != nil {
		t.Fatal(err)
	}
	f.Stop()
	if greets(t.Context(), c.Addr) {
		t.Error("it survived Stop")
	}
}

func TestLog(t *testing.T) {
	for _, c := range []struct {
		name   string
		colour bool
		want   string
	}{
		{"plain", false, "front/1  | one\nfront/1  | two\norders/1 | last\n"},
		{"colour", true, "\x1b[36mfront/1  |\x1b[0m one\n\x1b[36mfront/1  |\x1b[0m two\n\x1b[33morders/1 |\x1b[0m last\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			l := NewLog(&out, 8, c.colour)
			front, orders := l.writer("front/1"), l.writer("orders/1")
			fmt.Fprint(front, "on")
			fmt.Fprint(orders, "la")
			fmt.Fprint(front, "e\r\ntwo\n")
			fmt.Fprint(orders, "st")
			front.Close()
			orders.Close()
			if got := out.String(); got != c.want {
				t.Errorf("log = %q, want %q", got, c.want)
			}
		})
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

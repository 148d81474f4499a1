package wire

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/raft"
)

var (
	one = ID{Tier: "a", Replica: 1}
	two = ID{Tier: "a", Replica: 2}
)

func listen(t *testing.T, self ID, addr string, peers map[ID]string, handle Handler) *TCP {
	t.Helper()
	l, err := Listen(TCPConfig{Self: self, Addr: addr, Peers: peers, Handle: handle, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func collect(ch chan *Frame) Handler {
	return func(f *Frame, _ func(*Frame)) { ch <- f }
}

func receive(t *testing.T, ch chan *Frame) *Frame {
	t.Helper()
	select {
	case f := <-ch:
		return f
	case <-time.After(5 * time.Second):
		t.Fatal("no frame arrived")
		return nil
	}
}

func TestFramesArriveAfterPeerReturns(t *testing.T) {
	got := make(chan *Frame, 1000)
	b := listen(t, two, "127.0.0.1:0", nil, collect(got))
	addr := b.Addr()
	a := listen(t, one, "127.0.0.1:0", map[ID]string{two: addr}, collect(make(chan *Frame, 1)))
	want := &Frame{Kind: Message, From: one, Leader: 3, Body: bytes.Repeat([]byte{1, 2}, 1<<12)}
	a.Send(two, want)
	if d := cmp.Diff(want, receive(t, got)); d != "" {
		t.Errorf("frame (-sent +got):\n%s", d)
	}
	b.Close()
	listen(t, two, addr, nil, collect(got))
	for range 500 { // the first ones are lost with the connection
		a.Send(two, &Frame{Kind: Message, From: one})
		select {
		case <-got:
			return
		case <-time.After(10 * time.Millisecond):
		}
	}
	t.Fatal("nothing arrives after the peer has returned")
}

func TestSendNeverBlocks(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0") // accepts by the kernel's grace and reads nothing
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	a := listen(t, one, "127.0.0.1:0", map[ID]string{two: silent.Addr().String()}, nil)
	done := make(chan struct{})
	go func() {
		for range 3 * queueLength {
			a.Send(two, &Frame{Body: make([]byte, 4096)})
		}
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(3 * time.Second):
		t.Fatal("Send waits for a peer that reads nothing")
	}
}

func TestStreamsShareThePort(t *testing.T) {
	got := make(chan *Frame, 1)
	b := listen(t, two, "127.0.0.1:0", nil, collect(got))
	a := listen(t, one, "127.0.0.1:0", map[ID]string{two: b.Addr()}, nil)
	a.Send(two, &Frame{Kind: Hello})
	receive(t, got)
	out, err := a.Streams().Dial(raft.ServerAddress(b.Addr()), time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	in, err := b.Streams().Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	if _, err := out.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	var text [1]byte
	if _, err := in.Read(text[:]); err != nil || text[0] != 'x' {
		t.Errorf("read %q and error %v, want x: the preamble must not reach raft", text, err)
	}
}

func TestAsk(t *testing.T) {
	b := listen(t, two, "127.0.0.1:0", nil, func(f *Frame, answer func(*Frame)) {
		if f.Kind == Inspect {
			answer(&Frame{Kind: Report, From: two, Body: f.Body})
		}
	})
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	f, err := Ask(ctx, b.Addr(), &Frame{Kind: Inspect, Body: []byte("q")})
	if err != nil || f.Kind != Report || string(f.Body) != "q" {
		t.Errorf("got %v, %v", f, err)
	}
	if _, err := Ask(ctx, b.Addr(), &Frame{Kind: Hello}); err == nil || !strings.Contains(err.Error(), "deadline") {
		t.Errorf("got %v, want the context's end", err)
	}
}

func TestPortInUse(t *testing.T) {
	a := listen(t, one, "127.0.0.1:0", nil, nil)
	if _, err := Listen(TCPConfig{Self: two, Addr: a.Addr()}); err == nil || !strings.Contains(err.Error(), a.Addr()) {
		t.Errorf("got %v, want an error that names the address", err)
	}
}

package order

import (
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/raft"
)

// A slow answer counts from when it was asked for; a refusal does not count.
func TestAnswersCountFromTheAsking(t *testing.T) {
	open := func() (transport, raft.ServerAddress) {
		lis, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		tr := newTransport(raft.NewNetworkTransport(stream{lis}, 1, time.Second, nil), newVerifier(time.Second))
		t.Cleanup(func() { tr.Close() })
		return tr, raft.ServerAddress(lis.Addr().String())
	}
	leader, _ := open()
	follower, addr := open()
	const slow = 50 * time.Millisecond
	go func() {
		for rpc := range follower.NetworkTransport.Consumer() {
			time.Sleep(slow)
			term := rpc.Command.(*raft.AppendEntriesRequest).Term
			rpc.Respond(&raft.AppendEntriesResponse{Term: max(term, 5), Success: term >= 5}, nil)
		}
	}()
	for _, c := range []struct {
		term    uint64
		accepts bool
	}{{4, false}, {5, true}} {
		before := time.Now()
		if err := leader.AppendEntries("2", addr, &raft.AppendEntriesRequest{Term: c.term, PrevLogEntry: 1}, &raft.AppendEntriesResponse{}); err != nil {
			t.Fatal(err)
		}
		sent, noted := leader.verifier.sent["2"]
		if noted != c.accepts || noted && sent.Sub(before) >= slow {
			t.Errorf("term %d: noted %v, %v after the asking; want %v, at once", c.term, noted, sent.Sub(before), c.accepts)
		}
	}
}

// A follower that refuses appends now and then does not keep the leader from going on, or from closing.
func TestRefusedAppendsDoNotWedge(t *testing.T) {
	peers := make(map[int]string)
	listeners := make(map[int]net.Listener)
	for r := 1; r <= 2; r++ {
		lis, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		listeners[r], peers[r] = lis, lis.Addr().String()
	}
	follower := raft.NewNetworkTransport(stream{listeners[2]}, 3, time.Second, io.Discard)
	defer follower.Close()
	go refuseSome(follower)
	l, err := OpenRaft(RaftConfig{Replica: 1, Peers: peers, Stream: stream{listeners[1]}, Election: 100 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(time.Second); time.Now().Before(end); time.Sleep(100 * time.Microsecond) {
		l.Append([]byte("x"))
	}
	if got := len(read(l)); got < 100 {
		t.Errorf("only %d entries in a second", got)
	}
	closed := make(chan error, 1)
	go func() { closed <- l.Close() }()
	select {
	case <-closed:
	case <-time.After(10 * time.Second):
		t.Fatal("Close does not return")
	}
}

// refuseSome is a follower that votes for whoever asks, remembers nothing, and refuses every 20th append.
func refuseSome(t *raft.NetworkTransport) {
	appends := 0
	for rpc := range t.Consumer() {
		switch q := rpc.Command.(type) {
		case *raft.RequestPreVoteRequest:
			rpc.Respond(&raft.RequestPreVoteResponse{Term: q.Term, Granted: true}, nil)
		case *raft.RequestVoteRequest:
			rpc.Respond(&raft.RequestVoteResponse{Term: q.Term, Granted: true}, nil)
		case *raft.AppendEntriesRequest:
			appends++
			time.Sleep(time.Millisecond) // so that more are under way
			rpc.Respond(&raft.AppendEntriesResponse{
				Term: q.Term, Success: appends%20 != 0, LastLog: q.PrevLogEntry, NoRetryBackoff: true,
			}, nil)
		}
	}
}

// A snapshot of what is applied is answered and never reaches raft; a later one does.
func TestOldSnapshotsAreKeptFromRaft(t *testing.T) {
	open := func() (transport, raft.ServerAddress) {
		lis, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		tr := newTransport(raft.NewNetworkTransport(stream{lis}, 1, time.Second, io.Discard), newVerifier(time.Second))
		t.Cleanup(func() { tr.Close() })
		return tr, raft.ServerAddress(lis.Addr().String())
	}
	leader, _ := open()
	follower, addr := open()
	done := make(chan struct{})
	defer close(done)
	go follower.screen(func() uint64 { return 8 }, done)
	reached := make(chan uint64, 3)
	go func() {
		for {
			select {
			case rpc := <-follower.Consumer():
				reached <- rpc.Command.(*raft.InstallSnapshotRequest).LastLogIndex
				io.Copy(io.Discard, rpc.Reader)
				rpc.Respond(&raft.InstallSnapshotResponse{Success: true}, nil)
			case <-done:
				return
			}
		}
	}()
	for _, index := range []uint64{5, 8, 9} {
		q := raft.InstallSnapshotRequest{LastLogIndex: index, Size: 4}
		var a raft.InstallSnapshotResponse
		if err := leader.InstallSnapshot("2", addr, &q, &a, strings.NewReader("text")); err != nil || !a.Success {
			t.Errorf("snapshot of %d: %v, %+v", index, err, a)
		}
	}
	if got := <-reached; got != 9 || len(reached) > 0 {
		t.Errorf("raft has got the snapshot of %d first and %d more, want that of 9 only", got, len(reached))
	}
}

package order

import (
	"net"
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
		tr := transport{raft.NewNetworkTransport(stream{lis}, 1, time.Second, nil), newVerifier(3, time.Second)}
		t.Cleanup(func() { tr.Close() })
		return tr, raft.ServerAddress(lis.Addr().String())
	}
	leader, _ := open()
	follower, addr := open()
	const slow = 50 * time.Millisecond
	go func() {
		for rpc := range follower.Consumer() {
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

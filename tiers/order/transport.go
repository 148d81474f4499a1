package order

import (
	"io"
	"time"

	"github.com/hashicorp/raft"
)

// transport is raft's, and tells the verifier what followers answer. It keeps old snapshots from raft; see screen.
type transport struct {
	*raft.NetworkTransport
	verifier *verifier
	requests chan raft.RPC
}

var (
	_ raft.Transport   = transport{}
	_ raft.WithPreVote = transport{}
	_ raft.WithClose   = transport{}
)

func newTransport(t *raft.NetworkTransport, v *verifier) transport {
	return transport{t, v, make(chan raft.RPC)}
}

// AppendEntries is raft.Transport's.
func (t transport) AppendEntries(id raft.ServerID, addr raft.ServerAddress, q *raft.AppendEntriesRequest, a *raft.AppendEntriesResponse) error {
	sent := time.Now()
	err := t.NetworkTransport.AppendEntries(id, addr, q, a)
	if err == nil && a.Success && a.Term == q.Term {
		t.verifier.accepted(id, q.Term, sent)
	}
	return err
}

// Consumer is raft.Transport's.
func (t transport) Consumer() <-chan raft.RPC { return t.requests }

// screen passes on what comes from other replicas, until done. A snapshot of what is applied already is answered here: raft would install
// it, and lose the entries after it, which it has acknowledged. One comes when a log takes over a seat at the lost one's address: the
// leader's goroutine for that one makes a last attempt, and reaches the new one.
func (t transport) screen(applied func() uint64, done <-chan struct{}) {
	for {
		var rpc raft.RPC
		select {
		case rpc = <-t.NetworkTransport.Consumer():
		case <-done:
			return
		}
		if q, ok := rpc.Command.(*raft.InstallSnapshotRequest); ok && q.LastLogIndex <= applied() {
			io.Copy(io.Discard, rpc.Reader) // what cannot be read fails the connection's next request
			header := raft.RPCHeader{ProtocolVersion: q.ProtocolVersion}
			rpc.Respond(&raft.InstallSnapshotResponse{RPCHeader: header, Term: q.Term, Success: true}, nil)
			continue
		}
		select {
		case t.requests <- rpc:
		case <-done:
			return
		}
	}
}

package order

import (
	"time"

	"github.com/hashicorp/raft"
)

// transport is raft's, and tells the verifier what followers answer.
type transport struct {
	*raft.NetworkTransport
	verifier *verifier
}

var (
	_ raft.Transport   = transport{}
	_ raft.WithPreVote = transport{}
	_ raft.WithClose   = transport{}
)

// AppendEntries is raft.Transport's.
func (t transport) AppendEntries(id raft.ServerID, addr raft.ServerAddress, q *raft.AppendEntriesRequest, a *raft.AppendEntriesResponse) error {
	sent := time.Now()
	err := t.NetworkTransport.AppendEntries(id, addr, q, a)
	if err == nil && a.Success && a.Term == q.Term {
		t.verifier.accepted(id, q.Term, sent)
	}
	return err
}

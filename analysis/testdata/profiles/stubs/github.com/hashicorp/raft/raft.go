// Package raft has the declarations of github.com/hashicorp/raft that state machines name.
package raft

import (
	"io"
	"time"
)

type LogType uint8

const (
	LogCommand LogType = iota
	LogNoop
	LogBarrier
	LogConfiguration
)

type Log struct {
	Index      uint64
	Term       uint64
	Type       LogType
	Data       []byte
	Extensions []byte
	AppendedAt time.Time
}

type FSM interface {
	Apply(*Log) interface{}
	Snapshot() (FSMSnapshot, error)
	Restore(snapshot io.ReadCloser) error
}

type BatchingFSM interface {
	ApplyBatch([]*Log) []interface{}
	FSM
}

type FSMSnapshot interface {
	Persist(sink SnapshotSink) error
	Release()
}

type SnapshotSink interface {
	io.WriteCloser
	ID() string
	Cancel() error
}

type Future interface{ Error() error }

type ApplyFuture interface {
	Future
	Index() uint64
	Response() interface{}
}

type Raft struct{}

func (r *Raft) Apply(cmd []byte, timeout time.Duration) ApplyFuture { return nil }

// Package statemachine has the declarations of github.com/lni/dragonboat/v4/statemachine that state machines name.
package statemachine

import "io"

type Result struct {
	Value uint64
	Data  []byte
}

type Entry struct {
	Index  uint64
	Cmd    []byte
	Result Result
}

type SnapshotFile struct {
	FileID   uint64
	Filepath string
	Metadata []byte
}

type ISnapshotFileCollection interface {
	AddFile(fileID uint64, path string, metadata []byte)
}

type IStateMachine interface {
	Update(Entry) (Result, error)
	Lookup(interface{}) (interface{}, error)
	SaveSnapshot(io.Writer, ISnapshotFileCollection, <-chan struct{}) error
	RecoverFromSnapshot(io.Reader, []SnapshotFile, <-chan struct{}) error
	Close() error
}

type IConcurrentStateMachine interface {
	Update([]Entry) ([]Entry, error)
	Lookup(interface{}) (interface{}, error)
	PrepareSnapshot() (interface{}, error)
	SaveSnapshot(interface{}, io.Writer, ISnapshotFileCollection, <-chan struct{}) error
	RecoverFromSnapshot(io.Reader, []SnapshotFile, <-chan struct{}) error
	Close() error
}

type IOnDiskStateMachine interface {
	Open(stopc <-chan struct{}) (uint64, error)
	Update([]Entry) ([]Entry, error)
	Lookup(interface{}) (interface{}, error)
	Sync() error
	PrepareSnapshot() (interface{}, error)
	SaveSnapshot(interface{}, io.Writer, <-chan struct{}) error
	RecoverFromSnapshot(io.Reader, <-chan struct{}) error
	Close() error
}

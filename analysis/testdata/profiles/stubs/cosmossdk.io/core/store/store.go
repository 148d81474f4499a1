// Package store has the declarations of cosmossdk.io/core/store that keepers name.
package store

import "context"

type Iterator interface {
	Domain() (start, end []byte)
	Valid() bool
	Next()
	Key() (key []byte)
	Value() (value []byte)
	Error() error
	Close() error
}

type KVStore interface {
	Get(key []byte) ([]byte, error)
	Has(key []byte) (bool, error)
	Set(key, value []byte) error
	Delete(key []byte) error
	Iterator(start, end []byte) (Iterator, error)
	ReverseIterator(start, end []byte) (Iterator, error)
}

type KVStoreService interface {
	OpenKVStore(context.Context) KVStore
}

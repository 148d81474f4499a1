// Package types has the declarations of cosmossdk.io/store/types that keepers name.
package types

type StoreKey interface {
	Name() string
	String() string
}

type KVStoreKey struct{ name string }

func NewKVStoreKey(name string) *KVStoreKey { return &KVStoreKey{name} }

func (k *KVStoreKey) Name() string   { return k.name }
func (k *KVStoreKey) String() string { return k.name }

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
	Get(key []byte) []byte
	Has(key []byte) bool
	Set(key, value []byte)
	Delete(key []byte)
	Iterator(start, end []byte) Iterator
	ReverseIterator(start, end []byte) Iterator
}

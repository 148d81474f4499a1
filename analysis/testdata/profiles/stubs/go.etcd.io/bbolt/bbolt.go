// Package bbolt has the declarations of go.etcd.io/bbolt that state machines name.
package bbolt

type DB struct{}

func (db *DB) Update(fn func(*Tx) error) error { return fn(&Tx{}) }
func (db *DB) View(fn func(*Tx) error) error   { return fn(&Tx{}) }

type Tx struct{}

func (tx *Tx) Bucket(name []byte) *Bucket                           { return &Bucket{} }
func (tx *Tx) CreateBucketIfNotExists(name []byte) (*Bucket, error) { return &Bucket{}, nil }

type Bucket struct{}

func (b *Bucket) Get(key []byte) []byte              { return nil }
func (b *Bucket) Put(key []byte, value []byte) error { return nil }
func (b *Bucket) Delete(key []byte) error            { return nil }
func (b *Bucket) NextSequence() (uint64, error)      { return 0, nil }

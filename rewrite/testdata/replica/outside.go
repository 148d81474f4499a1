package main

import (
	"database/sql"
	"database/sql/driver"
	"errors"
)

// store is a database that replicas share. It gives out keys and counts what it stores.
type store struct{ rows int64 }

func (s *store) Open(string) (driver.Conn, error)           { return s, nil }
func (s *store) Prepare(string) (driver.Stmt, error)        { return s, nil }
func (s *store) Begin() (driver.Tx, error)                  { return nil, errors.New("no transactions") }
func (s *store) Close() error                               { return nil }
func (s *store) NumInput() int                              { return -1 }
func (s *store) Query([]driver.Value) (driver.Rows, error)  { return nil, errors.New("no queries") }
func (s *store) LastInsertId() (int64, error)               { return s.rows, nil }
func (s *store) RowsAffected() (int64, error)               { return 1, nil }
func (s *store) Exec([]driver.Value) (driver.Result, error) { s.rows++; return s, nil }

var outside = new(store)

func init() { sql.Register("outside", outside) }

func database() *sql.DB {
	db, err := sql.Open("outside", "")
	if err != nil {
		panic(err)
	}
	db.SetMaxOpenConns(1)
	return db
}

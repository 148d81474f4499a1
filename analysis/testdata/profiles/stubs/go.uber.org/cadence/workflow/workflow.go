// Package workflow has the declarations of go.uber.org/cadence/workflow that workflows name.
package workflow

import "time"

type Context interface {
	Deadline() (deadline time.Time, ok bool)
	Err() error
	Value(key interface{}) interface{}
}

type Future interface {
	Get(ctx Context, valuePtr interface{}) error
	IsReady() bool
}

func ExecuteActivity(ctx Context, activity interface{}, args ...interface{}) Future { return nil }
func Now(ctx Context) time.Time                                                     { return time.Time{} }

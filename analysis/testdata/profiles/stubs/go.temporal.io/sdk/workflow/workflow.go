// Package workflow has the declarations of go.temporal.io/sdk/workflow that workflows name.
package workflow

import (
	"time"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/log"
)

type Context interface {
	Deadline() (deadline time.Time, ok bool)
	Done() Channel
	Err() error
	Value(key interface{}) interface{}
}

type CancelFunc func()

type ActivityOptions struct {
	TaskQueue           string
	StartToCloseTimeout time.Duration
}

type Future interface {
	Get(ctx Context, valuePtr interface{}) error
	IsReady() bool
}

type ChildWorkflowFuture interface {
	Future
	GetChildWorkflowExecution() Future
}

type Channel interface {
	SendChannel
	ReceiveChannel
}

type SendChannel interface {
	Send(ctx Context, v interface{})
	Close()
}

type ReceiveChannel interface {
	Receive(ctx Context, valuePtr interface{}) (more bool)
	ReceiveAsync(valuePtr interface{}) (ok bool)
}

type Selector interface {
	AddFuture(future Future, f func(f Future)) Selector
	AddReceive(c ReceiveChannel, f func(c ReceiveChannel, more bool)) Selector
	Select(ctx Context)
}

type WaitGroup interface {
	Add(delta int)
	Done()
	Wait(ctx Context)
}

func ExecuteActivity(ctx Context, activity interface{}, args ...interface{}) Future { return nil }
func ExecuteChildWorkflow(ctx Context, childWorkflow interface{}, args ...interface{}) ChildWorkflowFuture {
	return nil
}
func SignalExternalWorkflow(ctx Context, workflowID, runID, signalName string, arg interface{}) Future {
	return nil
}
func SideEffect(ctx Context, f func(ctx Context) interface{}) converter.EncodedValue { return nil }
func Now(ctx Context) time.Time                                                      { return time.Time{} }
func NewTimer(ctx Context, d time.Duration) Future                                   { return nil }
func Sleep(ctx Context, d time.Duration) (err error)                                 { return nil }
func Go(ctx Context, f func(ctx Context))                                            {}
func NewSelector(ctx Context) Selector                                               { return nil }
func NewWaitGroup(ctx Context) WaitGroup                                             { return nil }
func NewChannel(ctx Context) Channel                                                 { return nil }
func GetSignalChannel(ctx Context, signalName string) ReceiveChannel                 { return nil }
func GetLogger(ctx Context) log.Logger                                               { return nil }
func IsReplaying(ctx Context) bool                                                   { return false }
func WithActivityOptions(ctx Context, options ActivityOptions) Context               { return ctx }
func SetQueryHandler(ctx Context, queryType string, handler interface{}) error       { return nil }

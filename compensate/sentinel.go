package compensate

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"os"
	"reflect"
	"strings"
)

// sentinels are errors of the standard library that programs compare by identity. In interfaces they go by their place in this list.
// Those of the service's own are package-level variables, so they are objects of the state.
var sentinels = []error{
	io.EOF, io.ErrUnexpectedEOF, io.ErrClosedPipe, io.ErrNoProgress, io.ErrShortBuffer, io.ErrShortWrite,
	context.Canceled, context.DeadlineExceeded,
	os.ErrNotExist, os.ErrExist, os.ErrPermission, os.ErrClosed, os.ErrInvalid, os.ErrDeadlineExceeded, os.ErrProcessDone,
	sql.ErrNoRows, sql.ErrTxDone, sql.ErrConnDone,
}

// sentinelOf returns the place of an interface's content in sentinels, or -1.
func sentinelOf(v reflect.Value) int {
	if !v.Type().Implements(errorType) || !v.Comparable() {
		return -1
	}
	for i, err := range sentinels {
		if v.Equal(reflect.ValueOf(err)) {
			return i
		}
	}
	return -1
}

var (
	errorType   = reflect.TypeFor[error]()
	errorString = reflect.TypeOf(errors.New("")).Elem()
)

// frozen says that a decoder must not write over an existing value of type t. Errors are shared with code that knows nothing of the
// state: a field that held a library's sentinel would have that sentinel overwritten. (errorString has its own way, decoder.frozen.)
func frozen(t reflect.Type) bool {
	return t.PkgPath() == "fmt" && strings.HasPrefix(t.Name(), "wrapError") ||
		t.PkgPath() == "errors" && t.Name() == "joinError"
}

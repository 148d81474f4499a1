package midasrt

import (
	"context"
	"database/sql"
	"io"
	"os"
	"reflect"
)

// sentinels are errors that programs compare by identity. The service's own, package-level variables of type error, follow in index order.
var sentinels = []error{
	io.EOF, io.ErrUnexpectedEOF, io.ErrClosedPipe, io.ErrNoProgress, io.ErrShortBuffer, io.ErrShortWrite,
	context.Canceled, context.DeadlineExceeded,
	os.ErrNotExist, os.ErrExist, os.ErrPermission, os.ErrClosed, os.ErrInvalid, os.ErrDeadlineExceeded, os.ErrProcessDone,
	sql.ErrNoRows, sql.ErrTxDone, sql.ErrConnDone,
}

func allSentinels(yield func(error) bool) {
	for _, err := range sentinels {
		if !yield(err) {
			return
		}
	}
	for _, g := range RegisteredGlobals() {
		if p, ok := g.Ptr.(*error); ok && !yield(*p) {
			return
		}
	}
}

func sentinelIndex(err error) (index int, ok bool) {
	if !reflect.TypeOf(err).Comparable() {
		return 0, false
	}
	for s := range allSentinels {
		if s == err {
			return index, true
		}
		index++
	}
	return 0, false
}

func sentinelAt(i uint64) error {
	for s := range allSentinels {
		if i == 0 {
			return s
		}
		i--
	}
	return nil
}

package slice

import (
	"fmt"
	"os"
	"runtime"
	"time"
)

var t0 time.Time

func phase(name string, args ...any) {
	if os.Getenv("SLICEDEBUG") == "" {
		return
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Fprintln(os.Stderr, time.Since(t0).Milliseconds(), "ms", m.HeapAlloc>>20, "MB", m.Sys>>20, name, fmt.Sprint(args...))
}

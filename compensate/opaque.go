package compensate

import (
	"reflect"
	"strings"
)

// rule says how values of some types are treated other than by their parts.
type rule struct {
	pkg  string // import path; with "/..." the packages below it too
	name string // type name without type arguments; "*" is every type of the package
	as   class
	why  string
}

// rules are searched in order; the first that fits holds. A class of none exempts a type from the rules below it.
var rules = []rule{
	{"sync", "Map", syncMap, "its content is the state, its trie is not"},
	{"sync", "Cond", opaque, "cannot be made without its lock"},
	{"sync", "Pool", opaque, "cannot be made without its function"},
	{"sync", "*", ignored, "locks are no state; their zero value is a free one"},
	{"sync/atomic", "Pointer", atomicPointer, "holds an untyped pointer"},
	{"internal/sync", "*", ignored, "what sync is made of"},

	{"unique", "Handle", refused, "its address is its value"},
	{"weak", "Pointer", refused, "what it points to is not reached"},
	{"embed", "FS", opaque, "part of the program"},

	{"context", "*", opaque, "belongs to a request or a process"},
	{"log", "Logger", opaque, "output, not state"},
	{"log/slog", "Level", none, "a number"},
	{"log/slog", "LevelVar", none, "a number"},
	{"log/slog", "*", opaque, "output, not state"},
	{"time", "Timer", opaque, "bound to this process's timers"},
	{"time", "Ticker", opaque, "bound to this process's timers"},
	{"time", "Location", opaque, "shared by the whole process"},
	{"net", "IP", none, "plain bytes"},
	{"net", "IPMask", none, "plain bytes"},
	{"net", "IPNet", none, "plain bytes"},
	{"net", "HardwareAddr", none, "plain bytes"},
	{"net", "TCPAddr", none, "plain data"},
	{"net", "UDPAddr", none, "plain data"},
	{"net", "IPAddr", none, "plain data"},
	{"net", "UnixAddr", none, "plain data"},
	{"net", "*", opaque, "a connection of this process"},
	{"net/http", "Header", none, "plain data"},
	{"net/http", "Cookie", none, "plain data"},
	{"net/http", "SameSite", none, "plain data"},
	{"net/http/...", "*", opaque, "a connection or a server of this process"},
	{"crypto/tls", "*", opaque, "a connection of this process"},
	{"os", "FileMode", none, "a number"},
	{"os/...", "*", opaque, "a file or process of this machine"},
	{"database/sql/...", "DB", opaque, "an external store"},
	{"database/sql/...", "Conn", opaque, "an external store"},
	{"database/sql/...", "Stmt", opaque, "an external store"},
	{"database/sql/...", "Tx", opaque, "an external store"},
	{"regexp", "Regexp", opaque, "immutable, with caches"},
	{"text/template", "Template", opaque, "code, not state"},
	{"html/template", "Template", opaque, "code, not state"},
	{"expvar", "*", opaque, "metrics, not state"},
	{"runtime/...", "*", opaque, "belongs to this process"},
	{"internal/abi", "Type", opaque, "a type descriptor"},
	{"reflect", "*", opaque, "type descriptors"},

	{"google.golang.org/grpc", "*", opaque, "a connection or a server of this process"},
	{"google.golang.org/grpc/status", "*", none, "plain data"},
	{"google.golang.org/grpc/internal/status", "*", none, "plain data"},
	{"google.golang.org/grpc/codes", "*", none, "a number"},
	{"google.golang.org/grpc/metadata", "*", none, "plain data"},
	{"google.golang.org/grpc/...", "*", opaque, "a connection or a server of this process"},
	{"google.golang.org/protobuf/internal/impl", "MessageInfo", opaque, "a type descriptor"},
	{"github.com/prometheus/client_golang/...", "*", opaque, "metrics, not state"},
	{"go.opentelemetry.io/...", "*", opaque, "metrics and tracing, not state"},
	{"go.uber.org/zap/...", "*", opaque, "output, not state"},
	{"github.com/sirupsen/logrus", "*", opaque, "output, not state"},
	{"github.com/rs/zerolog/...", "*", opaque, "output, not state"},
}

// ruled returns the class that the rules give to t, or none.
func ruled(t reflect.Type) class {
	name, _, _ := strings.Cut(t.Name(), "[")
	if name == "" || t.PkgPath() == "" {
		return none
	}
	for _, r := range rules {
		if (r.name == "*" || r.name == name) && inPackage(t.PkgPath(), r.pkg) {
			return r.as
		}
	}
	return none
}

func inPackage(pkg, pattern string) bool {
	base, below := strings.CutSuffix(pattern, "/...")
	return pkg == base || below && strings.HasPrefix(pkg, base+"/")
}

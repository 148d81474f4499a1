package midasrt

import (
	"reflect"
	"slices"
	"sync"
)

// Method is what analysis found out about one gRPC method.
type Method struct {
	Name    string // "/shop.Orders/Place"
	Slivers []Sliver
	Refused string // why the method could not be treated and must not run at a replica; "" if it was
	// ReadOnly: the method is proven to write no persistent state, to make no nested request and to have no effect outside. It may draw.
	ReadOnly bool
	Leader   string // why the method can run in style leader only; "" if active will do too
}

// Sliver is what may be touched from one communication event of a method to the next.
//
// A place is a field "pkg.Type.field" or variable "pkg.variable", or, as "pkg.Type.field[Path]", what a map field keeps under one key: the
// key always equals the field at that Go path of the method's request, and is text or an integer. A getter on the path yields the zero
// value where a message is missing. "*" meets every place, a field meets each of its keys, and two keys meet if they are equal.
type Sliver struct {
	From         string   // full method of the call, or name of the effect, that was answered; "" for the first sliver
	Reads        []string // persistent places
	Writes       []string // persistent places
	Contaminated []string // of both, those written with, or read at or under, something contaminated
	Offer        bool     // the nested request that ends the sliver is uncontaminated in call, target and number
}

// Global is a package-level variable of the service's own code.
type Global struct {
	Name string // "example.com/shop/stock.shelves"
	Ptr  any    // pointer to the variable
}

var tables struct {
	sync.RWMutex
	methods map[string]Method
	globals []Global
	types   []reflect.Type
	index   map[reflect.Type]int // in types
}

// Table registers methods. Emitted as a package-level variable, as are Globals and Types; the result is always true.
func Table(ms ...Method) bool {
	tables.Lock()
	defer tables.Unlock()
	if tables.methods == nil {
		tables.methods = map[string]Method{}
	}
	for _, m := range ms {
		tables.methods[m.Name] = m
	}
	return true
}

// Globals registers package-level variables. Those of type error are sentinels: a recorded error keeps their identity.
func Globals(g ...Global) bool {
	tables.Lock()
	defer tables.Unlock()
	tables.globals = append(tables.globals, g...)
	return true
}

// Types registers types, by a zero value or nil pointer of each, that interfaces in the state or in recorded values may hold.
func Types(zero ...any) bool {
	tables.Lock()
	defer tables.Unlock()
	if tables.index == nil {
		tables.index = map[reflect.Type]int{}
	}
	for _, z := range zero {
		t := reflect.TypeOf(z)
		if _, known := tables.index[t]; t != nil && !known {
			tables.index[t] = len(tables.types)
			tables.types = append(tables.types, t)
		}
	}
	return true
}

// TableOf returns the registered methods by full name.
func TableOf() map[string]Method {
	tables.RLock()
	defer tables.RUnlock()
	ms := make(map[string]Method, len(tables.methods))
	for n, m := range tables.methods {
		ms[n] = m
	}
	return ms
}

// RegisteredGlobals returns the registered variables in the order of package initialization.
func RegisteredGlobals() []Global {
	tables.RLock()
	defer tables.RUnlock()
	return slices.Clone(tables.globals)
}

// RegisteredTypes returns the registered types in the order of package initialization.
func RegisteredTypes() []reflect.Type {
	tables.RLock()
	defer tables.RUnlock()
	return slices.Clone(tables.types)
}

package midasrt

import (
	"strings"
	"sync"
)

// Site names a source or a cut in the program. Ids are handed out in the order of package initialization, so they are the same in every
// process of one binary, and only there.
type Site uint32

var sites struct {
	sync.RWMutex
	names []string
}

// Sites registers the sites of a package, "FUNC KIND ORDINAL FILE:LINE" each, and returns their ids in the same order.
func Sites(pkg string, names ...string) []Site {
	sites.Lock()
	defer sites.Unlock()
	ids := make([]Site, len(names))
	for i, n := range names {
		ids[i] = Site(len(sites.names))
		sites.names = append(sites.names, pkg+" "+n)
	}
	return ids
}

// SiteTable returns "PACKAGE FUNC KIND ORDINAL FILE:LINE" by site id.
func SiteTable() []string {
	sites.RLock()
	defer sites.RUnlock()
	return append([]string(nil), sites.names...)
}

// String is for people: "orders.Place time 0 (orders.go:41)".
func (s Site) String() string {
	sites.RLock()
	defer sites.RUnlock()
	if int(s) >= len(sites.names) {
		return "of no known site"
	}
	_, name, _ := strings.Cut(sites.names[s], " ")
	if i := strings.LastIndexByte(name, ' '); i >= 0 {
		return name[:i] + " (" + name[i+1:] + ")"
	}
	return name
}

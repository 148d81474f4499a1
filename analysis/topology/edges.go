package topology

import (
	"maps"
	"slices"
)

// Callees are the tiers that the named tier calls, sorted, each once.
func (t *Topology) Callees(name string) []string {
	tier := t.Tiers[name]
	if tier == nil {
		return nil
	}
	return slices.Compact(slices.Sorted(maps.Values(tier.Calls)))
}

// OnCircle reports whether the edge from caller to callee lies on a circle of the tier graph. Requests along such an edge are never
// offered: each tier could wait for the other's log.
func (t *Topology) OnCircle(caller, callee string) bool {
	seen := map[string]bool{}
	var reaches func(name string) bool
	reaches = func(name string) bool {
		if name == caller {
			return true
		}
		if seen[name] {
			return false
		}
		seen[name] = true
		return slices.ContainsFunc(t.Callees(name), reaches)
	}
	return reaches(callee)
}

package topology

import (
	"fmt"
	"maps"
	"net"
	"slices"
)

var (
	techniques = []string{"vanilla", "full", "contaminated", "reexecute"}
	commits    = []string{"safe", "fast"}
	logs       = []string{"disk", "memory"}
)

// Validate returns the first fault, in the order of the document's fields and of the tiers' names.
func (t *Topology) Validate() error {
	if t.Version != 1 {
		return fmt.Errorf("version %d is not supported: want 1", t.Version)
	}
	for _, c := range []struct {
		what, value string
		known       []string
	}{{"technique", t.Technique, techniques}, {"commit", t.Commit, commits}, {"log", t.Log, logs}} {
		if err := oneOf(c.what, c.value, c.known); err != nil {
			return err
		}
	}
	if len(t.Tiers) == 0 {
		return fmt.Errorf("no tiers")
	}
	used := map[string]string{}
	for _, name := range t.Names() {
		if err := t.validateTier(name, used); err != nil {
			return fmt.Errorf("tier %s: %w", name, err)
		}
	}
	return nil
}

// Names are the tiers' names, sorted.
func (t *Topology) Names() []string { return slices.Sorted(maps.Keys(t.Tiers)) }

func (t *Topology) validateTier(name string, used map[string]string) error {
	tier := t.Tiers[name]
	switch {
	case tier == nil:
		return fmt.Errorf("is empty")
	case tier.Package == "" && tier.Binary == "":
		return fmt.Errorf("needs a package or a binary")
	case tier.Package != "" && tier.Binary != "":
		return fmt.Errorf("has both a package and a binary")
	case len(tier.Replicas) == 0:
		return fmt.Errorf("has no replicas")
	case len(tier.Replicas)%2 == 0:
		return fmt.Errorf("has %d replicas: the number must be odd", len(tier.Replicas))
	}
	if err := oneOf("technique", tier.Technique, techniques); err != nil {
		return err
	}
	for i, r := range tier.Replicas {
		owner := fmt.Sprintf("tier %s replica %d", name, i+1)
		if err := r.validate(owner, used); err != nil {
			return fmt.Errorf("replica %d: %w", i+1, err)
		}
	}
	for _, target := range slices.Sorted(maps.Keys(tier.Calls)) {
		if callee := tier.Calls[target]; t.Tiers[callee] == nil {
			return fmt.Errorf("calls %q: unknown tier %q", target, callee)
		}
	}
	return nil
}

// validate checks both addresses and enters them in used, which maps an address to its owner.
func (r Replica) validate(owner string, used map[string]string) error {
	for _, a := range []struct{ what, addr string }{{"addr", r.Addr}, {"peer", r.Peer}} {
		if a.addr == "" {
			return fmt.Errorf("has no %s", a.what)
		}
		if _, _, err := net.SplitHostPort(a.addr); err != nil {
			return fmt.Errorf("%s %q is not host:port", a.what, a.addr)
		}
		if other, ok := used[a.addr]; ok {
			return fmt.Errorf("%s %s is already used by %s", a.what, a.addr, other)
		}
		if _, port, _ := net.SplitHostPort(a.addr); port != "0" {
			used[a.addr] = owner
		}
	}
	return nil
}

func oneOf(what, value string, known []string) error {
	if slices.Contains(known, value) {
		return nil
	}
	return fmt.Errorf("unknown %s %q: want one of %v", what, value, known)
}

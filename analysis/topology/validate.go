package topology

import (
	"fmt"
	"maps"
	"net"
	"slices"
)

var (
	styles     = []string{"leader", "active"}
	techniques = []string{"vanilla", "full", "contaminated", "reexecute", "transparent", "auto"}
	commits    = []string{"safe", "fast"}
	reads      = []string{"index", "log"}
	logs       = []string{"disk", "memory"}
)

// Validate returns the first fault, in the order of the document's fields and of the tiers' names.
func (t *Topology) Validate() error {
	if t.Version != 1 {
		return fmt.Errorf("version %d is not supported: want 1", t.Version)
	}
	if err := t.Replication.validate(); err != nil {
		return err
	}
	if err := oneOf("log", t.Log, logs); err != nil {
		return err
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
	if err := tier.Replication.validate(); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(tier.Methods)) {
		if err := tier.Methods[name].validate(tier); err != nil {
			return fmt.Errorf("method %s: %w", name, err)
		}
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

func (r Replication) validate() error {
	for _, c := range []struct {
		what, value string
		known       []string
	}{{"style", r.Style, styles}, {"technique", r.Technique, techniques}, {"commit", r.Commit, commits}, {"reads", r.Reads, reads}} {
		if err := oneOf(c.what, c.value, c.known); err != nil {
			return err
		}
	}
	switch {
	case r.Lanes < 0:
		return fmt.Errorf("lanes is %d, must not be negative", r.Lanes)
	case r.Clients < 0:
		return fmt.Errorf("clients is %d, must not be negative", r.Clients)
	}
	return nil
}

func (m Method) validate(tier *Tier) error {
	if m.Style != "" {
		if err := oneOf("style", m.Style, styles); err != nil {
			return err
		}
	}
	if m.Technique == "" {
		return nil
	}
	if m.Technique == "vanilla" && tier.Technique != "vanilla" {
		return fmt.Errorf("technique vanilla is for whole tiers: its replicas diverge")
	}
	return oneOf("technique", m.Technique, techniques)
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

package tiers

import (
	"strings"

	"github.com/midas-tiers/midas/compensate"
	midasrt "github.com/midas-tiers/midas/runtime"
	"github.com/midas-tiers/midas/tiers/core"
)

// everything is the footprint of what analysis did not describe.
var everything = []string{"*"}

// footprint is core.Config.Footprint.
func (n *node) footprint(begin *core.Entry, from string) core.Footprint {
	all := core.Footprint{Reads: everything, Writes: everything, Contaminated: everything}
	switch compensate.Technique(begin.Technique) {
	case compensate.Full, compensate.Transparent:
		return all
	}
	sliver := n.services.sliver(begin.Method, from)
	if sliver == nil {
		return all
	}
	return core.Footprint{
		Reads: n.places(begin, sliver.Reads), Writes: n.places(begin, sliver.Writes), Contaminated: n.places(begin, sliver.Contaminated),
	}
}

// places puts the request's own keys into places such as "shop.Stock.shelves[Item.Sku]". Without a key it is the whole field.
func (n *node) places(begin *core.Entry, places []string) []string {
	var resolved []string
	for i, p := range places {
		field, path, keyed := strings.Cut(p, "[")
		if !keyed {
			continue
		}
		if resolved == nil {
			resolved = append(resolved, places...)
		}
		resolved[i] = field
		if key, ok := n.keys.of(n.services, begin)[strings.TrimSuffix(path, "]")]; ok {
			resolved[i] = field + "[" + key + "]"
		}
	}
	if resolved == nil {
		return places
	}
	return resolved
}

// sliver is what analysis says of the method's sliver that begins at from, nil if nothing.
func (s *services) sliver(method, from string) *midasrt.Sliver {
	for i, sliver := range s.table[method].Slivers {
		if sliver.From == from {
			return &s.table[method].Slivers[i]
		}
	}
	return nil
}

// keyPaths lists the paths in the places of a method's slivers.
func keyPaths(m midasrt.Method) []string {
	var paths []string
	for _, s := range m.Slivers {
		for _, list := range [][]string{s.Reads, s.Writes} {
			for _, p := range list {
				if _, path, keyed := strings.Cut(p, "["); keyed {
					paths = append(paths, strings.TrimSuffix(path, "]"))
				}
			}
		}
	}
	return paths
}

package tiers

import (
	"slices"

	"github.com/midas-tiers/midas/compensate"
	midasrt "github.com/midas-tiers/midas/runtime"
	"github.com/midas-tiers/midas/tiers/core"
)

// everything is the footprint of what analysis did not describe.
var everything = []string{"*"}

// footprint is core.Config.Footprint.
func (s *services) footprint(method, from, technique string) core.Footprint {
	all := core.Footprint{Full: everything, Contaminated: everything}
	if compensate.Technique(technique) == compensate.Full {
		return all
	}
	sliver := s.sliver(method, from)
	if sliver == nil {
		return all
	}
	return core.Footprint{Full: slices.Concat(sliver.Reads, sliver.Writes), Contaminated: sliver.Contaminated}
}

// sliver is what analysis says of the method's sliver that begins at from, nil if nothing.
func (s *services) sliver(method, from string) *midasrt.Sliver {
	for _, sliver := range s.table[method].Slivers {
		if sliver.From == from {
			return &sliver
		}
	}
	return nil
}

package tiers

import (
	"slices"
	"strings"

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
	return core.Footprint{Full: fields(slices.Concat(sliver.Reads, sliver.Writes)), Contaminated: fields(sliver.Contaminated)}
}

// fields are the places without their keys: a key here stands for its whole field.
func fields(places []string) []string {
	out := make([]string, len(places))
	for i, place := range places {
		out[i], _, _ = strings.Cut(place, "[")
	}
	return out
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

package demo

import (
	"fmt"
	"regexp"

	"github.com/midas-tiers/midas/compensate"
)

// difference is a place in the state, keys and indexes left out, at which replicas of a tier differ.
type difference struct {
	place string // such as orders: ordering.Server.orders[*].Created
	paths int    // that differ there
}

func (d difference) String() string { return fmt.Sprintf("%s (%d)", d.place, d.paths) }

// differing compares each replica with the first of its tier. Places come in the order of the tiers' names and then of the paths.
func differing(groups map[string]group, tierNames []string) []difference {
	var all []difference
	at := make(map[string]int) // of the place, in all
	note := func(place string) {
		i, ok := at[place]
		if !ok {
			i = len(all)
			at[place] = i
			all = append(all, difference{place: place})
		}
		all[i].paths++
	}
	for _, name := range tierNames {
		g := groups[name]
		for i, s := range g[1:] {
			if s.Digest == g[0].Digest {
				continue
			}
			found := compensate.Diff(g[0].Leaves, s.Leaves)
			if len(found) == 0 { // the digest knows better than the dump
				note(fmt.Sprintf("%s: digest of replica %d", name, i+2))
			}
			for _, f := range found {
				note(name + ": " + index.ReplaceAllLiteralString(f.Path, "[*]"))
			}
		}
	}
	return all
}

// index is a key or an index in a path.
var index = regexp.MustCompile(`\[("(\\.|[^"\\])*"|[^\]]*)\]`)

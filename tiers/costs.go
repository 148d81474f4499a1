package tiers

import (
	"cmp"
	"slices"
	"time"

	"github.com/midas-tiers/midas/compensate"
	"github.com/midas-tiers/midas/tiers/wire"
)

// reportEvery is how many ticks lie between two reports of a follower to its leader.
const reportEvery = 5

// followed is the body of a Costs frame: what following has cost the sender since its last one, on average.
type followed struct {
	costName
	Took float64 // nanoseconds
}

// reportCosts tells the leader what following it costs here.
func (n *node) reportCosts() {
	if n.ticks%reportEvery != 0 || len(n.auto.fresh) == 0 || n.leader == 0 || n.leader == n.place.Replica {
		return
	}
	var all []followed
	for name, m := range n.auto.fresh {
		all = append(all, followed{name, m.Value})
	}
	n.auto.fresh = nil
	n.toMember(n.leader, wire.Costs, must(stable.Marshal(all)))
}

// learnCosts takes a follower's report.
func (n *node) learnCosts(f *wire.Frame) {
	var all []followed
	if err := lenient.Unmarshal(f.Body, &all); err != nil {
		return
	}
	for _, c := range all {
		if n.services.methods[c.Method] != nil {
			n.auto.learn(c.Method, c.Technique, c.Took)
		}
	}
}

// Cost is what one sliver of a method costs under a technique, on average, as far as this replica knows: see auto.go.
type Cost struct {
	Method      string
	Technique   compensate.Technique
	Chosen      uint64 // operations for which technique auto chose it, here
	Slivers     uint64 // measured at this replica as leader
	Run, Encode time.Duration
	Bytes       float64
	Repeat      time.Duration // at followers
	Total       time.Duration
}

// figures lists the costs by method and technique.
func (a *auto) figures() []Cost {
	var all []Cost
	for name, m := range a.methods {
		for t, c := range m.costs {
			all = append(all, Cost{
				Method: name, Technique: t, Chosen: c.chosen, Slivers: c.run.N, Run: time.Duration(c.run.Value),
				Encode: time.Duration(c.encode.Value), Bytes: c.bytes.Value, Repeat: time.Duration(c.repeat.Value),
				Total: time.Duration(a.total(m, t)),
			})
		}
	}
	slices.SortFunc(all, func(x, y Cost) int {
		return cmp.Or(cmp.Compare(x.Method, y.Method), cmp.Compare(x.Technique, y.Technique))
	})
	return all
}

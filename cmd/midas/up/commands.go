package up

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"github.com/midas-tiers/midas/analysis/topology"
	"github.com/midas-tiers/midas/cmd/midas/fleet"
	"github.com/midas-tiers/midas/tiers"
)

// Settings complete a topology for this machine.
type Settings struct {
	Binaries map[string]string // executable, by tier
	Data     string            // folder in which each replica has a folder of its own
	Dir      string            // what relative working folders are relative to
	Replace  string            // TIER/REPLICA whose log a new one replaces; "" is none
}

// Commands returns one command for each replica of t, whose ports must be known, sorted by tier and id. An error is a fault of t.
func Commands(t *topology.Topology, s Settings) ([]fleet.Command, error) {
	var all []fleet.Command
	for _, name := range t.Names() {
		for i := range t.Tiers[name].Replicas {
			c, err := command(t, s, name, i)
			if err != nil {
				return nil, fmt.Errorf("tier %s: replica %d: %w", name, i+1, err)
			}
			all = append(all, c)
		}
	}
	return all, nil
}

// command is that of the i-th replica of a tier, from 0.
func command(t *topology.Topology, s Settings, tier string, i int) (fleet.Command, error) {
	def := t.Tiers[tier]
	r := Replica{Tier: tier, Replica: i + 1, Addr: def.Replicas[i].Addr, Peer: def.Replicas[i].Peer}
	r.Data = filepath.Join(s.Data, fmt.Sprintf("%s-%d", tier, r.Replica))
	x := expander{topology: t, replica: r}

	c := fleet.Command{Name: fmt.Sprintf("%s/%d", tier, r.Replica), Path: s.Binaries[tier], Addr: r.Addr}
	for _, arg := range slices.Concat(def.Args, def.Replicas[i].Args) {
		c.Args = append(c.Args, x.expand("args", arg))
	}
	for _, key := range slices.Sorted(maps.Keys(def.Env)) {
		c.Env = append(c.Env, key+"="+x.expand("env "+key, def.Env[key]))
	}
	if c.Dir = x.expand("dir", def.Dir); !filepath.IsAbs(c.Dir) {
		c.Dir = filepath.Join(s.Dir, c.Dir)
	}
	place, err := json.Marshal(place(t, r, s.Replace == c.Name))
	if err != nil {
		return c, fmt.Errorf("encode place: %w", err)
	}
	c.Env = append(c.Env, tiers.PlaceVariable+"="+string(place))
	return c, x.err
}

// place is what the replica learns of the deployment.
func place(t *topology.Topology, r Replica, replace bool) tiers.Place {
	def := t.Tiers[r.Tier]
	p := tiers.Place{
		Version: 2, Tier: r.Tier, Replica: r.Replica, Style: def.Style, Technique: def.Technique, Commit: def.Commit, Reads: def.Reads,
		Lease: def.Lease != nil && *def.Lease, Lanes: def.Lanes, Clients: def.Clients, Log: t.Log, Data: r.Data, Replace: replace,
		Tiers: make(map[string][]tiers.Member), Calls: def.Calls, Edges: make(map[string][]string),
	}
	for name, m := range def.Methods {
		if p.Methods == nil {
			p.Methods = make(map[string]tiers.Plan)
		}
		p.Methods[name] = tiers.Plan{Style: m.Style, Technique: m.Technique}
	}
	for name, tier := range t.Tiers {
		for i, member := range tier.Replicas {
			p.Tiers[name] = append(p.Tiers[name], tiers.Member{ID: i + 1, Addr: member.Addr, Peer: member.Peer})
		}
		p.Edges[name] = t.Callees(name)
	}
	return p
}

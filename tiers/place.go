package tiers

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"slices"
	"strings"

	"github.com/midas-tiers/midas/tiers/wire"
)

// PlaceVariable is the environment variable that tells a process its place.
const PlaceVariable = "MIDAS_PLACE"

// Place is where a process stands: which replica of which tier, and who else there is. Its JSON is the value of MIDAS_PLACE.
type Place struct {
	Version   int             `json:"version"` // 2
	Tier      string          `json:"tier"`
	Replica   int             `json:"replica"` // an id among the tier's members
	Style     string          `json:"style"`   // of methods: "leader" (also when empty) or "active"
	Technique string          `json:"technique"`
	Methods   map[string]Plan `json:"methods,omitempty"` // of single methods, by full name
	Commit    string          `json:"commit"`            // "safe" (also when empty) or "fast"
	Reads     string          `json:"reads"`             // how methods that only read run: "index" (also when empty), without the log; or "log"
	Lease     bool            `json:"lease"`             // reads at the leader trust its lease, and so the replicas' clocks
	Lanes     int             `json:"lanes"`             // slivers that run at a time; 0 means one for each processor, 4 at most
	Clients   int             `json:"clients"`           // clients that the tier remembers; 0 means 65536
	Data      string          `json:"data"`              // data folder of this replica alone; empty means a new temporary one
	Log       string          `json:"log"`               // "disk" (also when empty) or "memory"
	// Replace is the operator's word that this replica's log is lost for good, or stays behind: a new one takes its place. It counts only
	// for a data folder without a log.
	Replace bool `json:"replace,omitempty"`
	// Tiers holds the members of every tier that this one calls or is called by, and its own.
	Tiers map[string][]Member `json:"tiers"`
	// Calls maps targets that the program dials to tiers.
	Calls map[string]string `json:"calls"`
	// Edges is the whole system's tier graph: the tiers that each tier calls. Requests are offered only along edges on no circle;
	// without the graph, none are.
	Edges map[string][]string `json:"edges"`
}

// Member is one replica of a tier. Ids are 1 to the size of the group.
type Member struct {
	ID   int    `json:"id"`
	Addr string `json:"addr"` // where the service is served
	Peer string `json:"peer"` // where the replica listens for other replicas
}

// ParsePlace reads and checks a place. An error is one line that names the field.
func ParsePlace(text string) (*Place, error) {
	var p Place
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return nil, fmt.Errorf("%s: %w", PlaceVariable, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("%s: something follows the place", PlaceVariable)
	}
	p.Style = cmp.Or(p.Style, styleLeader)
	p.Commit = cmp.Or(p.Commit, "safe")
	p.Reads = cmp.Or(p.Reads, "index")
	p.Log = cmp.Or(p.Log, "disk")
	if err := p.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", PlaceVariable, err)
	}
	return &p, nil
}

func (p *Place) check() error {
	if p.Version != 2 {
		return fmt.Errorf("version is %d, must be 2", p.Version)
	}
	if p.Tier == "" {
		return errors.New("tier is empty")
	}
	if strings.ContainsAny(p.Tier, ":/") {
		return fmt.Errorf("tier is %q, must hold neither a colon nor a slash", p.Tier)
	}
	if err := p.checkPlans(); err != nil {
		return err
	}
	if err := p.checkChoices(); err != nil {
		return err
	}
	if len(p.Tiers[p.Tier]) == 0 {
		return fmt.Errorf("tier %q has no members", p.Tier)
	}
	if err := p.checkMembers(); err != nil {
		return err
	}
	if n := len(p.Tiers[p.Tier]); p.Replica < 1 || p.Replica > n {
		return fmt.Errorf("replica is %d, tier %q has 1 to %d", p.Replica, p.Tier, n)
	}
	for _, target := range slices.Sorted(maps.Keys(p.Calls)) {
		if tier := p.Calls[target]; len(p.Tiers[tier]) == 0 {
			return fmt.Errorf("calls maps %q to tier %q, which has no members", target, tier)
		}
	}
	return nil
}

func (p *Place) checkChoices() error {
	switch {
	case p.Commit != "safe" && p.Commit != "fast":
		return fmt.Errorf("commit is %q, must be safe or fast", p.Commit)
	case p.Reads != "index" && p.Reads != "log":
		return fmt.Errorf("reads is %q, must be index or log", p.Reads)
	case p.Lanes < 0:
		return fmt.Errorf("lanes is %d, must not be negative", p.Lanes)
	case p.Clients < 0:
		return fmt.Errorf("clients is %d, must not be negative", p.Clients)
	case p.Log != "disk" && p.Log != "memory":
		return fmt.Errorf("log is %q, must be disk or memory", p.Log)
	}
	return nil
}

func (p *Place) checkMembers() error {
	taken := make(map[string]string)
	for _, tier := range slices.Sorted(maps.Keys(p.Tiers)) {
		members := p.Tiers[tier]
		if len(members)%2 == 0 {
			return fmt.Errorf("tier %q has %d members, must be an odd number", tier, len(members))
		}
		seen := make(map[int]bool)
		for _, m := range members {
			if m.ID < 1 || m.ID > len(members) || seen[m.ID] {
				return fmt.Errorf("tier %q: member ids must be 1 to %d, each once", tier, len(members))
			}
			seen[m.ID] = true
			if _, _, err := net.SplitHostPort(m.Peer); err != nil {
				return fmt.Errorf("tier %q member %d: peer: %w", tier, m.ID, err)
			}
			if other, ok := taken[m.Peer]; ok {
				return fmt.Errorf("tier %q member %d: peer %s belongs to %s", tier, m.ID, m.Peer, other)
			}
			taken[m.Peer] = fmt.Sprintf("tier %q member %d", tier, m.ID)
		}
	}
	return nil
}

func (p *Place) self() wire.ID { return wire.ID{Tier: p.Tier, Replica: p.Replica} }

// group returns the peer addresses of the own tier's members.
func (p *Place) group() map[int]string {
	g := make(map[int]string)
	for _, m := range p.Tiers[p.Tier] {
		g[m.ID] = m.Peer
	}
	return g
}

// peers returns the peer addresses of every known replica.
func (p *Place) peers() map[wire.ID]string {
	all := make(map[wire.ID]string)
	for tier, members := range p.Tiers {
		for _, m := range members {
			all[wire.ID{Tier: tier, Replica: m.ID}] = m.Peer
		}
	}
	return all
}

// offersRequests says whether the edge from this tier to callee is on no circle of the tier graph.
func (p *Place) offersRequests(callee string) bool {
	if !slices.Contains(p.Edges[p.Tier], callee) {
		return false
	}
	seen := make(map[string]bool)
	var reaches func(from string) bool
	reaches = func(from string) bool {
		if from == p.Tier {
			return true
		}
		if seen[from] {
			return false
		}
		seen[from] = true
		return slices.ContainsFunc(p.Edges[from], reaches)
	}
	return !reaches(callee)
}

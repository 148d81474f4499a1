package world

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/midas-tiers/midas/tiers/core"
)

// Config says what is simulated. The zero value is not usable; Parse gives defaults.
type Config struct {
	Topology  string // see topology.go
	Style     string // leader, active, or mixed by op
	Technique string // contaminated, reexecute, full, transparent, vanilla, mix by op, or auto
	Classes   string // of methods, see method.go
	Shapes    string // of client requests, see method.go

	Clients, Ops, Keys, Window int // clients per world, ops per client, keys per tier, requests that a client has outstanding
	Lanes                      int // 0: one lane; 4: replicas have 1, 2 and 4
	Slow                       int // percent of slivers that stay with the host for a while
	Reads                      int // percent of requests that are reads
	Sessions                   int // most clients that a core remembers, 0: no bound
	Steps                      int // most steps of the explorer

	Fast      bool // commit mode
	Own       bool // nothing is offered on request edges
	LocRead   bool // slivers read at contaminated places
	Keyed     bool // places name map keys
	Images    bool // images are frequent
	Misfit    bool // replicas fail to follow now and then
	Alone     bool // some outcomes cannot be followed
	Deadlines bool // callers give up calls
	Timer     bool // tiers start ops of their own
	GiveUp    bool // clients give up, and die
	Calm      bool // no crashes and no change of leaders
	Crowd     bool // faults are frequent

	Break core.Rule // a rule of the core that is broken
	Plant Plant     // a duty of the host that is broken
}

// Parse reads a configuration: words KEY=VALUE and FLAG.
func Parse(text string) (Config, error) {
	c := Config{
		Topology: "chain2", Style: "leader", Technique: "mix", Classes: "CDMNS", Shapes: "c",
		Clients: 3, Ops: 10, Keys: 2, Window: 2, Slow: 20, Steps: 1 << 20,
	}
	texts := map[string]*string{
		"topology": &c.Topology, "style": &c.Style, "technique": &c.Technique, "classes": &c.Classes, "shapes": &c.Shapes,
	}
	numbers := map[string]*int{
		"clients": &c.Clients, "ops": &c.Ops, "keys": &c.Keys, "window": &c.Window, "lanes": &c.Lanes, "slow": &c.Slow,
		"reads": &c.Reads, "sessions": &c.Sessions, "steps": &c.Steps,
	}
	flags := map[string]*bool{
		"fast": &c.Fast, "own": &c.Own, "loc-read": &c.LocRead, "keyed": &c.Keyed, "images": &c.Images, "misfit": &c.Misfit,
		"alone": &c.Alone, "deadlines": &c.Deadlines, "timer": &c.Timer, "give-up": &c.GiveUp, "calm": &c.Calm, "crowd": &c.Crowd,
	}
	for word := range strings.FieldsSeq(text) {
		key, value, _ := strings.Cut(word, "=")
		switch {
		case texts[key] != nil:
			*texts[key] = value
		case numbers[key] != nil:
			n, err := strconv.Atoi(value)
			if err != nil {
				return c, fmt.Errorf("configuration word %q: %w", word, err)
			}
			*numbers[key] = n
		case flags[key] != nil:
			*flags[key] = true
		default:
			return c, fmt.Errorf("configuration word %q: not known", word)
		}
	}
	return c, c.check()
}

func (c *Config) check() error {
	if _, ok := topologies[c.Topology]; !ok {
		return fmt.Errorf("configuration: topology %q is not known", c.Topology)
	}
	if c.Keys < 1 || c.Keys > maxKeys || c.Clients < 1 || c.Ops < 1 || c.Window < 1 {
		return fmt.Errorf("configuration: %d keys, %d clients, %d ops, window %d", c.Keys, c.Clients, c.Ops, c.Window)
	}
	return nil
}

// SetBreak plants a bug by its name: a rule of the core or a duty of the host.
func (c *Config) SetBreak(name string) error {
	if rule, ok := core.RuleOf(name); ok {
		c.Break = rule
		return nil
	}
	p, ok := plantOf(name)
	if !ok {
		return fmt.Errorf("nothing called %q can be broken", name)
	}
	if c.Plant = p; p == plantVanilla {
		c.Technique = core.Vanilla
	}
	return nil
}

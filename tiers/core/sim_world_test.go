package core

import (
	"fmt"
	"math/rand/v2"
	"sort"
)

const replicas = 3

// simConfig is what is simulated; plant breaks a rule outside the core, bug one inside.
type simConfig struct {
	name      string
	topology  string
	technique string // "mix": by op
	classes   string
	own       bool // nothing is offered on request edges
	fast      bool
	barriers  bool
	giveUp    bool
	misfit    bool
	locRead   bool
	quiet     bool // no crashes
	imageBias bool // barriers and rejoins are frequent
	clients   int
	ops       int
	keys      int
	window    int
	bug       bug
	plant     string
}

type world struct {
	cfg     simConfig
	seed    uint64
	rng     *rand.Rand
	tiers   []*tier
	clients []*simClient
	flight  []*item
	count   map[string]int
	step    int
	crashed bool
	viol    string
	digests map[string]uint64
}

type tier struct {
	log      []*Entry
	replicas []*replica
	leader   int // believed by everybody; may be wrong
}

type simClient struct {
	name string
	tier int
	ops  []*clientOp
	dead bool
}

type clientOp struct {
	id      OpID
	method  string
	tech    string
	invoked int
	acked   int
	gave    bool
	value   int64
}

func newWorld(cfg simConfig, seed uint64) *world {
	w := &world{cfg: cfg, seed: seed, rng: rand.New(rand.NewPCG(seed, 7)), count: map[string]int{}, digests: map[string]uint64{}}
	for t := range tiersOf(cfg.topology) {
		w.tiers = append(w.tiers, &tier{leader: 1})
		for i := 1; i <= replicas; i++ {
			r := &replica{w: w, tier: t, id: i}
			w.tiers[t].replicas = append(w.tiers[t].replicas, r)
			r.start()
		}
	}
	for i := range cfg.clients {
		c := &simClient{name: fmt.Sprintf("c%d", i)}
		if cfg.topology == "up2" || cfg.topology == "circle" {
			c.tier = i % 2
		}
		for j := range cfg.ops {
			o := &clientOp{id: OpID(fmt.Sprintf("%s/%d", c.name, j)), tech: cfg.technique}
			o.method = fmt.Sprintf("%c%d", cfg.classes[w.rng.IntN(len(cfg.classes))], w.rng.IntN(cfg.keys))
			if t := w.rng.IntN(5); cfg.technique == "mix" {
				o.tech = []string{"contaminated", "contaminated", "reexecute", "reexecute", "full"}[t]
			}
			c.ops = append(c.ops, o)
		}
		w.clients = append(w.clients, c)
	}
	return w
}

func (w *world) fail(format string, args ...any) {
	if w.viol == "" {
		w.viol = fmt.Sprintf(format, args...)
	}
}

func sortedKeys(s state) []string {
	keys := make([]string, 0, len(s))
	for k := range s {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

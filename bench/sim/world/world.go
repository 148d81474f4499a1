package world

import (
	"fmt"

	"github.com/midas-tiers/midas/tiers/core"
)

// World is a simulated system: the tiers, their clients, and all that is under way between them. One seed makes one world.
type World struct {
	svc     *service
	seed    uint64
	rng     rng
	tiers   []*tier
	all     []*replica // of all tiers
	clients []*client
	byOp    map[core.OpID]*clientOp
	flight  []item
	spare   []item
	wrote   []int                // memory for executions
	cuts    [4 * replicas]uint16 // by sender: the receivers that it does not reach
	cutAny  bool
	effects map[core.OpID]*effect
	expired map[core.OpID]bool // calls that were given up
	step    int
	slow    bool // slivers may stay with the host
	vanilla bool
	unsafe  bool // somebody crashed, or leaders changed: commit mode fast may contradict itself
	timers  [4]int
	viol    string
	cover   Cover
	retired stats // of processes that ended

	named bool // items have names, for text
	count map[string]int
}

func newWorld(svc *service, seed uint64, named bool) *World {
	w := &World{
		svc: svc, seed: seed, rng: rng(scramble(seed + 1)), byOp: map[core.OpID]*clientOp{}, effects: map[core.OpID]*effect{},
		expired: map[core.OpID]bool{}, slow: true, named: named, vanilla: svc.cfg.Technique == core.Vanilla,
	}
	if named {
		w.count = map[string]int{}
	}
	for i := range svc.topology.calls {
		t := &tier{leader: 1, numbers: map[core.OpID]int{}}
		w.tiers = append(w.tiers, t)
		for j := range t.replicas {
			r := &replica{w: w, tier: i, id: j + 1}
			t.replicas[j] = r
			w.all = append(w.all, r)
			r.start()
		}
	}
	for _, r := range w.all {
		r.believe(1)
	}
	w.makeClients()
	return w
}

// fail notes the first violation.
func (w *World) fail(format string, args ...any) {
	if w.viol == "" {
		w.viol = fmt.Sprintf(format, args...)
	}
}

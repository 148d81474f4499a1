package world

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/midas-tiers/midas/tiers/core"
)

// client sends a few requests at a time to one tier, again and again until they are answered.
type client struct {
	number int
	name   string
	tier   int
	ops    []*clientOp
	dead   bool
}

type clientOp struct {
	client    *client
	id        core.OpID
	method    method
	technique string
	request   int64
	invoked   int // step, 0 before
	acked     int
	value     int64
	gave      bool // given up, or refused for good: it may have run
	asked     uint8
}

// done says that the client does not wait for it any more.
func (o *clientOp) done() bool { return o.acked > 0 || o.gave }

func (w *World) makeClients() {
	cfg := &w.svc.cfg
	for i := range cfg.Clients {
		c := &client{number: i, tier: w.svc.topology.entries[i%len(w.svc.topology.entries)]}
		if cfg.Reads > 0 && i == cfg.Clients-1 { // one that only reads, at any tier
			c.tier = w.rng.n(len(w.tiers))
		}
		c.name = c.newName(0)
		if cfg.Sessions > 0 {
			c.name = c.newName(uint64(i + 1))
		}
		w.clients = append(w.clients, c)
		for range cfg.Ops {
			w.more(c)
		}
	}
}

// more gives the client one more thing to ask for.
func (w *World) more(c *client) {
	cfg := &w.svc.cfg
	h := rng(hash(w.seed, uint64(c.number), uint64(len(c.ops))))
	o := &clientOp{client: c, technique: cfg.Technique}
	if o.technique == "mix" {
		o.technique = mixed[h.n(len(mixed))]
	}
	o.method = method{cfg.Classes[h.n(len(cfg.Classes))], cfg.Shapes[h.n(len(cfg.Shapes))], h.n(cfg.Keys)}
	if reader := cfg.Reads > 0 && c.number == cfg.Clients-1; reader || h.n(100) < cfg.Reads {
		o.method.class, o.method.shape = 'R', 'r'
	}
	c.ops = append(c.ops, o)
	w.name(o, len(c.ops)-1)
}

var mixed = []string{"contaminated", "contaminated", "reexecute", "reexecute", "full", "transparent"}

// newName is the client's name by its birth. Names are of the entry tier's realm: tiers forget their clients one without the other.
func (c *client) newName(birth uint64) string {
	if birth == 0 {
		return "c" + strconv.Itoa(c.number)
	}
	return fmt.Sprintf("T%d:c%d@%d", c.tier+1, c.number, birth)
}

// name gives the op an id under its client's present name.
func (w *World) name(o *clientOp, seq int) {
	delete(w.byOp, o.id)
	o.id = core.OpID(o.client.name + "/" + strconv.Itoa(seq))
	o.request = hash(hashString(string(o.id)))
	w.byOp[o.id] = o
}

// asks sends the client's open requests to a replica.
func (w *World) asks(c *client, rep int) bool {
	low := 0
	for low < len(c.ops) && c.ops[low].done() {
		low++
	}
	sent := false
	for j := low; j < len(c.ops) && j < low+w.svc.cfg.Window; j++ {
		o := c.ops[j]
		if o.done() {
			continue
		}
		if o.invoked == 0 {
			o.invoked = w.step
		}
		mark := int64(low)
		if w.svc.cfg.Plant == plantMarkOwn {
			mark = int64(j) + 1
		}
		w.add(item{kind: itemAsk, client: o, to: c.tier*replicas + rep - 1, value: mark})
		sent = true
	}
	return sent
}

// asked is a client's request that has come to a replica.
func (w *World) asked(r *replica, x item) {
	o := x.client
	if o.client.dead {
		return
	}
	o.asked |= 1 << r.id
	r.do(r.core.Client(&core.ClientRequest{
		Op: o.id, Mark: uint64(x.value), Method: o.method.name(), Request: payload(o.request), Technique: o.technique,
		Read: o.method.class == 'R',
	}))
}

// answer sends the client what a replica answers.
func (w *World) answer(r *replica, x item) {
	if o := w.byOp[x.op]; o != nil {
		x.from, x.client = r.at(), o
		w.add(x)
	}
}

// answered is an answer that has come to its client.
func (w *World) answered(x item) {
	o := x.client
	if o.acked > 0 || o.client.dead || o.id != x.op {
		return
	}
	if !x.refused {
		o.acked, o.value = w.step, x.value
		w.cover.Acked++
		if o.method.class == 'R' {
			w.cover.ReadsAcked++
		}
		w.gone(o)
		return
	}
	if o.gave {
		return
	}
	if x.floor == 0 {
		w.fail("REFUSED: %s, for which its client waits", o.id)
		return
	}
	o.gave = true
	w.cover.TooOld++
	w.rename(o.client, x.floor)
}

// rename gives the client a new name, for what it has not asked for yet.
func (w *World) rename(c *client, floor uint64) {
	if _, b, _ := strings.Cut(c.name, "@"); b > "" {
		if birth, _ := strconv.ParseUint(b, 10, 64); birth > floor {
			return
		}
	}
	c.name = c.newName(floor + 1)
	for j, o := range c.ops {
		if o.invoked == 0 {
			w.name(o, j)
		}
	}
}

// givesUp makes the client wait no more for its oldest request.
func (w *World) givesUp(c *client) bool {
	for _, o := range c.ops {
		if !o.done() && o.invoked > 0 {
			o.gave = true
			w.gone(o)
			return true
		}
	}
	return false
}

// gone tells the replicas at which the op was asked that nobody waits there.
func (w *World) gone(o *clientOp) {
	for _, r := range w.tiers[o.client.tier].replicas {
		if o.asked&(1<<r.id) != 0 && r.up && !r.paused {
			r.core.Gone(o.id)
		}
	}
}

// goneFrom tells the replica so of all that was asked there.
func (w *World) goneFrom(r *replica) {
	for _, c := range w.clients {
		for _, o := range c.ops {
			if c.tier == r.tier && o.asked&(1<<r.id) != 0 && (c.dead || o.done()) {
				r.core.Gone(o.id)
			}
		}
	}
}

func (w *World) dies(c *client) {
	c.dead = true
	for _, o := range c.ops {
		if !o.done() {
			w.gone(o)
		}
	}
}

// timer has a tier start an op of its own, for which nobody waits.
func (w *World) timer(r *replica) {
	t := r.tier
	n := w.timers[t]
	w.timers[t]++
	id := core.OpID(fmt.Sprintf("timer:T%d/%d", t+1, n))
	m := method{w.svc.cfg.Classes[n%len(w.svc.cfg.Classes)], 'c', n % w.svc.cfg.Keys}
	technique := w.svc.cfg.Technique
	if technique == "mix" {
		technique = mixed[n%len(mixed)]
	}
	r.do(r.core.Client(&core.ClientRequest{Op: id, Mark: uint64(n), Method: m.name(), Request: payload(hash(hashString(string(id)))), Technique: technique}))
	r.core.Gone(id)
}

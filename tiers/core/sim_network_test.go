package core

import "fmt"

// item is in flight: a proposal, a message, a request or a reply.
type item struct {
	name, base string
	tier, rep  int
	entry      *Entry
	msg        *Msg
	req        *ClientRequest
	client     *simClient // reply
	refused    bool
	payload    []byte
}

// add puts an item in flight. A copy of what is in flight already adds nothing that a duplicate does not.
func (w *world) add(x *item) {
	for _, y := range w.flight {
		if y.base == x.base {
			return
		}
	}
	w.count[x.base]++
	x.name = fmt.Sprintf("%s#%d", x.base, w.count[x.base])
	w.flight = append(w.flight, x)
}

func (w *world) answer(r *replica, id OpID, payload []byte, refused bool) {
	name, _, _ := id.Root()
	for _, c := range w.clients {
		if c.name == name {
			w.add(&item{base: fmt.Sprintf("answer T%dr%d>%s %s", r.tier+1, r.id, c.name, id), client: c, msg: &Msg{Op: id}, payload: payload, refused: refused})
		}
	}
}

// deliver hands an item over.
func (w *world) deliver(x *item) {
	switch {
	case x.client != nil:
		w.deliverAnswer(x)
	case x.entry != nil:
		w.tiers[x.tier].log = append(w.tiers[x.tier].log, x.entry)
	default:
		r := w.tiers[x.tier].replicas[x.rep-1]
		switch {
		case !r.up:
		case x.req != nil:
			r.do(r.core.Client(x.req))
		default:
			r.do(r.core.Receive(x.msg))
		}
	}
}

func (w *world) deliverAnswer(x *item) {
	for _, o := range x.client.ops {
		if o.id != x.msg.Op || o.acked > 0 {
			continue
		}
		if x.refused {
			if !o.gave && !x.client.dead {
				w.fail("REFUSED: live client's %s", o.id)
			}
			continue
		}
		o.acked, o.value = w.step, number64(x.payload)
	}
}

// ask sends the client's open requests to a replica.
func (w *world) asks(c *simClient, rep int) {
	low := 0
	for low < len(c.ops) && (c.ops[low].acked > 0 || c.ops[low].gave) {
		low++
	}
	for j := low; j < len(c.ops) && j < low+w.cfg.window; j++ {
		o := c.ops[j]
		if o.acked > 0 || o.gave {
			continue
		}
		if o.invoked == 0 {
			o.invoked = w.step
		}
		mark := uint64(low)
		if w.cfg.plant == "mark-own" {
			mark = uint64(j) + 1
		}
		w.add(&item{
			base: fmt.Sprintf("ask %s>T%dr%d %s", c.name, c.tier+1, rep, o.id), tier: c.tier, rep: rep,
			req: &ClientRequest{Op: o.id, Mark: mark, Method: o.method, Request: payload(hash(string(o.id))), Technique: o.tech},
		})
	}
}

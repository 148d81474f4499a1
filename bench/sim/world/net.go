package world

import (
	"fmt"

	"github.com/midas-tiers/midas/tiers/core"
)

// item is under way: a message, a client's request or its answer; or between a host and the world around it.
type item struct {
	kind     itemKind
	from, to int // replicas of the world
	msg      *core.Msg
	client   *clientOp
	op       core.OpID
	call     core.CallID
	value    int64
	token    uint64
	inc      uint64 // of the replica that waits for it
	floor    uint64
	refused  bool
	name     string
}

type itemKind uint8

const (
	itemMsg itemKind = iota
	itemAsk
	itemAnswer
	itemVerify    // consensus is asked whether the replica leads
	itemPerformed // the result of an external effect
	itemExpire    // a call is given up
)

// local says that the item does not leave its machine: it is not lost, and comes once.
func (x *item) local() bool { return x.kind >= itemVerify }

// add puts an item under way.
func (w *World) add(x item) {
	if w.named {
		base := w.base(&x)
		w.count[base]++
		x.name = fmt.Sprintf("%s#%d", base, w.count[base])
	}
	w.flight = append(w.flight, x)
}

var msgNames = [...]string{
	core.Request: "request", core.Reply: "reply", core.Callback: "callback", core.Ack: "ack", core.Refused: "refused",
	core.Proposal: "proposal", core.Answered: "answered", core.ReadAsk: "read-ask", core.ReadIndex: "read-index",
}

var entryNames = [...]string{
	core.Begin: "begin", core.Resume: "resume", core.Settle: "settle", core.Checkpoint: "checkpoint", core.Lead: "lead",
}

// base is what the item is called but for its number.
func (w *World) base(x *item) string {
	switch x.kind {
	case itemMsg:
		name := msgNames[x.msg.Kind]
		if x.msg.Kind == core.Proposal {
			name += "-" + entryNames[x.msg.Entry.Kind]
			if x.msg.Entry.Call != "" {
				name += ":" + string(x.msg.Entry.Call)
			}
		}
		return fmt.Sprintf("%s %s>%s %s", name, w.all[x.from], w.all[x.to], x.msg.Op)
	case itemAsk:
		return fmt.Sprintf("ask %s>%s", x.client.id, w.all[x.to])
	case itemAnswer:
		return fmt.Sprintf("answer %s>%s", w.all[x.from], x.op)
	case itemVerify:
		return fmt.Sprintf("verify %s", w.all[x.to])
	case itemPerformed:
		return fmt.Sprintf("performed %s %s:%s", w.all[x.to], x.op, x.call)
	}
	return fmt.Sprintf("give-up %s %s:%s", w.all[x.to], x.op, x.call)
}

func (r *replica) String() string { return fmt.Sprintf("T%dr%d", r.tier+1, r.id) }

// send carries out a Send.
func (w *World) send(r *replica, o core.Send) {
	t := int(o.Tier[1] - '1')
	x := item{kind: itemMsg, from: r.at(), msg: o.Msg}
	switch o.Replica {
	case 0:
		x.to = t*replicas + w.tiers[t].leader - 1
		w.add(x)
	case -1:
		for i := range replicas {
			x.to = t*replicas + i
			w.add(x)
		}
	default:
		x.to = t*replicas + o.Replica - 1
		w.add(x)
	}
}

// take removes an item; the last takes its place.
func (w *World) take(i int) item {
	x := w.flight[i]
	n := len(w.flight) - 1
	w.flight[i] = w.flight[n]
	w.flight[n] = item{}
	w.flight = w.flight[:n]
	return x
}

// held says that the item cannot be delivered now, but later: its receiver does nothing for a while.
func (w *World) held(x *item) bool { return x.kind != itemAnswer && w.all[x.to].paused }

// deliver hands an item over, if there is a way.
func (w *World) deliver(x item) {
	if x.kind == itemAnswer {
		w.answered(x)
		return
	}
	r := w.all[x.to]
	switch {
	case !r.up || x.local() && x.inc != r.inc:
	case x.kind == itemVerify:
		w.verify(r, x)
	case x.kind == itemPerformed:
		r.do(r.core.Performed(x.op, x.call, payload(x.value)))
	case x.kind == itemExpire:
		w.expire(r, x.op, x.call)
	case x.kind == itemAsk:
		w.asked(r, x)
	case w.cutAny && (w.cuts[x.from]&(1<<x.to) != 0 || r.apart || w.all[x.from].apart):
	default:
		r.do(r.core.Receive(received(x.msg)))
	}
}

// received is the message as it is decoded at its receiver, which may change an entry that it orders.
func received(m *core.Msg) *core.Msg {
	if m.Entry == nil {
		return m
	}
	c, e := *m, *m.Entry
	c.Entry = &e
	return &c
}

// verify answers whether the replica leads, in the term in which it was told so. A host asks again until it knows, or does not believe so any more.
func (w *World) verify(r *replica, x item) {
	switch {
	case w.tiers[r.tier].leader == r.id && r.term == w.tiers[r.tier].term && !r.apart:
		r.do(r.core.Verified(x.token))
	case r.believes == r.id:
		w.add(x)
	}
}

package world

import "github.com/midas-tiers/midas/tiers/core"

// effect is an external effect, as the world outside saw it.
type effect struct {
	tier    int
	op      core.OpID
	number  int // of the call
	args    int64
	results []int64
}

// perform carries out a Perform. Every performance has another result.
func (w *World) perform(r *replica, o core.Perform) {
	h := r.ops[o.Op]
	if h == nil {
		w.fail("ORDER: %s is to perform %s of %s, which it does not run", r, o.Call, o.Op)
		return
	}
	n := number(w.svc.steps[r.tier][h.method.shape], string(o.Call))
	args := r.st.get(opAt(h.number, opReq+n-1))
	id := o.Op.Nested(o.Call)
	e := w.effects[id]
	if e == nil {
		e = &effect{tier: r.tier, op: o.Op, number: n, args: args}
		w.effects[id] = e
	}
	if e.args != args {
		w.fail("EFFECT: %s performs %s with %d, it was performed with %d", r, id, args, e.args)
	}
	v := hash(w.seed, hashString(string(id)), uint64(len(e.results)))
	e.results = append(e.results, v)
	w.cover.Performed++
	w.add(item{kind: itemPerformed, to: r.at(), from: r.at(), op: o.Op, call: o.Call, value: v, inc: r.inc})
}

// expire has the replica give up a call.
func (w *World) expire(r *replica, op core.OpID, call core.CallID) {
	r.do(r.core.Expire(op, call, payload(givenUp)))
}

// vain says that the call was given up, or one that it serves.
func (w *World) vain(id core.OpID) bool {
	for ok := true; ok; id, _, ok = id.Parent() {
		if w.expired[id] {
			return true
		}
	}
	return false
}

// callRefused gives up a call that its callee refuses. It may be long closed.
func (w *World) callRefused(r *replica, o core.CallRefused) {
	w.add(item{kind: itemExpire, from: r.at(), to: r.at(), op: o.Op, call: o.Call, inc: r.inc})
}

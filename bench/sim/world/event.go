package world

import "github.com/midas-tiers/midas/tiers/core"

// verb of an Event.
type verb uint8

const (
	vDeliver verb = iota
	vDrop
	vDup
	vCommit
	vApply
	vWork
	vAsk
	vTick
	vElect
	vBelieve
	vCrash
	vRestart
	vRejoin
	vPause
	vResume
	vApart
	vJoin
	vCut
	vHeal
	vSlow
	vLose
	vBarrier
	vGiveUp
	vDie
	vMore
	vExpire
	vTimer
	verbs
)

// event is one thing that happens. What at and arg mean depends on the verb.
type event struct {
	verb verb
	at   int // replica of the world, or client
	arg  int
}

// carry carries out an event; false if it means nothing now.
func (w *World) carry(e event) bool {
	w.step++
	switch e.verb {
	case vDeliver, vDrop, vDup:
		return w.move(e)
	case vAsk, vGiveUp, vDie, vMore:
		return w.clientEvent(w.clients[e.at], e)
	case vElect, vCut, vHeal, vSlow, vLose, vCommit:
		return w.aroundEvent(w.all[e.at], e)
	}
	return w.replicaEvent(w.all[e.at], e)
}

// move is what happens to an item under way.
func (w *World) move(e event) bool {
	if e.arg >= len(w.flight) {
		return false
	}
	x := &w.flight[e.arg]
	switch {
	case w.held(x) || e.verb != vDeliver && x.local():
		return false
	case e.verb == vDup:
		w.cover.Faults[faultDup]++
		w.deliver(*x)
		return true
	}
	y := w.take(e.arg)
	if e.verb == vDrop {
		w.cover.Faults[faultDrop]++
		return true
	}
	w.deliver(y)
	return true
}

func (w *World) clientEvent(c *client, e event) bool {
	if c.dead {
		return false
	}
	switch e.verb {
	case vAsk:
		return w.asks(c, e.arg)
	case vGiveUp:
		w.cover.Faults[faultGiveUp]++
		return w.givesUp(c)
	case vMore:
		w.more(c)
		return true
	}
	w.cover.Faults[faultDie]++
	w.dies(c)
	return true
}

// aroundEvent happens to consensus and the network, whatever the replica does.
func (w *World) aroundEvent(r *replica, e event) bool {
	t := w.tiers[r.tier]
	switch e.verb {
	case vElect:
		if t.leader == r.id {
			return false
		}
		t.leader = r.id
		t.term++
		w.unsafe = true
		w.cover.Faults[faultElect]++
	case vCut:
		w.cuts[e.at] |= 1 << e.arg
		w.cutAny = true
		w.cover.Faults[faultCut]++
	case vHeal:
		w.heal()
	case vSlow:
		t.slow = r.id
		w.cover.Faults[faultSlow]++
	case vLose:
		if e.arg >= len(r.appended) {
			return false
		}
		r.appended = append(r.appended[:e.arg:e.arg], r.appended[e.arg+1:]...)
		w.unsafe = true
		w.cover.Faults[faultLose]++
	case vCommit:
		return t.slow != r.id && !r.apart && t.commit(r)
	}
	return true
}

// heal makes the network whole and disks fast.
func (w *World) heal() {
	w.cuts, w.cutAny = [4 * replicas]uint16{}, false
	for _, r := range w.all {
		r.apart = false
	}
	for _, t := range w.tiers {
		t.slow = 0
	}
}

func (w *World) replicaEvent(r *replica, e event) bool {
	switch e.verb {
	case vRestart, vRejoin:
		return r.restart(e.verb == vRejoin)
	case vResume:
		was := r.paused
		r.paused = false
		w.goneFrom(r)
		return was
	case vJoin:
		was := r.apart
		r.apart = false
		return was
	}
	if !r.up {
		return false
	}
	switch e.verb {
	case vCrash:
		r.crash()
		return true
	case vPause:
		w.cover.Faults[faultPause]++
		r.paused = true
		return true
	case vApart:
		w.cover.Faults[faultApart]++
		r.apart, w.cutAny = true, true
		return true
	}
	if r.paused {
		return false
	}
	return w.hostEvent(r, e)
}

// hostEvent is what the host of a running replica does.
func (w *World) hostEvent(r *replica, e event) bool {
	switch e.verb {
	case vApply:
		return !r.apart && r.apply()
	case vWork:
		if e.arg >= len(r.jobs) {
			return false
		}
		return r.work(r.jobs[e.arg])
	case vTick:
		r.do(r.core.Tick())
	case vBelieve:
		if e.arg == r.believes && r.term == w.tiers[r.tier].term {
			return false
		}
		if e.arg != w.tiers[r.tier].leader {
			w.cover.Faults[faultBelieve]++
		}
		w.unsafe = true
		r.believe(e.arg)
	case vBarrier:
		r.do(r.core.Barrier())
	case vTimer:
		w.timer(r)
	case vExpire:
		return w.expireEvent(r, e.arg)
	}
	return true
}

// expireEvent gives up a call: arg is the op's number in the tier times the most calls of an op, and the call's.
func (w *World) expireEvent(r *replica, arg int) bool {
	t := w.tiers[r.tier]
	if arg/maxCalls >= len(t.ids) {
		return false
	}
	id := t.ids[arg/maxCalls]
	h := r.ops[id]
	if h == nil {
		return false
	}
	steps := w.svc.steps[r.tier][h.method.shape]
	if arg%maxCalls >= len(steps) || steps[arg%maxCalls].effect {
		return false
	}
	w.expired[id.Nested(core.CallID(steps[arg%maxCalls].id))] = true
	w.cover.Expired++
	w.expire(r, id, core.CallID(steps[arg%maxCalls].id))
	return true
}

func (r *replica) crash() {
	w := r.w
	r.up, r.paused, w.unsafe = false, false, true
	r.jobs, r.todo = nil, nil
	w.cover.Faults[faultCrash]++
	for _, o := range w.tiers[r.tier].replicas {
		if o.up {
			return
		}
	}
	w.cover.Faults[faultTier]++
}

// restart starts a new process, which has lost its disk if so said: then it begins with another's image.
func (r *replica) restart(lost bool) bool {
	t := r.w.tiers[r.tier]
	if r.up {
		return false
	}
	if lost {
		r.w.cover.Faults[faultDisk]++
		t.nodisk = true
		r.image, r.appended = t.newest(), nil
	}
	r.start()
	return true
}

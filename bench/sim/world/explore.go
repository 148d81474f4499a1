package world

// Weights of what the explorer chooses from; they differ by seed.
const (
	chDeliver = iota
	chCommit
	chApply
	chWork
	chAsk
	chTick
	chLearn // a replica hears who leads
	chMend  // what is broken is mended
	chDrop
	chDup
	chElect
	chBelieve
	chCrash
	chPause
	chApart
	chCut
	chSlow
	chLose
	chBarrier
	chClient
	chExpire
	chTimer
	choices
)

type explorer struct {
	w       *World
	weights [choices]int
	total   int
}

func newExplorer(w *World) *explorer {
	x := &explorer{w: w}
	g := func(max int) int { return w.rng.n(max + 1) }
	f := &x.weights
	f[chDeliver], f[chCommit], f[chApply], f[chWork] = 300+g(600), 100+g(200), 300+g(600), 50+g(200)
	f[chAsk], f[chTick], f[chLearn], f[chMend] = 20+g(60), 40+g(120), 20+g(40), 5+g(40)
	most := 8
	if w.svc.cfg.Crowd {
		most = 40
	}
	for _, c := range []int{chDrop, chDup, chPause, chApart, chCut, chSlow} {
		f[c] = g(most) * g(1)
	}
	f[chDrop], f[chDup] = 4+f[chDrop]*4, f[chDup]*4
	f[chPause], f[chSlow] = 2+f[chPause], 1+f[chSlow]
	if !w.svc.cfg.Calm {
		for _, c := range []int{chElect, chBelieve, chCrash, chLose} {
			f[c] = g(most) * g(1)
		}
	}
	f[chBarrier] = g(2)
	if w.svc.cfg.Images {
		f[chBarrier] = 5 + g(20)
	}
	if w.svc.cfg.GiveUp {
		f[chClient] = g(12)
	}
	if w.svc.cfg.Deadlines {
		f[chExpire] = 20 + g(100)
	}
	if w.svc.cfg.Timer {
		f[chTimer] = 2 + g(10)
	}
	for _, n := range f {
		x.total += n
	}
	return x
}

// next chooses an event; ok is false if the choice means nothing now.
func (x *explorer) next() (e event, ok bool) {
	w := x.w
	n, kind := w.rng.n(x.total), 0
	for n >= x.weights[kind] {
		n -= x.weights[kind]
		kind++
	}
	e.at = w.rng.n(len(w.all))
	r := w.all[e.at]
	switch kind {
	case chDeliver, chDrop, chDup:
		e.verb = [...]verb{chDeliver: vDeliver, chDrop: vDrop, chDup: vDup}[kind]
		if len(w.flight) == 0 {
			return e, false
		}
		e.arg = w.rng.n(len(w.flight))
	case chCommit:
		e.verb = vCommit
		return e, len(r.appended) > 0
	case chApply:
		e.verb = vApply
	case chWork:
		e.verb = vWork
		if len(r.jobs) == 0 {
			return e, false
		}
		e.arg = w.rng.n(len(r.jobs))
	case chAsk:
		e = event{vAsk, w.rng.n(len(w.clients)), w.rng.n(replicas) + 1}
	case chTick:
		e.verb = vTick
	case chLearn:
		e.verb, e.arg = vBelieve, w.tiers[r.tier].leader
		return e, !r.apart
	case chMend:
		return x.mend(e, r)
	default:
		return x.fault(kind, e, r)
	}
	return e, true
}

// mend undoes a fault of the replica.
func (x *explorer) mend(e event, r *replica) (event, bool) {
	w := x.w
	switch {
	case !r.up:
		e.verb = vRestart
		if w.rng.n(8) == 0 && !w.tiers[r.tier].nodisk && !w.svc.cfg.Alone {
			e.verb = vRejoin
		}
	case r.paused:
		e.verb = vResume
	case r.apart:
		e.verb = vJoin
	case w.cutAny || w.tiers[r.tier].slow > 0:
		e.verb = vHeal
	default:
		return e, false
	}
	return e, true
}

func (x *explorer) fault(kind int, e event, r *replica) (event, bool) {
	w := x.w
	switch kind {
	case chElect:
		e.verb = vElect
	case chBelieve:
		e.verb, e.arg = vBelieve, w.rng.n(replicas+1)
	case chCrash:
		e.verb = vCrash
	case chPause:
		e.verb = vPause
	case chApart:
		e.verb = vApart
	case chCut:
		e.verb, e.arg = vCut, w.rng.n(len(w.all))
	case chSlow:
		e.verb = vSlow
	case chLose:
		e.verb = vLose
		if len(r.appended) == 0 {
			return e, false
		}
		e.arg = w.rng.n(len(r.appended))
	case chBarrier:
		e.verb = vBarrier
	case chTimer:
		e.verb = vTimer
	case chClient:
		e = event{verb: vGiveUp, at: w.rng.n(len(w.clients))}
		if e.at > 0 && w.rng.n(8) == 0 { // one lives on
			e.verb = vDie
		}
		lost := w.cover.Faults[faultGiveUp] + w.svc.cfg.Ops*w.cover.Faults[faultDie]
		return e, lost <= w.cover.Acked/2 // who gives up all the time asks for nothing
	case chExpire:
		n := len(w.tiers[r.tier].ids)
		if n == 0 {
			return e, false
		}
		e.verb, e.arg = vExpire, max(n-1-w.rng.n(6), 0)*maxCalls+w.rng.n(2)
	}
	return e, true
}

// steps is how long the explorer goes on.
func (w *World) exploreSteps() int {
	n := len(w.clients) * w.svc.cfg.Ops * len(w.tiers) * 60
	return min(n, w.svc.cfg.Steps)
}

// What every seed is to have.
const (
	minOps    = 50
	minFaults = 3
)

// enough says that the seed has had enough operations and faults.
func (w *World) enough() bool {
	ops, faults := w.cover.ReadsAcked, 0
	for _, t := range w.tiers {
		ops += len(t.ids)
	}
	for _, n := range w.cover.Faults {
		faults += n
	}
	return ops >= minOps && faults >= minFaults
}

// idle says that every client has its answers.
func (w *World) idle() bool {
	for _, c := range w.clients {
		if c.dead {
			continue
		}
		if !c.ops[len(c.ops)-1].done() {
			return false
		}
		for _, o := range c.ops {
			if !o.done() {
				return false
			}
		}
	}
	return true
}

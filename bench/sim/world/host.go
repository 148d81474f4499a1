package world

import (
	"errors"

	"github.com/midas-tiers/midas/tiers/core"
)

// hostOp is what a replica's host keeps of an op in flight.
type hostOp struct {
	id        core.OpID
	number    int // among the ops of the tier
	hash      uint64
	method    method
	readsLast bool
	request   int64
	technique string
	active    bool
	slivers   []*tape
}

// tape is what is kept of a sliver of style active until it is settled.
type tape struct {
	call    core.CallID
	reply   int64
	reads   []cell
	touches []touch
}

var (
	errMisfit = errors.New("the outcome does not fit")
	errAlone  = errors.New("the outcome is in no words")
)

// begin notes the op of a Begin entry.
func (r *replica) begin(e *core.Entry) *hostOp {
	t := r.w.tiers[r.tier]
	return &hostOp{
		id: e.Op, number: t.number(e.Op), hash: hashString(string(e.Op)), method: methodOf(e.Method), request: number64(e.Request),
		technique: e.Technique, active: e.Active,
	}
}

// run carries out a Run.
func (r *replica) run(o *core.Run) core.Ran {
	if o.Read {
		return r.read(o)
	}
	h := r.ops[o.Op]
	if o.Call == "" {
		h = r.begin(o.Begin)
		r.ops[o.Op] = h
	}
	if h == nil {
		r.w.fail("ORDER: r%d of T%d is to run %q of %s, which did not begin", r.id, r.tier+1, o.Call, o.Op)
		return core.Ran{Op: o.Op, Call: o.Call}
	}
	if o.Given != nil {
		return core.Ran{Op: o.Op, Call: o.Call, Err: r.repeat(o, h)}
	}
	return r.live(o, h)
}

// read carries out a read: nothing of it is kept.
func (r *replica) read(o *core.Run) core.Ran {
	h := &hostOp{method: methodOf(o.Begin.Method), readsLast: number64(o.Begin.Request)%2 == 0}
	s := sliver{exec: &exec{st: &r.st}, svc: r.w.svc, op: h}
	return core.Ran{Op: o.Op, Outcome: core.Outcome{Outs: s.read()}}
}

func (r *replica) sliver(h *hostOp, x *exec) *sliver {
	return &sliver{exec: x, svc: r.w.svc, tier: r.tier, op: h, steps: r.w.svc.steps[r.tier][h.method.shape]}
}

// live executes a sliver for the first time anywhere.
func (r *replica) live(o *core.Run, h *hostOp) core.Ran {
	w := r.w
	r.runs++
	x := &exec{st: &r.st, keeps: h.active, key: uint64(hash(w.seed, uint64(r.tier), uint64(r.id), uint64(r.inc), uint64(r.lives), uint64(r.runs)))}
	if x.keeps {
		x.touches, x.reads, x.wrote = make([]touch, 0, 24), make([]cell, 0, 16), w.wrote[:0]
	}
	reply := number64(o.Reply)
	out := core.Outcome{Outs: r.sliver(h, x).run(string(o.Call), reply)}
	if h.active {
		w.wrote = x.wrote
		h.slivers = append(h.slivers, &tape{o.Call, reply, x.reads, x.touches})
	}
	drew := len(x.drawn) > 0
	if !drew && h.technique != "transparent" {
		return core.Ran{Op: o.Op, Call: o.Call, Outcome: out}
	}
	if w.svc.cfg.Alone && w.mayStick(r.tier) && hash(x.key, 77)%16 == 0 {
		out.Alone = true
		return core.Ran{Op: o.Op, Call: o.Call, Outcome: out, Drew: true}
	}
	switch {
	case h.active && h.technique == "contaminated":
		out.Trace = encodeWrites(&r.st, x.touches)
	case h.active && wholeCopies(h.technique):
		out.Full = encodeCells(r.st.cells)
		fallthrough
	default:
		out.Trace = encodeDrawn(x.drawn)
	}
	return core.Ran{Op: o.Op, Call: o.Call, Outcome: out, Drew: w.svc.cfg.Plant != plantDrewLies}
}

// repeat runs a sliver for the first time here, with the values of another replica.
func (r *replica) repeat(o *core.Run, h *hostOp) error {
	w := r.w
	if o.Given.Alone {
		return errAlone
	}
	if r.misfits(o.Given) {
		return errMisfit
	}
	x := &exec{st: &r.st, repeats: true}
	if len(o.Given.Trace) > 0 {
		var err error
		if x.given, err = decodeNumbers(o.Given.Trace[1:], nil); err != nil {
			return err
		}
	}
	outs := r.sliver(h, x).run(string(o.Call), number64(o.Reply))
	if x.misfit || len(x.drawn) != len(x.given) || !sameOuts(outs, o.Given.Outs) {
		w.fail("MISFIT: T%d r%d cannot repeat %q of %s", r.tier+1, r.id, o.Call, o.Op)
		return errMisfit
	}
	return nil
}

func sameOuts(a, b []core.Out) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Call != b[i].Call || a[i].Method != b[i].Method || string(a[i].Payload) != string(b[i].Payload) {
			return false
		}
	}
	return true
}

// misfits: now and then an outcome does not fit, at one replica of a tier at a time.
func (r *replica) misfits(out *core.Outcome) bool {
	w := r.w
	if !w.svc.cfg.Misfit || hash(hashString(out.Exec), uint64(r.id), 5)%8 > 0 || !w.mayStick(r.tier) {
		return false
	}
	w.cover.Faults[faultMisfit]++
	return true
}

// follow makes a sliver that ran live equal to a chosen outcome.
func (r *replica) follow(f *core.Follow) error {
	h := r.ops[f.Op]
	var s *tape
	if h != nil {
		s = h.tape(f.Call)
	}
	switch {
	case s == nil:
		r.w.fail("ORDER: r%d of T%d is to follow %q of %s, which it did not run", r.id, r.tier+1, f.Call, f.Op)
		return errMisfit
	case f.Outcome.Alone:
		return errAlone
	case r.misfits(f.Outcome):
		return errMisfit
	case f.Outcome.Full != nil:
		cells, err := decodeNumbers(f.Outcome.Full, nil)
		if err != nil {
			return err
		}
		r.st = state{cells: cells}
		for i, v := range cells {
			r.st.sum += mix(uint64(i), uint64(v))
		}
		return nil
	}
	r.undo(s)
	return r.redo(h, s, f.Outcome.Trace)
}

func (h *hostOp) tape(call core.CallID) *tape {
	for _, s := range h.slivers {
		if s.call == call {
			return s
		}
	}
	return nil
}

func (r *replica) undo(s *tape) {
	if r.w.svc.cfg.Plant == plantUndoOrder {
		for _, t := range s.touches {
			if t.contam {
				r.st.set(t.loc, t.old)
			}
		}
		return
	}
	for i := len(s.touches) - 1; i >= 0; i-- {
		if t := s.touches[i]; t.contam {
			r.st.set(t.loc, t.old)
		}
	}
}

func (r *replica) redo(h *hostOp, s *tape, trace []byte) error {
	if len(trace) == 0 {
		return errTrace
	}
	given, err := decodeNumbers(trace[1:], nil)
	if err != nil {
		return err
	}
	if trace[0] == traceWrites {
		for i := 0; i+1 < len(given); i += 2 {
			r.st.set(int(given[i]), given[i+1])
		}
		return nil
	}
	x := &exec{st: &r.st, reads: s.reads, given: given, repeats: true, tape: true}
	r.sliver(h, x).run(string(s.call), s.reply)
	if (x.misfit || len(x.drawn) != len(given)) && r.core.Stats().Ahead > 0 {
		return errMisfit // what it follows may be of a log in which it does not lead
	}
	if x.misfit || len(x.drawn) != len(given) {
		r.w.fail("MISFIT: T%d r%d cannot follow %q of %s", r.tier+1, r.id, s.call, h.id)
		return errMisfit
	}
	return nil
}

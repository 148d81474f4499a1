package core

import (
	"fmt"
	"slices"
	"strconv"
)

// sliver is one part of an op between two communication events.
type sliver struct {
	op        *op
	call      CallID // the call whose Resume started it, "" for the first
	from      string // method of that call
	tier      string // tier that answered it
	answer    []byte // the answer, kept for the callback while one is owed
	expired   bool   // the caller gave the call up
	footprint Footprint
	own       Outcome // of this replica's execution; once settled, the one that stands
	ran       bool
	settled   bool
	away      bool     // its execution is in the log, and has not been repeated here yet
	owed      *Outcome // the callee's outcome that the Resume chose, until the callee acknowledges it
	words     pace     // volatile: when to emit again
	told      pace     // volatile: when to repeat the callback
}

func (c *Core) newSliver(o *op, call CallID, from, tier string, answer []byte) *sliver {
	s := &sliver{op: o, call: call, from: from, tier: tier, answer: answer}
	s.footprint = c.cfg.Footprint(o.begin, from)
	return s
}

// Ran takes the answer to Run.
func (c *Core) Ran(r Ran) []Output {
	if c.halted() {
		return nil
	}
	i := slices.IndexFunc(c.running, func(t *task) bool { return t.is(r.Op, r.Call) })
	if i < 0 {
		panic(fmt.Sprintf("core: sliver %q of %s ran, which was not asked", r.Call, r.Op))
	}
	t := c.running[i]
	c.running = slices.Delete(c.running, i, i+1)
	switch {
	case t.read != nil:
		c.readRan(t.read, r)
	case t.given == nil:
		c.ran(t, r)
	case r.Err != nil:
		c.stick()
	default:
		c.stats.Repeated++
		c.repeated(t.sliver)
	}
	return c.advance()
}

func (t *task) is(id OpID, call CallID) bool {
	return t.id() == id && (t.read != nil || t.sliver.call == call)
}

// ran takes what a live run came to. A leader's own stands, and goes into the log with its entry. Otherwise a sliver that drew nothing is
// the same at every replica, because all started it from equal state: it stands at once. Vanilla lets every replica's own stand.
func (c *Core) ran(t *task, r Ran) {
	s := t.sliver
	c.exec++
	c.stats.Runs++
	if !r.Drew {
		c.stats.Deterministic++
	}
	r.Outcome.Exec = c.life + strconv.FormatUint(c.exec, 10)
	if t.slot != nil {
		out := r.Outcome
		t.slot.entry.Out, t.slot.ready = &out, true
		c.flush()
		c.given(s, &out)
		return
	}
	s.ran, s.own = true, r.Outcome
	s.opens()
	c.unsettled = append(c.unsettled, s)
	if !r.Drew || s.op.begin.Technique == Vanilla {
		c.keep(s)
	}
	c.speak(s)
}

// given lets the execution that the log holds stand.
func (c *Core) given(s *sliver, out *Outcome) {
	s.ran, s.own = true, *out
	s.opens()
	c.settled(s)
	c.speak(s)
}

// repeated has effects performed that waited until the host had come to them.
func (c *Core) repeated(s *sliver) {
	s.away = false
	for i := range s.own.Outs {
		if s.own.Outs[i].Effect {
			c.emitEffect(s, &s.own.Outs[i])
		}
	}
}

// opens notes the calls that the sliver has issued.
func (s *sliver) opens() {
	for _, out := range s.own.Outs {
		if out.Call != "" {
			s.op.open[out.Call] = s
		}
	}
}

// settle makes the outcome stand and then goes on, at once or after the host has followed.
func (c *Core) settle(s *sliver, out *Outcome, then func()) {
	switch {
	case s.settled:
		then()
	case c.chosen(s, out):
		c.keep(s)
		then()
	default:
		c.follow = &follow{sliver: s, outcome: out, then: then}
		c.askFollow()
	}
}

// askFollow has the host follow once nothing else is with it: undoing takes none of the program's locks, and two keys of a map must not be
// written at a time without.
func (c *Core) askFollow() bool {
	f := c.follow
	if f == nil || f.asked || len(c.running) > 0 {
		return false
	}
	f.asked = true
	c.out(Follow{Op: f.sliver.op.id, Call: f.sliver.call, Outcome: f.outcome})
	return true
}

// chosen says that the outcome is this incarnation's own execution. A restarted replica has drawn other values.
func (c *Core) chosen(s *sliver, out *Outcome) bool {
	if c.broken(RuleExecutionID) {
		var mine, theirs int
		fmt.Sscanf(s.own.Exec, "%d.", &mine)
		fmt.Sscanf(out.Exec, "%d.", &theirs)
		return mine == theirs
	}
	return s.own.Exec == out.Exec
}

// keep lets this replica's own execution stand.
func (c *Core) keep(s *sliver) {
	c.stats.Kept++
	c.out(Keep{Op: s.op.id, Call: s.call})
	c.settled(s)
}

// stand puts a chosen outcome, which the host has followed, in the place of the own one: its outputs answer later duplicates.
func (c *Core) stand(s *sliver, out *Outcome) {
	for _, o := range s.own.Outs {
		if o.Call != "" && s.op.open[o.Call] == s {
			delete(s.op.open, o.Call)
		}
	}
	own := s.own
	s.own = *out
	s.opens()
	if c.broken(RuleSettleReply) {
		s.own.Outs = own.Outs
	}
	c.settled(s)
}

func (c *Core) settled(s *sliver) {
	s.settled = true
	c.unsettled = remove(c.unsettled, s)
	c.finish(s.op)
}

// reply finds the op's reply among what the execution emitted.
func (o *Outcome) reply() *Out {
	for i := range o.Outs {
		if o.Outs[i].Call == "" {
			return &o.Outs[i]
		}
	}
	return nil
}

// answersClient says that the sliver ended in the reply of a client's own request.
func (s *sliver) answersClient() bool {
	return s.op.begin.From == "" && s.own.reply() != nil
}

// lean is the outcome without its payloads, for a message or entry that carries the payload once already.
func (o *Outcome) lean() *Outcome {
	l := *o
	l.Outs = make([]Out, len(o.Outs))
	for i, out := range o.Outs {
		out.Payload, out.Meta = nil, nil
		l.Outs[i] = out
	}
	return &l
}

// whole is a lean outcome of a replying sliver with the reply's payload put back.
func (o *Outcome) whole(payload []byte) *Outcome {
	w := *o
	w.Outs = append([]Out(nil), o.Outs...)
	if r := w.reply(); r != nil {
		r.Payload = payload
	}
	return &w
}

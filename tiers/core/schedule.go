package core

import (
	"slices"
	"strings"
)

// task is a sliver, or a read, that is due or with the host.
type task struct {
	sliver    *sliver // nil for a read
	footprint *Footprint
	entry     *Entry   // of a candidate: the entry that its running orders
	slot      *slot    // of a candidate that runs
	given     *Outcome // of a sliver whose entry holds the execution that stands
	begin     *Entry   // of a first sliver
	answer    []byte   // of another: the reply that it begins with
	read      *read
}

// follow is what the host has been asked to follow.
type follow struct {
	sliver  *sliver
	outcome *Outcome
	then    func()
	asked   bool
}

// due makes a sliver wait for its run, live or as given by the log. What has no place in the log yet will come behind it.
func (c *Core) due(s *sliver, given *Outcome) {
	t := newTask(s)
	if given != nil {
		t.given, s.away = given, true
	}
	i := slices.IndexFunc(c.waiting, func(w *task) bool { return w.entry != nil || w.read != nil })
	if i < 0 {
		i = len(c.waiting)
	}
	c.waiting = slices.Insert(c.waiting, i, t)
}

func newTask(s *sliver) *task {
	t := &task{sliver: s, footprint: &s.footprint, answer: s.answer}
	if s.call == "" {
		t.begin = s.op.begin
	}
	return t
}

// runNext moves one due task on, and reports whether it could.
//
// A task of the log that meets an unsettled footprint is passed over; whether it does is a function of the log prefix, and so is the order
// in which tasks become ready. Those that are ready or with the host do not meet one another, so they may run in any order and at a time.
// What a task that meets one of them will find is not known yet: nothing more of the log is taken until it is. So any two slivers that
// meet run in the same order at every replica, whatever its lanes. What is not in the log yet runs when nothing is in its way, and gets its
// place then.
func (c *Core) runNext() bool {
	c.stalled = false
	if c.follow != nil || c.drain != nil && c.drain.ordered {
		return false
	}
	if len(c.ready) > 0 && len(c.running) < c.cfg.Lanes {
		t := c.ready[0]
		c.ready = c.ready[1:]
		c.start(t)
		return true
	}
	first := append(slices.Clone(c.running), c.ready...)
	seen := 0
	for i, t := range c.waiting {
		switch {
		case c.unsettles(t):
			if c.stats.Waits++; c.splits(t) {
				return true
			}
			continue
		case t.meetsAny(first) && !c.broken(RuleLanesApart):
			c.stalled = c.stalled || t.logged()
		case t.logged():
			c.waiting = slices.Delete(c.waiting, i, i+1)
			c.ready = append(c.ready, t)
			return true
		case len(c.running) < c.cfg.Lanes && (t.entry == nil || len(c.ordered) < maxAhead):
			c.waiting = slices.Delete(c.waiting, i, i+1)
			c.start(t)
			return true
		}
		if first = append(first, t); !t.logged() {
			seen++
		}
		if seen == lookAhead {
			return false
		}
	}
	return false
}

// lookAhead is how many tasks that are not in the log may be passed by later ones, to find some for all lanes.
const lookAhead = 16

// logged says that the task has a place in the log.
func (t *task) logged() bool { return t.entry == nil && t.read == nil }

func (t *task) meetsAny(others []*task) bool { return slices.ContainsFunc(others, t.meets) }

func (c *Core) start(t *task) {
	if t.read != nil {
		c.running = append(c.running, t)
		c.out(Run{Op: t.read.op(), Begin: t.begin, Read: true})
		return
	}
	if t.entry != nil {
		if c.stale(t) {
			delete(c.named, keyOf(t.entry))
			return
		}
		c.elect(t)
	}
	c.running = append(c.running, t)
	c.out(Run{Op: t.sliver.op.id, Call: t.sliver.call, Begin: t.begin, Reply: t.answer, Given: t.given})
}

// unsettles says that the task touches something that may still be undone. Its own op's slivers count like any other's, and so does its
// family. What the log holds as run at its place ran while nothing was in its way.
func (c *Core) unsettles(t *task) bool {
	if t.given != nil {
		return false
	}
	if c.broken(RuleConflictWait) && t.read == nil || c.broken(RuleReadWaits) && t.read != nil {
		return false
	}
	for _, u := range c.unsettled {
		if c.broken(RuleFamilyWaits) && t.sliver != nil && u.op.client == t.sliver.op.client && u.op.seq == t.sliver.op.seq {
			continue
		}
		if u.footprint.unsettles(t.footprint) {
			return true
		}
	}
	return false
}

// unsettles says that a sliver of footprint g must not run while one of footprint f may be undone: g touches what f wrote contaminated, or
// writes what f read contaminated. Two that only read do not mind, as in meets.
func (f *Footprint) unsettles(g *Footprint) bool {
	if meet(f.Contaminated, g.Writes) {
		return true
	}
	for _, x := range f.Contaminated {
		if meet([]string{x}, f.Writes) && meet([]string{x}, g.Reads) {
			return true
		}
	}
	return false
}

// meets says that the two must not run at a time: one writes what the other touches, or they have one id, as two slivers of an op have, or
// a read that a client has called like another's op.
func (t *task) meets(o *task) bool {
	if t.id() == o.id() {
		return true
	}
	a, b := t.footprint, o.footprint
	return meet(a.Writes, b.Writes) || meet(a.Writes, b.Reads) || meet(a.Reads, b.Writes)
}

func (t *task) id() OpID {
	if t.read != nil {
		return t.read.op()
	}
	return t.sliver.op.id
}

// busy says that what comes of the op is not known, because a sliver of it is with the host or ready.
func (c *Core) busy(id OpID) bool {
	runs := func(t *task) bool { return t.live() && t.sliver.op.id == id }
	return slices.ContainsFunc(c.running, runs) || slices.ContainsFunc(c.ready, runs)
}

func (t *task) live() bool { return t.sliver != nil && t.given == nil }

// meet says that two sets of places have one in common.
func meet(a, b []string) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y || x == "*" || y == "*" || keyed(x, y) || keyed(y, x) {
				return true
			}
		}
	}
	return false
}

// keyed says that place is a key of field.
func keyed(field, place string) bool {
	return len(place) > len(field) && place[len(field)] == '[' && strings.HasPrefix(place, field)
}

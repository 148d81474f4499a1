package core

// task is a sliver that is due.
type task struct {
	sliver *sliver
	held   bool // behind a barrier
}

// runNext runs the first due sliver in log order that no unsettled footprint holds back. Slivers do not interleave, so the order in
// which they run is a function of the log.
func (c *Core) runNext() bool {
	for i, t := range c.waiting {
		if t.held {
			continue
		}
		if !c.mayRun(t.sliver) {
			c.stats.Waits++
			continue
		}
		c.waiting = append(c.waiting[:i], c.waiting[i+1:]...)
		c.run(t.sliver)
		return true
	}
	return false
}

func (c *Core) run(s *sliver) {
	c.await = &await{sliver: s}
	r := Run{Op: s.op.id, Call: s.call}
	if s.call == "" {
		r.Begin = s.op.begin
	} else {
		r.Reply = s.answer
	}
	c.out(r)
}

// mayRun says that nothing the sliver touches may still be undone. Its own op's slivers count like any other's, and so does its family.
func (c *Core) mayRun(s *sliver) bool {
	if c.broken(bugSkipConflictWait) {
		return true
	}
	for _, u := range c.unsettled {
		if c.broken(bugFamilyExempt) && u.op.client == s.op.client && u.op.seq == s.op.seq {
			continue
		}
		if meet(u.footprint.Contaminated, s.footprint.Full) {
			return false
		}
	}
	return true
}

// meet says that two sets of fields have one in common; "*" is in common with everything.
func meet(a, b []string) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y || x == "*" || y == "*" {
				return true
			}
		}
	}
	return false
}

package core

import "slices"

// mark raises a client's low-water mark and forgets what it lets go.
func (c *Core) mark(name string, mark uint64) {
	cl := c.client(name)
	if mark <= cl.mark {
		return
	}
	cl.mark = mark
	c.sweep(cl)
}

// below says that the op is below its client's mark: it is answered, or was given up, and must never run again. While an op that it
// descends from is in flight here, it counts as needed, whatever the client says: on a circle of tiers a nested call comes back to
// the tier whose mark the client raises itself.
func (c *Core) below(id OpID) bool {
	name, seq, _ := id.Root()
	cl := c.clients[name]
	return cl != nil && seq < cl.mark && (!c.inFamily(id) || c.broken(bugMarkAlone))
}

// inFamily says that an op which this one descends from is in flight at this tier.
func (c *Core) inFamily(id OpID) bool {
	for parent, _, nested := id.Parent(); nested; parent, _, nested = parent.Parent() {
		if o := c.ops[parent]; o != nil && !o.done {
			return true
		}
	}
	return false
}

// sweep forgets the client's ops that nothing keeps any more.
func (c *Core) sweep(cl *client) {
	for _, o := range append([]*op(nil), cl.ops...) {
		c.forget(o)
	}
}

// forget drops an op that is below the mark, done and owes nothing.
func (c *Core) forget(o *op) {
	ended := o.done || c.broken(bugForgetUnsettled) && o.replied() != nil
	if c.ops[o.id] != o || !ended || o.owes() && !c.broken(bugForgetOwing) {
		return
	}
	if !c.below(o.id) && !c.broken(bugForgetAnswered) {
		return
	}
	delete(c.ops, o.id)
	o.client.ops = remove(o.client.ops, o)
	for _, s := range o.slivers {
		c.owing = remove(c.owing, s)
	}
	c.stats.Forgotten++
	c.out(Forget{Op: o.id})
}

// owes says that a callback of the op is not acknowledged.
func (o *op) owes() bool {
	return slices.ContainsFunc(o.slivers, func(s *sliver) bool { return s.owed != nil })
}

// markFor is the mark that the op's nested requests carry: the client may have given up an op that is still in flight here, and the
// callee must not refuse what that op still needs.
func (c *Core) markFor(o *op) uint64 {
	m := o.client.mark
	if c.broken(bugMarkRaw) {
		return m
	}
	for _, x := range o.client.ops {
		if !x.done && x.seq < m {
			m = x.seq
		}
	}
	return m
}

package core

import (
	"slices"
	"strconv"
	"strings"
)

// client holds what is known of one client's requests.
type client struct {
	name  string
	realm string
	birth uint64
	mark  uint64 // every lower sequence number is answered and will not be asked again
	ops   []*op  // in log order, nested ones included
}

// realm is the part of a client's name before a colon: names of two realms have nothing to do with one another.
func realm(id OpID) string {
	name, _, _ := id.Root()
	r, _, ok := strings.Cut(name, ":")
	if !ok {
		return ""
	}
	return r
}

// birth is the number behind the last @ of a client's name, 0 if there is none.
func birth(id OpID) uint64 {
	name, _, _ := id.Root()
	n, _ := strconv.ParseUint(name[strings.LastIndexByte(name, '@')+1:], 10, 64)
	if !strings.Contains(name, "@") {
		return 0
	}
	return n
}

// client finds the client of an op, or notes a new one.
func (c *Core) client(id OpID) *client {
	name, _, _ := id.Root()
	cl := c.clients[name]
	if cl == nil {
		cl = &client{name: name, realm: realm(id), birth: birth(id)}
		c.clients[name] = cl
	}
	return cl
}

// mark raises a client's low-water mark and forgets what it lets go.
func (c *Core) mark(cl *client, mark uint64) {
	if mark > cl.mark {
		cl.mark = mark
		c.sweep(cl)
	}
}

// below says that the op is below its client's mark: it is answered, or was given up, and must never run again. While an op that it
// descends from is in flight here, it counts as needed, whatever the client says: on a circle of tiers a nested call comes back to
// the tier whose mark the client raises itself.
func (c *Core) below(id OpID) bool {
	name, seq, _ := id.Root()
	cl := c.clients[name]
	return cl != nil && seq < cl.mark && (!c.inFamily(id) || c.broken(RuleMarkFamily))
}

// forgotten says that the op's client was born at or before the floor of its realm: nothing is known of it any more, so its requests
// must never run. Descendants of an op in flight here are needed all the same.
func (c *Core) forgotten(id OpID) bool {
	floor := c.floors[realm(id)]
	return floor > 0 && birth(id) <= floor && !c.inFamily(id)
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

// sweep forgets the client's ops that nothing keeps any more, and the client if nothing is left that its name would tell.
func (c *Core) sweep(cl *client) {
	for _, o := range append([]*op(nil), cl.ops...) {
		c.forget(o)
	}
	if len(cl.ops) == 0 && cl.birth <= c.floors[cl.realm] && c.floors[cl.realm] > 0 {
		delete(c.clients, cl.name)
	}
}

// raise raises the floor of a realm and forgets the clients that were born at or before it.
func (c *Core) raise(realm string, floor uint64) {
	if floor <= c.floors[realm] {
		return
	}
	c.floors[realm] = floor
	for _, cl := range c.sorted() {
		if cl.realm == realm && cl.birth <= floor {
			c.sweep(cl)
		}
	}
}

// raised is the floor that the Begin of a client's op raises, if more clients are known than should be: the oldest eighth of the realm
// goes. The op of one that is in flight ends all the same.
func (c *Core) raised(id OpID) uint64 {
	name, _, _ := id.Root()
	if c.clients[name] != nil || len(c.clients) < c.cfg.Clients {
		return 0
	}
	r, own := realm(id), birth(id)
	var births []uint64
	for _, cl := range c.sorted() {
		if cl.realm == r && cl.birth < own {
			births = append(births, cl.birth)
		}
	}
	if len(births) == 0 {
		return 0
	}
	slices.Sort(births)
	return births[len(births)/8]
}

// sorted lists the clients by name.
func (c *Core) sorted() []*client {
	list := make([]*client, 0, len(c.clients))
	for _, cl := range c.clients {
		list = append(list, cl)
	}
	slices.SortFunc(list, func(a, b *client) int { return strings.Compare(a.name, b.name) })
	return list
}

// forget drops an op that is below its client's mark or the floor, done and owes nothing.
func (c *Core) forget(o *op) {
	ended := o.done || c.broken(RuleForgetUnsettled) && o.replied() != nil
	if c.ops[o.id] != o || !ended || o.owes() && !c.broken(RuleForgetOwing) {
		return
	}
	if !c.below(o.id) && !c.forgotten(o.id) && !c.broken(RuleForgetMarked) {
		return
	}
	delete(c.ops, o.id)
	o.client.ops = remove(o.client.ops, o)
	for _, s := range o.slivers {
		c.owing = remove(c.owing, s)
	}
	c.stats.Forgotten++
	if len(o.client.ops) == 0 {
		c.sweep(o.client)
	}
}

// owes says that a callback of the op is not acknowledged.
func (o *op) owes() bool {
	return slices.ContainsFunc(o.slivers, func(s *sliver) bool { return s.owed != nil })
}

// markFor is the mark that the op's nested requests carry: the client may have given up an op that is still in flight here, and the
// callee must not refuse what that op still needs.
func (c *Core) markFor(o *op) uint64 {
	m := o.client.mark
	if c.broken(RuleMarkFor) {
		return m
	}
	for _, x := range o.client.ops {
		if !x.done && x.seq < m {
			m = x.seq
		}
	}
	return m
}

// floorFor is the floor that the op's nested requests carry: below every client with an op in flight here.
func (c *Core) floorFor(o *op) uint64 {
	f := c.floors[o.client.realm]
	if f == 0 || c.broken(RuleFloorFor) {
		return f
	}
	for _, x := range c.live {
		if x.client.realm == o.client.realm && x.client.birth <= f {
			f = max(x.client.birth, 1) - 1
		}
	}
	return f
}

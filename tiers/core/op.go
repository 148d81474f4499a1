package core

// op is one line of the op table.
type op struct {
	id      OpID
	client  *client // once admitted
	seq     uint64
	begin   *Entry
	slivers []*sliver
	open    map[CallID]*sliver // calls without a Resume, with the sliver that issued each; never iterated
	done    bool               // every sliver settled, and one of them replied
	ackDue  bool               // volatile: a callback came here, so its Ack leaves from here
}

// newOp makes the op of a Begin entry, whose id has been checked.
func newOp(e *Entry) *op {
	_, seq, _ := e.Op.Root()
	return &op{id: e.Op, seq: seq, begin: e, open: map[CallID]*sliver{}}
}

// begun puts an op whose Begin has a place in the log into the table, with its first sliver.
func (c *Core) begun(o *op, first *sliver) {
	e := o.begin
	o.client = c.client(e.Op)
	o.slivers = append(o.slivers, first)
	c.ops[o.id] = o
	o.client.ops = append(o.client.ops, o)
	c.live = append(c.live, o)
	c.mark(o.client, e.Mark)
	c.raise(o.client.realm, e.Floor)
}

// sliver finds the sliver that the call's Resume started.
func (o *op) sliver(call CallID) *sliver {
	for _, s := range o.slivers {
		if s.call == call {
			return s
		}
	}
	return nil
}

// replied finds the sliver that has emitted the op's reply.
func (o *op) replied() *sliver {
	for _, s := range o.slivers {
		if s.ran && s.own.reply() != nil {
			return s
		}
	}
	return nil
}

// finish notes that the op is done, if it is, and drops what only an op in flight needs.
func (c *Core) finish(o *op) {
	if o.done {
		return
	}
	for _, s := range o.slivers {
		if !s.settled {
			return
		}
	}
	if o.replied() == nil {
		return
	}
	o.done = true
	c.live = remove(c.live, o)
	o.slim()
	c.sweep(o.client) // what descends from it is not needed any more
}

// slim keeps of a done op what later questions need: its reply, the request's outcome that stands, and what it owes.
func (o *op) slim() {
	begin := *o.begin
	begin.Request, begin.Meta, begin.Out = nil, nil, nil
	o.begin = &begin
	for _, s := range o.slivers {
		s.own.Trace, s.own.Full = nil, nil
		if out := s.own.reply(); out != nil {
			s.own.Outs = []Out{*out}
		} else {
			s.own.Outs = nil
		}
		if s.owed == nil {
			s.answer = nil
		}
	}
}

// remove takes the first x out of list, which it overwrites.
func remove[T comparable](list []T, x T) []T {
	for i, y := range list {
		if x == y {
			return append(list[:i], list[i+1:]...)
		}
	}
	return list
}

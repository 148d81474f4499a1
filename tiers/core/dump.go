package core

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// Dump writes what the core holds as text, for people.
func (c *Core) Dump(w io.Writer) {
	role := "follows"
	switch {
	case c.stuck:
		role = "stuck"
	case c.void:
		role = "void"
	case c.leads():
		role = "leads"
	}
	fmt.Fprintf(w, "%s, believes %d; index %d, epoch %d, number %d, ahead %d, queue %d, todo %d\n",
		role, c.believed, c.index, c.epoch, c.number, len(c.ordered), len(c.queue), len(c.todo))
	for _, id := range slices.Sorted(maps.Keys(c.ops)) {
		c.ops[id].dump(w)
	}
	for _, t := range c.waiting {
		fmt.Fprintf(w, "  waits %s\n", t)
	}
	if c.follow != nil {
		fmt.Fprintf(w, "  follows %s %q to %s\n", c.follow.sliver.op.id, c.follow.sliver.call, c.follow.outcome.Exec)
	}
	for _, t := range c.ready {
		fmt.Fprintf(w, "  ready %s\n", t)
	}
	for _, t := range c.running {
		fmt.Fprintf(w, "  runs %s\n", t)
	}
	for _, cl := range c.sorted() {
		fmt.Fprintf(w, "  client %s mark %d\n", cl.name, cl.mark)
	}
}

func (o *op) dump(w io.Writer) {
	style := "leader"
	if o.begin.Active {
		style = "active"
	}
	fmt.Fprintf(w, "  op %s %s %s %s", o.id, o.begin.Method, o.begin.Technique, style)
	if o.done {
		fmt.Fprint(w, " done")
	}
	fmt.Fprintln(w)
	for _, s := range o.slivers {
		var words []string
		for _, is := range []struct {
			so   bool
			word string
		}{{s.ran, "ran"}, {s.settled, "settled"}, {s.owed != nil, "owes"}, {s.expired, "expired"}} {
			if is.so {
				words = append(words, is.word)
			}
		}
		fmt.Fprintf(w, "    sliver %q exec %s %s", s.call, s.own.Exec, strings.Join(words, " "))
		for _, out := range s.own.Outs {
			fmt.Fprintf(w, " [%s %s %.40q]", out.Call, out.Tier, out.Payload)
		}
		fmt.Fprintln(w)
	}
}

func (t *task) String() string {
	switch {
	case t.read != nil:
		return "read " + string(t.read.op())
	case t.entry != nil:
		return fmt.Sprintf("%s %q, not ordered", t.sliver.op.id, t.sliver.call)
	case t.given != nil:
		return fmt.Sprintf("%s %q as %s", t.sliver.op.id, t.sliver.call, t.given.Exec)
	}
	return fmt.Sprintf("%s %q", t.sliver.op.id, t.sliver.call)
}

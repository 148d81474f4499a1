package world

import (
	"fmt"
	"strings"

	"github.com/midas-tiers/midas/tiers/core"
)

// Debugger steps through a run. Position n is after the n-th event; the one behind the last is when all has been mended and is at rest. It
// keeps no states: each is made again from the seed.
type Debugger struct {
	sim       *Simulation
	seed      uint64
	events    []string
	Violation string
}

// Debug prepares to step through a seed, or through events if there are any.
func (s *Simulation) Debug(seed uint64, events []string) *Debugger {
	d := &Debugger{sim: s, seed: seed, events: events}
	if len(events) > 0 {
		d.Violation = s.Play(seed, events)
	} else {
		d.events, d.Violation = s.Trace(seed)
	}
	return d
}

// Len is the number of events.
func (d *Debugger) Len() int { return len(d.events) }

// Event is the event that led to a position.
func (d *Debugger) Event(at int) string {
	switch {
	case at == 0:
		return "start"
	case at > len(d.events):
		return "all is mended, and comes to rest"
	}
	return d.events[at-1]
}

// State is the whole system at a position.
func (d *Debugger) State(at int) string {
	w := newWorld(d.sim.svc, d.seed, true)
	for _, text := range d.events[:min(at, len(d.events))] {
		if e, ok := w.parse(text); ok {
			w.carry(e)
		}
	}
	if at > len(d.events) && w.viol == "" {
		w.finish()
	}
	var b strings.Builder
	w.dump(&b)
	return b.String()
}

// Diff is what changed between two positions: lines that went and lines that came.
func (d *Debugger) Diff(from, to int) string {
	before, after := strings.Split(d.State(from), "\n"), strings.Split(d.State(to), "\n")
	var b strings.Builder
	for _, line := range without(before, after) {
		fmt.Fprintf(&b, "  - %s\n", line)
	}
	for _, line := range without(after, before) {
		fmt.Fprintf(&b, "  + %s\n", line)
	}
	return b.String()
}

// without are the lines of a that b does not have, or not as often.
func without(a, b []string) []string {
	count := map[string]int{}
	for _, line := range b {
		count[line]++
	}
	var rest []string
	for _, line := range a {
		if count[line]--; count[line] < 0 {
			rest = append(rest, line)
		}
	}
	return rest
}

// dump writes the whole system. Every line names what it belongs to, so that two states can be compared line by line.
func (w *World) dump(b *strings.Builder) {
	if w.viol != "" {
		fmt.Fprintf(b, "violation: %s\n", w.viol)
	}
	for i, t := range w.tiers {
		fmt.Fprintf(b, "T%d: consensus is led by r%d, term %d\n", i+1, t.leader, t.term)
		for j, e := range t.log {
			fmt.Fprintf(b, "T%d log %d: %s\n", i+1, j+1, entryText(e))
		}
		for _, r := range t.replicas {
			r.dump(b)
		}
	}
	for _, c := range w.clients {
		for _, o := range c.ops {
			if o.invoked > 0 {
				fmt.Fprintf(b, "client %s %s %s: asked at %d, answered at %d, gave up %t\n", o.id, o.method.name(), o.technique, o.invoked, o.acked, o.gave)
			}
		}
	}
	for i := range w.flight {
		fmt.Fprintf(b, "under way: %s\n", w.flight[i].name)
	}
}

func (r *replica) dump(b *strings.Builder) {
	fmt.Fprintf(b, "%s: up %t, paused %t, apart %t, believes r%d, applied %d, stuck %d\n", r, r.up, r.paused, r.apart, r.believes, r.applied, r.stuck)
	var text strings.Builder
	r.core.Dump(&text)
	for line := range strings.Lines(text.String()) {
		fmt.Fprintf(b, "%s  %s", r, line)
	}
	for _, e := range r.appended {
		fmt.Fprintf(b, "%s appended: %s\n", r, entryText(e))
	}
	for _, j := range r.jobs {
		if j.run != nil {
			fmt.Fprintf(b, "%s works on: run %s:%s\n", r, j.run.Op, j.run.Call)
		} else {
			fmt.Fprintf(b, "%s works on: follow %s:%s\n", r, j.follow.Op, j.follow.Call)
		}
	}
	for loc, v := range r.st.cells {
		if v != 0 {
			fmt.Fprintf(b, "%s state: %s = %d\n", r, r.w.tiers[r.tier].location(loc), v)
		}
	}
}

func entryText(e *core.Entry) string {
	text := fmt.Sprintf("%s %s:%s number %d of epoch %d", entryNames[e.Kind], e.Op, e.Call, e.Number, e.Epoch)
	if e.Kind == core.Lead {
		return fmt.Sprintf("lead of r%d.%d, its claim %d", e.Replica, e.Incarnation, e.Number)
	}
	for _, is := range []struct {
		so   bool
		word string
	}{
		{e.Active, "active"}, {e.Given, "given up"}, {e.Fwd != nil, "takes request " + execution(e.Fwd)}, {e.Cb != nil, "takes reply " + execution(e.Cb)},
		{e.Out != nil, "outcome " + execution(e.Out)},
	} {
		if is.so {
			text += ", " + is.word
		}
	}
	return text
}

func execution(o *core.Outcome) string {
	if o == nil {
		return ""
	}
	return o.Exec
}

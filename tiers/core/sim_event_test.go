package core

import (
	"fmt"
	"strings"
)

// event carries out one event by its text; false if it means nothing now.
func (w *world) event(text string) bool {
	w.step++
	verb, rest, _ := strings.Cut(text, " ")
	switch verb {
	case "deliver", "drop", "dup":
		return w.move(verb, rest)
	case "client":
		return w.clientEvent(rest)
	}
	var t, id int
	if _, err := fmt.Sscanf(rest, "T%dr%d", &t, &id); err != nil || t > len(w.tiers) || id > replicas {
		return false
	}
	return w.replicaEvent(verb, w.tiers[t-1], w.tiers[t-1].replicas[id-1])
}

func (w *world) move(verb, name string) bool {
	for i, x := range w.flight {
		if x.name != name {
			continue
		}
		if verb != "dup" {
			w.flight = append(w.flight[:i:i], w.flight[i+1:]...)
		}
		if verb != "drop" {
			w.deliver(x)
		}
		return true
	}
	return false
}

func (w *world) clientEvent(rest string) bool {
	var i, rep int
	var verb string
	fmt.Sscanf(rest, "%d %s %d", &i, &verb, &rep)
	c := w.clients[i]
	switch verb {
	case "asks":
		if c.dead {
			return false
		}
		w.asks(c, rep)
	case "dies":
		c.dead = true
	case "gives-up":
		for _, o := range c.ops {
			if o.acked == 0 && !o.gave {
				o.gave = o.invoked > 0
				return o.gave
			}
		}
		return false
	}
	return true
}

func (w *world) replicaEvent(verb string, t *tier, r *replica) bool {
	switch verb {
	case "apply":
		return r.apply()
	case "lead":
		t.leader = r.id
		return true
	case "restart", "rejoin":
		if r.up {
			return false
		}
		if verb == "rejoin" {
			r.image = t.newest()
		}
		r.start()
		return true
	}
	if !r.up {
		return false
	}
	switch verb {
	case "tick":
		r.do(r.core.Tick())
	case "barrier":
		r.do(r.core.Barrier())
	case "crash":
		r.up, w.crashed = false, true
	default:
		return false
	}
	return true
}

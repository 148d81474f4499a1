package tiers

import (
	"time"

	"github.com/midas-tiers/midas/compensate"
)

// Technique auto. What a sliver costs under a technique has four parts, all in nanoseconds of one sliver that drew something:
//
//	run     the leader runs it, recording
//	encode  the leader makes its outcome: the trace, or a copy of the state
//	bytes   of that outcome, times what a byte in an entry costs until the entry is back from the log (transfer.go)
//	repeat  a follower runs it with the leader's values, or undoes and replays it; installing a copy is part of that
//
// Under full nothing runs beside it: every other operation in flight waits while it runs and, in style active, until it is settled, which
// takes as long as an entry takes to come back. That counts once for each of them.
//
// The paper's trade-off is between the last two: contaminated state is larger than first-hand values where a little randomness grows
// into much data, and spares the followers what computed it; re-execution ships little and computes again. A copy of the whole state
// pays only while the state is small.
//
// Every part is measured where it arises and averaged per method and technique; followers tell the leader theirs now and then. The
// leader takes the cheapest technique for each Begin, and writes it into the log. Now and then it takes another one to see whether that
// is still the dearer: so rarely that this costs about a 64th of the work.

const (
	exploreEvery = 64       // operations of a method between two that try an inferior technique of equal cost
	weight       = 1.0 / 8  // of a new value in an average,
	news         = 1.0 / 2  // and of one that comes from trying a technique now and then: the others are old
	outlier      = 8        // times the average that a value may count for
	clearly      = 9.0 / 10 // of the present cost: what another technique must come to, to be taken instead
)

// choices are the techniques among which auto chooses.
var choices = []compensate.Technique{compensate.Contaminated, compensate.Reexecute, compensate.Full}

// mean is an average that forgets.
type mean struct {
	Value float64
	N     uint64
}

func (m *mean) add(v float64) { m.weigh(v, weight) }

func (m *mean) weigh(v, weight float64) {
	if m.N++; m.N == 1 {
		m.Value = v
		return
	}
	if m.N > outlier {
		v = min(v, outlier*m.Value+1)
	}
	m.Value += (v - m.Value) * max(weight, 1/float64(m.N))
}

// cost is what a sliver of a method costs under a technique.
type cost struct {
	run, encode, bytes, repeat mean
	chosen, tried              uint64 // operations; how many of the method there were when it was last chosen
}

// methodCosts are one method's.
type methodCosts struct {
	operations uint64
	current    compensate.Technique
	costs      map[compensate.Technique]*cost
}

// auto measures what techniques cost and chooses among them. It belongs to the loop. The zero value is ready but for state.
type auto struct {
	methods map[string]*methodCosts
	bytes   transfer
	state   cost // of a copy of the initial state: what full is taken to cost until it is measured
	fresh   map[costName]*mean
}

// costName names what followers measure.
type costName struct {
	Method    string
	Technique compensate.Technique
}

func (a *auto) method(name string) *methodCosts {
	m := a.methods[name]
	if m == nil {
		m = &methodCosts{current: choices[0], costs: make(map[compensate.Technique]*cost)}
		if a.methods == nil {
			a.methods = make(map[string]*methodCosts)
		}
		a.methods[name] = m
	}
	return m
}

func (m *methodCosts) of(t compensate.Technique) *cost {
	c := m.costs[t]
	if c == nil {
		c = new(cost)
		m.costs[t] = c
	}
	return c
}

// started notes what the initial state costs to copy.
func (a *auto) started(g genesis) {
	a.state.encode.add(float64(g.took))
	a.state.repeat.add(float64(g.took))
	a.state.bytes.add(float64(len(g.encoded)))
}

// ran notes what a live run of a sliver cost, if it drew something.
func (a *auto) ran(t *turn, size int) {
	if size == 0 {
		return
	}
	m := a.method(t.e.begin.Method)
	c, w := m.of(t.e.technique), m.weight(t.e.technique)
	c.run.weigh(float64(t.took), w)
	c.encode.weigh(float64(t.worked), w)
	c.bytes.weigh(float64(size), w)
}

// weight is that of a new value.
func (m *methodCosts) weight(t compensate.Technique) float64 {
	if t == m.current {
		return weight
	}
	return news
}

// repeated notes what it cost to follow another replica's execution, here.
func (a *auto) repeated(method string, technique compensate.Technique, took time.Duration) {
	a.learn(method, technique, float64(took))
	if a.fresh == nil {
		a.fresh = make(map[costName]*mean)
	}
	name := costName{method, technique}
	if a.fresh[name] == nil {
		a.fresh[name] = new(mean)
	}
	a.fresh[name].add(float64(took))
}

// learn takes what following has cost a replica, in nanoseconds.
func (a *auto) learn(method string, technique compensate.Technique, took float64) {
	m := a.method(method)
	m.of(technique).repeat.weigh(took, m.weight(technique))
}

// setting is what an operation's costs depend on, beside its method.
type setting struct {
	active bool
	others int // operations in flight
}

// choose picks the technique of an operation that begins.
func (a *auto) choose(method string, in setting) compensate.Technique {
	m := a.method(method)
	m.operations++
	best := m.current
	for _, t := range choices {
		if t != best && a.cost(m, t, in) < clearly*a.cost(m, best, in) {
			best = t
		}
	}
	m.current = best
	t := a.explore(m, best, in)
	c := m.of(t)
	c.chosen++
	c.tried = m.operations
	return t
}

// explore returns another technique than the best, if it is that one's turn.
func (a *auto) explore(m *methodCosts, best compensate.Technique, in setting) compensate.Technique {
	least := a.cost(m, best, in)
	if least == 0 {
		return best // it has drawn nothing so far
	}
	for _, t := range choices {
		if t == best {
			continue
		}
		pause := exploreEvery * max(1, a.cost(m, t, in)/least)
		if float64(m.operations-m.of(t).tried) >= pause {
			return t
		}
	}
	return best
}

// cost is what a sliver costs under a technique, in nanoseconds, with what the others' waiting costs.
func (a *auto) cost(m *methodCosts, t compensate.Technique, in setting) float64 {
	own := a.total(m, t)
	if t != compensate.Full {
		return own
	}
	c := m.of(t)
	held := c.run.Value + c.encode.Value
	if in.active {
		held += a.bytes.took.Value
	}
	return own + held*float64(in.others)
}

// total is what a sliver itself costs under a technique. What is not measured is taken to be cheap, so that it is tried; but a
// copy of the state is taken to cost what a copy of the initial state does, and following what running costs.
func (a *auto) total(m *methodCosts, t compensate.Technique) float64 {
	c := *m.of(t)
	if c.run.N == 0 && t == compensate.Full {
		c = a.state
	}
	if c.repeat.N == 0 {
		c.repeat = c.run
	}
	return c.run.Value + c.encode.Value + c.bytes.Value*a.bytes.perByte() + c.repeat.Value
}

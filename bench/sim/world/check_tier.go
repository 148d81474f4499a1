package world

import (
	"fmt"

	"github.com/midas-tiers/midas/tiers/core"
)

// tierCheck looks at the final state of a tier.
type tierCheck struct {
	w    *World
	tier int
	st   *state
	want [maxKeys][keyCells]int64 // the counters as they must be
	ops  []finalOp                // that ran
}

// finalOp is an op that ran.
type finalOp struct {
	id     core.OpID
	number int
	method method
	root   *clientOp // nil for a timer's
}

func (c *tierCheck) at(op, cell int) int64 { return c.st.get(opAt(op, cell)) }

func (c *tierCheck) all() string {
	t := c.w.tiers[c.tier]
	for n, id := range t.ids {
		if c.at(n, opBegan) == 0 {
			continue
		}
		root := c.w.root(id)
		o := finalOp{id: id, number: n, root: root, method: c.methodOf(n, id)}
		c.ops = append(c.ops, o)
		if s := c.op(&o); s != "" {
			return s
		}
	}
	if s := c.counters(); s != "" {
		return s
	}
	for k := range c.w.svc.cfg.Keys {
		if s := c.key(k); s != "" {
			return fmt.Sprintf("%s (T%d)", s, c.tier+1)
		}
	}
	return c.effects()
}

// root is the client's request that the op serves.
func (w *World) root(id core.OpID) *clientOp {
	for p, _, ok := id.Parent(); ok; p, _, ok = id.Parent() {
		id = p
	}
	return w.byOp[id]
}

func (c *tierCheck) methodOf(n int, id core.OpID) method {
	for _, e := range c.w.tiers[c.tier].log {
		if e.Kind == core.Begin && e.Op == id {
			return methodOf(e.Method)
		}
	}
	return method{}
}

// op counts what one op must have done, and compares what it asked and was answered with the other tiers.
func (c *tierCheck) op(o *finalOp) string {
	n, m := o.number, o.method
	want := &c.want[m.key]
	want[cellD]++
	drawn := c.at(n, opID)
	if c.at(n, opPlain) != 0 {
		want[cellM0]++
	} else {
		want[cellM0+int(drawn%3)]++
		if drawn%2 == 0 {
			want[cellO]++
		}
	}
	if c.at(n, opOut) == 0 {
		return fmt.Sprintf("COUNT: T%d: %s began and did not end", c.tier+1, o.id)
	}
	want[cellEnd]++
	acc := int64(0)
	for i := range maxCalls {
		want[cellS] += c.at(n, opSub+i)
		acc += c.at(n, opAdd+i)
	}
	if acc != c.at(n, opAcc) {
		return fmt.Sprintf("ACC: T%d: the strands of %s added %d, it holds %d", c.tier+1, o.id, acc, c.at(n, opAcc))
	}
	if s := c.caller(o); s != "" {
		return s
	}
	return c.callees(o)
}

// caller compares the op's request with its caller's.
func (c *tierCheck) caller(o *finalOp) string {
	parent, call, nested := o.id.Parent()
	if !nested {
		return ""
	}
	t, n, ok := c.w.find(parent)
	if !ok {
		return fmt.Sprintf("ORPHAN: T%d ran %s, whose caller has not run", c.tier+1, o.id)
	}
	if c.w.at(t, n, opSkip) != 0 {
		return fmt.Sprintf("ORPHAN: T%d ran %s, whose caller did not call", c.tier+1, o.id)
	}
	sent := c.w.at(t, n, opReq+callNumber(call)-1)
	if sent != c.at(o.number, opIn) {
		return fmt.Sprintf("CROSS: T%d asked %d for %s, T%d ran %d", t+1, sent, o.id, c.tier+1, c.at(o.number, opIn))
	}
	return ""
}

// callNumber is the number of a call by its id: its last digit, or the strand's letter.
func callNumber(call core.CallID) int {
	if call[0] >= 'a' {
		return int(call[0]-'a') + 1
	}
	return int(call[0] - '0')
}

// callees compares the replies that the op took with what was given.
func (c *tierCheck) callees(o *finalOp) string {
	if c.at(o.number, opSkip) != 0 {
		return ""
	}
	for _, st := range c.w.svc.steps[c.tier][o.method.shape] {
		took := c.at(o.number, opRep+callNumber(core.CallID(st.id))-1)
		id := o.id.Nested(core.CallID(st.id))
		if st.effect {
			if e := c.w.effects[id]; e == nil || !e.gave(took) {
				return fmt.Sprintf("EFFECT: T%d took result %d of %s, which was not given", c.tier+1, took, id)
			}
			continue
		}
		if took == givenUp {
			if !c.w.vain(id) {
				return fmt.Sprintf("REFUSED: %s, for which T%d waited", id, c.tier+1)
			}
			continue
		}
		t, n, ok := c.w.find(id)
		if !ok {
			return fmt.Sprintf("LOST: T%d took reply %d of %s, which has not run", c.tier+1, took, id)
		}
		if gave := c.w.at(t, n, opOut); gave != took {
			return fmt.Sprintf("CROSS: T%d took reply %d of %s, T%d holds %d", c.tier+1, took, id, t+1, gave)
		}
	}
	return ""
}

func (e *effect) gave(v int64) bool {
	for _, x := range e.results {
		if x == v {
			return true
		}
	}
	return false
}

// effects: nothing was performed but for ops that ran, as they asked.
func (c *tierCheck) effects() string {
	for id, e := range c.w.effects {
		if e.tier != c.tier {
			continue
		}
		n := c.w.tiers[c.tier].number(e.op)
		if c.at(n, opBegan) == 0 {
			return fmt.Sprintf("EFFECT: %s was performed, its op has not run", id)
		}
		if asked := c.at(n, opReq+e.number-1); asked != e.args {
			return fmt.Sprintf("EFFECT: %s was performed with %d, its op asked %d", id, e.args, asked)
		}
	}
	return ""
}

func (c *tierCheck) counters() string {
	for k := range c.w.svc.cfg.Keys {
		for cell, want := range c.want[k] {
			if cell == cellV || cell == cellX || cell == cellW {
				continue
			}
			if got := c.st.get(keyAt(k, cell)); got != want {
				return fmt.Sprintf("COUNT: T%d: %s%d is %d, want %d", c.tier+1, keyCellNames[cell], k, got, want)
			}
		}
	}
	return ""
}

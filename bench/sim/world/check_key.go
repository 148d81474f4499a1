package world

import "fmt"

// chain is a register's updates in the order in which they followed one another.
type chain struct {
	name  string
	vals  []int64     // values, first the initial one
	ops   []*finalOp  // ops[i] made vals[i+1]
	place map[int]int // by op number: its index in ops
}

// key follows the chains of updates of one key: none lost, none doubled, in the clients' real-time order.
func (c *tierCheck) key(k int) string {
	var chains [3]chain
	for i, cells := range [3][3]int{{opVP, opVN, cellV}, {opXP, opXN, cellX}, {opWP, opWN, cellW}} {
		ch, s := c.chain(k, cells)
		if s != "" {
			return s
		}
		chains[i] = ch
	}
	if s := c.serial(k, &chains[0], &chains[1]); s != "" {
		return s
	}
	for _, ch := range []*chain{&chains[0], &chains[2]} {
		if s := c.linear(k, ch); s != "" {
			return s
		}
	}
	return ""
}

func (c *tierCheck) chain(k int, cells [3]int) (chain, string) {
	ch := chain{name: fmt.Sprintf("%s%d", keyCellNames[cells[2]], k), vals: []int64{0}, place: map[int]int{}}
	next := map[int64]*finalOp{}
	for i := range c.ops {
		o := &c.ops[i]
		before := c.at(o.number, cells[0])
		if o.method.key != k || before == 0 {
			continue
		}
		if other := next[before-1]; other != nil {
			return ch, fmt.Sprintf("STATE: %s and %s both follow the same %s", other.id, o.id, ch.name)
		}
		next[before-1] = o
	}
	for cur := int64(0); len(ch.ops) < len(next); {
		o := next[cur]
		if o == nil {
			return ch, fmt.Sprintf("STATE: the chain of %s breaks at %d of %d", ch.name, len(ch.ops), len(next))
		}
		ch.place[o.number] = len(ch.ops)
		ch.ops = append(ch.ops, o)
		cur = c.at(o.number, cells[1])
		ch.vals = append(ch.vals, cur)
	}
	if c.st.get(keyAt(k, cells[2])) != ch.vals[len(ch.vals)-1] {
		return ch, fmt.Sprintf("STATE: %s is not the end of its chain", ch.name)
	}
	return ch, ""
}

// serial: a contaminated read of x fits its op's place among the deterministic writes of x.
func (c *tierCheck) serial(k int, v, x *chain) string {
	for place, o := range v.ops {
		read := c.at(o.number, opXR)
		if read == 0 {
			continue
		}
		n := 0
		for _, w := range x.ops {
			if v.place[w.number] < place {
				n++
			}
		}
		if x.vals[n] != read-1 {
			return fmt.Sprintf("SERIAL: %s read an x%d that does not fit its place", o.id, k)
		}
		if cx := c.at(o.number, opCX); cx != 0 && cx != read {
			return fmt.Sprintf("SERIAL: %s read two values of x%d", o.id, k)
		}
	}
	return ""
}

package world

import (
	"fmt"
	"math"

	"github.com/anishathalye/porcupine"
)

// access is one operation on a register: an exchange, or a read if new is 0.
type access struct{ old, new int64 }

// register is the sequential model of a key's register.
var register = porcupine.Model{
	Init: func() any { return int64(0) },
	Step: func(state, input, output any) (bool, any) {
		a := output.(access)
		if a.old != state.(int64) {
			return false, state
		}
		if a.new == 0 {
			return true, state
		}
		return true, a.new
	},
}

// linear: the history of a register as the clients saw it is linearizable. An op that was not answered may have run at any time after it
// was asked.
func (c *tierCheck) linear(k int, ch *chain) string {
	w := c.w
	if w.svc.cfg.Fast && w.unsafe {
		return ""
	}
	history := make([]porcupine.Operation, 0, len(ch.ops)+8)
	for i, o := range ch.ops {
		from, to := int64(0), int64(math.MaxInt64)
		if o.root != nil {
			from = int64(o.root.invoked)
			if o.root.acked > 0 && !w.vain(o.id) {
				to = int64(o.root.acked)
			}
		}
		history = append(history, porcupine.Operation{ClientId: len(history), Call: from, Output: access{ch.vals[i], ch.vals[i+1]}, Return: to})
	}
	last := ch.name[0] == 'w'
	for _, cl := range w.clients {
		if cl.tier != c.tier {
			continue
		}
		for _, o := range cl.ops {
			if o.method.class != 'R' || o.acked == 0 || o.method.key != k || (o.request%2 == 0) != last {
				continue
			}
			w.cover.Reads++
			history = append(history, porcupine.Operation{
				ClientId: len(history), Call: int64(o.invoked), Output: access{old: o.value}, Return: int64(o.acked),
			})
		}
	}
	if porcupine.CheckOperations(register, history) {
		return ""
	}
	return fmt.Sprintf("LINEAR: the history of %s is not linearizable", ch.name)
}

package tiers

import (
	"fmt"

	"github.com/midas-tiers/midas/tiers/core"
)

// effect is how an external effect ended, as the log has it: the reply of its call.
type effect struct {
	Result []byte `cbor:"1,keyasint,omitempty"`
	Error  string `cbor:"2,keyasint,omitempty"` // why there is no result
}

// perform has the handler that waits in an external effect perform it, at the leader alone. Asked again, it gives the same result again.
func (n *node) perform(p core.Perform) {
	e := n.ops[p.Op]
	if e == nil {
		return
	}
	if result, known := e.performed[p.Call]; known {
		if result != nil {
			n.later(func() []core.Output { return n.core.Performed(p.Op, p.Call, result) })
		}
		return
	}
	e.performed[p.Call] = nil
	n.stats.Effects++
	e.op.Perform(string(p.Call), func(result []byte, err error) {
		done := effect{Result: result}
		if err != nil {
			done = effect{Error: err.Error()}
		}
		n.ends.put(func() {
			e.performed[p.Call] = must(stable.Marshal(done))
			n.do(n.core.Performed(p.Op, p.Call, e.performed[p.Call]))
		})
	})
}

// resumeEffect gives the handler what the log says of the effect that it waits in. That there is no result it learns as an error, or as a
// panic, the same at every replica.
func (t *turn) resumeEffect() {
	var done effect
	if err := lenient.Unmarshal(t.Reply, &done); err != nil {
		done.Error = fmt.Sprintf("decode the result of an external effect: %v", err)
	}
	if done.Error != "" {
		t.e.op.ResumeFailed(string(t.Call), done.Error)
		return
	}
	t.e.op.Resume(string(t.Call), done.Result)
}
